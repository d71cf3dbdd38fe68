"""The SMTP listener: takes mail for the desks from any mail server, without a mail server of one's own (RFC 5321).

It relays nothing and knows no passwords: a recipient belongs to a desk, or is refused. It adds no Received line: the
bytes are kept as they came, and the spool keeps what the session told. What it answers is said in ``answers``.
"""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import AnyStr

from intake.ingress import listener
from intake.ingress.answers import STORED, Keeps
from intake.ingress.certificate import Certificate
from intake.ingress.conversation import IDLE, Conversation

MOST_ERRORS = 20
"""Refusals in one connection; who earns more of them is guessing addresses or speaks no SMTP."""
MOST_CALLS = {"NOOP": 100, "RSET": 1000, "HELP": 20, "VRFY": 20, "EHLO": 20, "HELO": 20, "STARTTLS": 3, "*": 10_000}
"""How often one connection may send each command."""
FULL = b"421 4.3.2 too many connections, try again later\r\n"


class Connection(Conversation):
    """One connection of a mail server from anywhere."""

    source = "smtp"

    def __init__(self, listener: "Listener") -> None:
        tls = listener.certificate.context() if listener.certificate else None
        super().__init__(
            listener.replies, listener.loop, listener.name, idle=listener.idle, tls=tls, most_calls=MOST_CALLS
        )
        self._listener = listener
        self._errors = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; also after the handshake. Who sits on this machine needs no TLS."""
        self.require_starttls = self._listener.tls_asked_of(transport.get_extra_info("peername"))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for another connection."""
        self._listener.open.discard(self)
        super().connection_lost(error)

    def said(self, answers: list[str]) -> str:
        """Return one answer for all: "stored" when each is, else the softest refusal.

        After that one the client sends the mail again for everybody, and what was stored has the same key in the spool.
        """
        return min(answers, key=lambda answer: (answer == STORED, answer[:1] != "4"))

    async def push(self, status: AnyStr) -> None:
        """Send an answer; the last one to a client that only ever earns refusals."""
        await super().push(status)
        first = status[:1]
        if first in (b"5", "5"):
            self._errors += 1
            if self._errors >= MOST_ERRORS:
                self.leave("421 4.7.0 too many errors")


class Full(asyncio.Protocol):
    """What is said when there are as many connections as are allowed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and close."""
        if isinstance(transport, asyncio.Transport):
            transport.write(FULL)
            transport.close()


class Listener(listener.Listener):
    """Listens for SMTP. ``name`` is what it greets with; ``most`` is how many connections it keeps at once."""

    def __init__(
        self,
        spool: Keeps,
        host: str,
        port: int,
        accepts: Callable[[str], bool],
        size_limit: int,
        *,
        name: str = "localhost",
        certificate: Certificate | None = None,
        require_tls: bool = False,
        most: int = 100,
        idle: float = IDLE,
    ) -> None:
        super().__init__(spool, host, port, accepts, size_limit)
        self.name = name
        self.certificate = certificate
        self.require_tls = require_tls
        self.most = most
        self.idle = idle
        self.open: set[Connection] = set()

    def _connection(self) -> asyncio.Protocol:
        if len(self.open) >= self.most:
            return Full()
        connection = Connection(self)
        self.open.add(connection)
        return connection

    def tls_asked_of(self, peer: object) -> bool:
        """Tell whether a client at this socket address must use TLS. One on this machine need not."""
        if not self.require_tls or not isinstance(peer, tuple):
            return self.require_tls
        address = ip_address(str(peer[0]).partition("%")[0])
        return not (getattr(address, "ipv4_mapped", None) or address).is_loopback
