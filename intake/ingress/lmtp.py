"""The LMTP listener: takes mail from the local mail server, stores it, answers once per recipient (RFC 2033).

It parses no mail and opens no database. "250" means durable in the spool; whatever goes wrong on our side is a
temporary refusal, so that the sending server keeps the mail and tries again.
"""

import asyncio
import logging
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope as Transaction
from aiosmtpd.smtp import Session

from intake.domain.errors import NoSpace, TooLarge
from intake.storage.spool import Envelope

log = logging.getLogger(__name__)

STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 could not be stored just now, try again later"
NO_SPACE = "452 4.3.1 not enough disk space, try again later"
TOO_MUCH = "552 5.3.4 the message is larger than this desk takes"
LOOP = "554 5.4.6 too many Received headers: the mail goes round in circles"
UNKNOWN = "550 5.1.1 no desk has this address"
BAD_ADDRESS = "553 5.1.3 control characters in an address"

HEADER_SEARCH = 1 << 20
"""Bytes in which header lines are counted; a mail that loops adds its lines at the very top."""

_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Keeps(Protocol):
    """The one thing the listener asks of the spool."""

    def accept(self, raw: bytes, envelope: Envelope) -> str:
        """Store durably or raise."""


def hops(raw: bytes) -> int:
    """Return how many header lines begin with ``Received:``, without reading the header in any other way."""
    top = raw[:HEADER_SEARCH]
    ends = [end for end in (top.find(b"\r\n\r\n"), top.find(b"\n\n")) if end >= 0]
    return len(_RECEIVED.findall(top[: min(ends)] if ends else top))


def clean(address: str) -> str:
    """Return an envelope address as text that any store takes: ``<>`` is empty, undecodable bytes become U+FFFD."""
    return "" if address == "<>" else address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Listener:
    """Listens on ``host:port`` in a thread of its own; port 0 lets the system choose, ``port`` then tells it.

    ``accepts`` says whether a recipient belongs to a desk; it is called for every RCPT and must be quick. ``writers``
    is how many mails are written at once. ``size_limit`` is in bytes, ``loop_limit`` in Received headers.
    """

    def __init__(
        self,
        spool: Keeps,
        host: str,
        port: int,
        accepts: Callable[[str], bool],
        size_limit: int,
        loop_limit: int = 100,
        *,
        writers: int = 8,
    ) -> None:
        self.host = host
        self.port = port
        self.size_limit = size_limit
        self._answers = Answers(spool, accepts, loop_limit, ThreadPoolExecutor(writers, "spool"))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lmtp", daemon=True)
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Bind and serve. Raises OSError when the address is taken; when it returns, mail is answered."""
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._bind(), self._loop).result()
        except BaseException:
            self.stop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Take no more mail, let writes in hand end, and close. Whoever got no answer tries again."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._answers.writers.shutdown()
        self._loop.close()

    def answers(self, seconds: float = 2.0) -> bool:
        """Tell whether the loop that serves every connection still turns within so many seconds."""
        try:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result(seconds)
        except TimeoutError:
            return False
        return True

    def __enter__(self) -> "Listener":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _bind(self) -> asyncio.Server:
        return await self._loop.create_server(self._connection, self.host, self.port, backlog=128)

    def _connection(self) -> "Connection":
        return Connection(self._answers, self.size_limit, self._loop)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await asyncio.sleep(0)  # lets the closed connections leave the loop


class Connection(LMTP):
    """One connection. It replaces aiosmtpd's DATA, which cannot refuse once per recipient nor take a long line."""

    line_length_limit = 1 << 21
    """How much is buffered while the end of a line, or of the data, is looked for; no limit on lines of a mail."""

    def __init__(self, answers: "Answers", size_limit: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            answers,
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Op-Ed Intake",
            loop=loop,
        )
        self._answers = answers
        self._size_limit = size_limit
        # The original shares one table between all connections, and every new one empties it under the others.
        self.command_size_limits = defaultdict(lambda: 2048)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Read the mail, then answer once per recipient in the order they were named (RFC 2033 section 4.2)."""
        session, transaction = self.session, self.envelope
        if session is None or transaction is None or await self.check_helo_needed():
            return
        if arg or not transaction.rcpt_tos:
            await self.push("501 5.5.4 DATA takes no argument" if arg else "503 5.5.1 no recipient was accepted")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's own
        if content is None:
            await self.push("\r\n".join([TOO_MUCH] * len(transaction.rcpt_tos)))
        else:
            transaction.content = content
            await self.push(await self._answers.handle_DATA(self, session, transaction))

    async def _content(self) -> bytes | None:
        """Return the mail up to CRLF.CRLF, dots unstuffed (RFC 5321 section 4.5.2); ``None`` when over the limit.

        Only CRLF ends a line here: a dot between bare LFs is text, so nobody can smuggle a second mail in.
        """
        data, size = bytearray(), 0
        most = self._size_limit * 4 // 3 + 8  # a line "." is three bytes long and travels as four
        while data != b".\r\n" and not data.endswith(b"\r\n.\r\n"):
            try:
                chunk = await self._reader.readuntil(b".\r\n")
            except asyncio.LimitOverrunError as error:
                chunk = await self._reader.read(error.consumed)
            data += chunk
            size += len(chunk)
            if size > most:
                del data[:-5]
        del data[-3:]
        if data.startswith(b"."):
            del data[0]
        content = bytes(data).replace(b"\r\n.", b"\r\n")
        return None if size > most or len(content) > self._size_limit else content


class Answers:
    """What is said to RCPT, to DATA and to a fault of our own. The names of its methods are aiosmtpd's."""

    def __init__(
        self, spool: Keeps, accepts: Callable[[str], bool], loop_limit: int, writers: ThreadPoolExecutor
    ) -> None:
        self.writers = writers
        self._spool = spool
        self._accepts = accepts
        self._loop_limit = loop_limit

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _server: LMTP, _session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Take the sender, unless it holds control characters."""
        if _CONTROL.search(address):
            return BAD_ADDRESS
        transaction.mail_from = address
        transaction.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: LMTP, _session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Take a recipient that belongs to a desk, once; refuse any other for good."""
        if _CONTROL.search(address):
            return BAD_ADDRESS
        if not self._accepts(address):
            return UNKNOWN
        transaction.rcpt_tos.append(address)
        transaction.rcpt_options.extend(options)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: LMTP, session: Session, transaction: Transaction
    ) -> str:
        """Store one entry per recipient off the event loop, and give each its own answer."""
        peer = session.peer[0] if isinstance(session.peer, tuple) else ""
        received_at = datetime.now(UTC)
        mail_from, helo = clean(transaction.mail_from or ""), clean(session.host_name or "")
        entries = [
            Envelope(mail_from, clean(recipient), "lmtp", peer, helo, received_at) for recipient in transaction.rcpt_tos
        ]
        raw = transaction.content
        if not isinstance(raw, bytes):
            raise TypeError("DATA came without bytes")
        loop = asyncio.get_running_loop()
        return "\r\n".join(await loop.run_in_executor(self.writers, self._store, raw, entries))

    async def handle_exception(self, _error: Exception) -> str:
        """Answer our own fault: never for good. Without this the answer would be 500 and the mail would bounce."""
        log.exception("a session failed")
        return TRY_LATER

    def _store(self, raw: bytes, entries: list[Envelope]) -> list[str]:
        if hops(raw) > self._loop_limit:
            return [LOOP] * len(entries)
        return [self._answer(raw, entry) for entry in entries]

    def _answer(self, raw: bytes, entry: Envelope) -> str:
        try:
            self._spool.accept(raw, entry)
        except TooLarge:
            return TOO_MUCH
        except NoSpace:
            log.exception("no space for a mail")
            return NO_SPACE
        except Exception:
            log.exception("a mail could not be stored")
            return TRY_LATER
        return STORED
