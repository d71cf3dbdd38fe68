"""What a listener answers to a sender, a recipient and a whole mail, whichever protocol carries it.

"250" means durable in the spool; whatever goes wrong on our side is a temporary refusal, so that the sending server
keeps the mail and tries again. It parses no mail and opens no database.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from aiosmtpd.smtp import SMTP, Session, TLSSetupException
from aiosmtpd.smtp import Envelope as Transaction

from intake.domain.errors import NoSpace, TooLarge
from intake.storage.spool import Envelope, Source

log = logging.getLogger(__name__)

STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 could not be stored just now, try again later"
NO_SPACE = "452 4.3.1 not enough disk space, try again later"
TOO_MUCH = "552 5.3.4 the message is larger than this desk takes"
LOOP = "554 5.4.6 too many Received headers: the mail goes round in circles"
BUSY = "452 4.3.1 too much mail at this moment, try again later"
UNKNOWN = "550 5.1.1 no desk has this address"
TOO_MANY = "452 4.5.3 too many recipients for one mail, send the rest in another"
BAD_ADDRESS = "553 5.1.3 control characters in an address"

HEADER_SEARCH = 1 << 20
"""Bytes in which header lines are counted; a mail that loops adds its lines at the very top."""

MOST_RECIPIENTS = 100
"""Recipients of one mail: as many as RFC 5321 section 4.5.3.1.8 asks for, since each is a file of its own."""
AT_ONCE = 8
"""Mails of the largest size whose bytes are held in memory while they come in."""

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


class Answers:
    """What is said to RCPT, to DATA and to a fault of our own. The names of its methods are aiosmtpd's."""

    def __init__(
        self,
        spool: Keeps,
        accepts: Callable[[str], bool],
        size_limit: int,
        loop_limit: int,
        writers: ThreadPoolExecutor,
    ) -> None:
        self.writers = writers
        self.size_limit = size_limit
        self.room = AT_ONCE * size_limit
        """Bytes of mail that may still be held in memory, over all connections."""
        self._spool = spool
        self._accepts = accepts
        self._loop_limit = loop_limit

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Take the sender, unless it holds control characters."""
        if _CONTROL.search(address):
            return BAD_ADDRESS
        transaction.mail_from = address
        transaction.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Take a recipient that belongs to a desk, once; refuse any other for good."""
        if _CONTROL.search(address):
            return BAD_ADDRESS
        if not self._accepts(address):
            return UNKNOWN
        if len(transaction.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        transaction.rcpt_tos.append(address)
        transaction.rcpt_options.extend(options)
        return "250 2.1.5 recipient ok"

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, session: Session, _transaction: Transaction, name: str, offered: list[str]
    ) -> list[str]:
        """Offer what the library did, without signing in, and what RFC 2920 and 2034 call for besides."""
        session.host_name = name
        kept = [line for line in offered if not line.startswith("250-AUTH")]
        return [*kept[:-1], "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def store(self, session: Session, transaction: Transaction, source: Source, raw: bytes) -> list[str]:
        """Store one entry per recipient off the event loop, and return the answer to each."""
        peer = session.peer[0] if isinstance(session.peer, tuple) else ""
        received_at = datetime.now(UTC)
        mail_from, helo = clean(transaction.mail_from or ""), clean(session.host_name or "")
        entries = [
            Envelope(mail_from, clean(recipient), source, peer, helo, received_at) for recipient in transaction.rcpt_tos
        ]
        return await asyncio.get_running_loop().run_in_executor(self.writers, self._store, raw, entries)

    async def handle_exception(self, error: Exception) -> str:
        """Answer our own fault: never for good. Without this the answer would be 500 and the mail would bounce."""
        if isinstance(error, TLSSetupException):  # the other side broke off: scanners do it all day
            log.info("a TLS handshake failed")
            return TRY_LATER
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
