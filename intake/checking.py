"""Asking about filed mail: each waiting question is leased, asked with time limits, and answered once as evidence.

Nothing here stands on the way of a mail into rows. The bytes are taken apart in the sandbox's child, which has no
network; name servers and scanners are asked here, for as much as one message may cost.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from intake.domain.errors import Unreadable
from intake.newsroom import Newsroom
from intake.sandbox import Reader
from intake.screening import clamav, rspamd
from intake.screening.resolver import SECONDS, Asking
from intake.storage.claims import claim, waiting
from intake.storage.evidence import MessageCheck
from intake.workflow import scanning, sender

log = logging.getLogger("intake.worker")

LEASE = timedelta(minutes=3)
AT_ONCE, LOOKUPS_AT_ONCE = 4, 8
MOST_SECONDS, MOST_LOOKUPS, MOST_ROUNDS = 20.0, 60, 24
"""What one message may cost in DNS. Beyond it the rest counts as unanswered."""
MOST_TRIES = 10
"""Tries of one question, however they ended; a fault of ours must not keep it in the line for ever."""
AGAIN = (timedelta(seconds=10), timedelta(seconds=20))
"""Waits after a temporary error; the next one is written down as "temperror"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One leased question, with what is needed to ask it."""

    id: int
    raw: str
    kind: str
    mail_from: str
    recipient: str
    remote_ip: str
    helo: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: the verdict and how it was found. ``passing`` tells that another try may find more."""

    verdict: str
    detail: dict[str, Any]
    passing: bool = False


def _given_up(kind: str) -> Found:
    return Found("none" if kind == "sender" else "not_done", {"why": "asking failed too often"})


class Stopped(Exception):
    """The worker ends; the question is asked again when its lease has run out."""


@dataclass
class Checking:
    """Rounds of questions about filed mail. ``stop`` ends a round before its next lookup."""

    newsroom: Newsroom
    reader: Reader
    resolver: Asking
    stop: threading.Event

    def round(self) -> int:
        """Ask what is due, a few messages at once, and return how many questions were dealt with."""
        with self.newsroom.reading() as session:
            if not waiting(session, MessageCheck, self.newsroom.now()):
                return 0
        with self.newsroom.transaction() as session:
            rows = claim(session, MessageCheck, self.newsroom.now(), lease=LEASE, most=AT_ONCE)
            asked = [
                Asked(
                    *(row.id, row.message.raw, row.kind, row.message.mail_from, row.message.recipient),
                    *(row.remote_ip, row.helo, row.attempts),
                )
                for row in rows
            ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(self._dealt_with, asked))

    def _dealt_with(self, asked: Asked) -> bool:
        try:
            found = self._asked(asked) if asked.attempts <= MOST_TRIES else _given_up(asked.kind)
            with self.newsroom.transaction() as session:
                self._settle(session, session.get_one(MessageCheck, asked.id, with_for_update=True), found)
        except Stopped:
            return False
        except Exception:
            log.exception("a question about a mail failed; it is asked again", extra={"check": asked.id})
            return False
        return True

    def _settle(self, session: Session, check: MessageCheck, found: Found) -> None:
        if check.status != "queued":
            return  # another worker was faster: its answer stands
        if found.passing and check.attempts <= len(AGAIN):
            check.due_at, check.leased_until = self.newsroom.now() + AGAIN[check.attempts - 1], None
            check.last_error = found.verdict
            return
        settle = sender.settle if check.kind == "sender" else scanning.settle
        settle(session, self.newsroom, check, found.verdict, found.detail)

    def _asked(self, asked: Asked) -> Found:
        if asked.kind == "sender":
            return self._sender(asked)
        where = self.newsroom.settings.screening
        raw, seconds = self.newsroom.blobs.get(asked.raw), float(where.timeout)
        if asked.kind == "virus":
            scanned = clamav.scan(where.clamav, raw, seconds)
        else:
            scanned = rspamd.scan(where.rspamd, raw, asked.mail_from, asked.recipient, seconds)
        return Found(scanned.verdict, scanned.detail, passing=scanned.verdict == "not_done")

    def _sender(self, asked: Asked) -> Found:
        """Have a message examined, and fetch the DNS answers that the examination asks for."""
        payload = self.newsroom.blobs.get(asked.raw)
        answers: dict[tuple[str, str], list[Any]] = {}
        until = monotonic() + MOST_SECONDS
        for _ in range(MOST_ROUNDS):
            try:
                result = self.reader.call(
                    "intake.inbox.authenticity:examine",
                    payload,
                    trusted=list(self.newsroom.settings.mail.trusted_authserv_ids),
                    answers=list(answers.values()),
                    ip=asked.remote_ip,
                    helo=asked.helo,
                    mail_from=asked.mail_from,
                )
            except Unreadable as error:
                return Found("none", {"why": str(error)})
            if "wanted" not in result:
                return Found(result["verdict"], result["detail"], passing=result["verdict"] == "temperror")
            self._answer([(name, kind) for name, kind in result["wanted"]], answers, until)
        return Found("none", {"why": "it asks for more lookups than one message may cost"})

    def _answer(self, wanted: list[tuple[str, str]], answers: dict[tuple[str, str], list[Any]], until: float) -> None:
        """Ask for several names at once; what is over the message's measure, or not asked in time, has failed."""
        room = max(0, MOST_LOOKUPS - len(answers))
        for name, kind in wanted[room:]:
            answers[name, kind] = [name, kind, "failed", []]
        with ThreadPoolExecutor(LOOKUPS_AT_ONCE) as pool:
            for answer in pool.map(lambda one: self._one(one, until), wanted[:room]):
                answers[answer[0], answer[1]] = answer

    def _one(self, question: tuple[str, str], until: float) -> list[Any]:
        name, kind = question
        if self.stop.is_set():
            raise Stopped
        left = until - monotonic()
        if left <= 0:
            return [name, kind, "failed", []]
        found = self.resolver.ask(name, kind, min(left, SECONDS))
        return [name, kind, found.status, list(found.values)]
