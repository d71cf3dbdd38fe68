"""One connection of a mail server with us: how a mail's bytes are read, whatever the protocol around them.

It replaces aiosmtpd's DATA, which cannot refuse once per recipient nor take a long line. What is answered to whom is
said in ``answers``.
"""

import asyncio
from abc import abstractmethod
from collections import defaultdict
from ssl import SSLContext

from aiosmtpd.smtp import SMTP

from intake.ingress.answers import BUSY, TOO_MUCH, Answers
from intake.storage.spool import Source

IDLE = 300.0
"""Seconds a client may say nothing: five minutes (RFC 5321 section 4.5.3.2.7)."""
SLOWEST = 8192
"""Bytes a second that a mail must come with after its first five minutes, so that nobody stays by drops."""
LEAVING = 5.0
"""Seconds a client has to read our last word."""


class Conversation(SMTP):
    """One connection: it reads a mail up to CRLF.CRLF and has it stored."""

    source: Source
    line_length_limit = 1 << 21
    """How much is buffered while the end of a line, or of the data, is looked for; no limit on lines of a mail."""

    def __init__(
        self,
        answers: Answers,
        loop: asyncio.AbstractEventLoop,
        name: str,
        *,
        idle: float = IDLE,
        tls: SSLContext | None = None,
        most_calls: dict[str, int] | None = None,
    ) -> None:
        super().__init__(
            answers,
            data_size_limit=answers.size_limit,
            enable_SMTPUTF8=True,
            hostname=name,
            ident="Op-Ed Intake",
            timeout=idle,
            tls_context=tls,
            command_call_limit=most_calls,
            loop=loop,
        )
        self._answers = answers
        self._idle = idle
        self._held = 0
        # The original shares one table between all connections, and every new one empties it under the others.
        self.command_size_limits = defaultdict(lambda: 2048)
        del self._smtp_methods["AUTH"]  # nobody signs in here

    @abstractmethod
    def said(self, answers: list[str]) -> str:
        """Return what is sent for the answers to each recipient."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Read the mail and have it stored; answer as the protocol wants it."""
        session, transaction = self.session, self.envelope
        if session is None or transaction is None or await self.check_helo_needed():
            return
        if arg or not transaction.rcpt_tos:
            await self.push("501 5.5.4 DATA takes no argument" if arg else "503 5.5.1 no recipient was accepted")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            content = await self._content()
            self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's own
            if isinstance(content, str):
                answers = [content] * len(transaction.rcpt_tos)
            else:
                answers = await self._answers.store(session, transaction, self.source, content)
        finally:
            self._let_go()
        await self.push(self.said(answers))

    async def _content(self) -> bytes | str:
        """Return the mail up to CRLF.CRLF, dots unstuffed (RFC 5321 section 4.5.2), or why it is not taken.

        Only CRLF ends a line here: a dot between bare LFs is text, so nobody can smuggle a second mail in.
        """
        data, size, busy = bytearray(), 0, False
        limit = self._answers.size_limit
        most = limit * 4 // 3 + 8  # a line "." is three bytes long and travels as four
        now = self.loop.time()
        until, again = now + self._idle + limit / SLOWEST, now
        while data != b".\r\n" and not data.endswith(b"\r\n.\r\n"):
            if until > (now := self.loop.time()) > again:
                self._reset_timeout()
                again = now + 1
            try:
                chunk = await self._reader.readuntil(b".\r\n")
            except asyncio.LimitOverrunError as error:
                chunk = await self._reader.read(error.consumed)
            data += chunk
            size += len(chunk)
            busy = busy or not self._hold(len(chunk))
            if busy or size > most:
                self._let_go()
                del data[:-5]
        del data[-3:]
        if data.startswith(b"."):
            del data[0]
        content = bytes(data).replace(b"\r\n.", b"\r\n")
        if size > most or len(content) > limit:
            return TOO_MUCH
        return BUSY if busy else content

    def _hold(self, count: int) -> bool:
        """Count bytes that lie in memory, and tell whether there is room for them."""
        self._held += count
        self._answers.room -= count
        return self._answers.room >= 0

    def _let_go(self) -> None:
        self._answers.room += self._held
        self._held = 0

    def _timeout_cb(self) -> None:
        """Say why, close, and a moment later close on a client that does not even read that."""
        if isinstance(self.transport, asyncio.Transport):
            self.leave("421 4.4.2 nothing came for too long")

    def leave(self, why: str) -> None:
        """Say a last word and close the connection. What comes after it is not read."""
        transport = self.transport
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.write(why.encode("ascii") + b"\r\n")
            transport.close()
            self.loop.call_later(LEAVING, transport.abort)
