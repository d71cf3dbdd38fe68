"""Files against rows in both directions, a slice at a time, every few minutes while the desk runs.

It puts back what can be put back and shows an editor what cannot; it deletes nothing but drafts that no living writer
can need. The whole proof, byte by byte, is the restore's and the doctor's.
"""

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain import faults
from intake.domain.errors import Unreadable
from intake.logbook import about_mail
from intake.newsroom import Newsroom
from intake.storage.blobs import Blobs
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, Spool
from intake.storage.tables import BLOB_COLUMNS
from intake.workflow.receive import Spooled, file_unreadable

log = logging.getLogger("intake.reconcile")

NEWEST, SLICE = 500, 2000
"""Messages looked at in every round: the newest, and a slice of all that moves on from round to round."""
PARTS, PARTS_A_ROUND = 256, 16
"""Parts of the store of blobs, and how many are looked at in a round: all of them in sixteen rounds."""
DRAFT, SETTLED, LATE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)
"""How old a draft must be to be swept, a file to count as nobody's, a lapsed lease to count as stuck."""
RECORD = "reconciled.json"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found: all zero when rows and files agree."""

    restored: int = 0
    """Messages whose bytes were put back from the spool."""
    lost: int = 0
    """Messages whose bytes are nowhere; each carries that among what was found wrong with it."""
    adopted: int = 0
    """Files in the spool's quarantine that no row told of, and that an editor sees now."""
    nobodys: int = 0
    """Files that no row names."""
    stuck: int = 0
    """Letters whose lease lapsed long ago."""
    swept: int = 0
    """Drafts that were removed."""


@dataclass
class Reconciler:
    """Compares, round by round. It remembers between rounds where it stopped; a new process starts at the beginning."""

    newsroom: Newsroom
    spool: Spool
    _message: int = 0
    _part: int = 0
    _nobodys: dict[int, int] = field(default_factory=dict)

    def round(self) -> Round:
        """Do one round, write what it found beside the other state, and return it.

        Effects: missing bytes are put back where the spool still has them, quarantined files get their row, old drafts
        go. Raises OSError and the database's errors; the next round tries again.
        """
        restored, lost = self._rows()
        found = Round(
            restored=restored,
            lost=lost,
            adopted=self._quarantine(),
            nobodys=self._files(),
            stuck=self._letters(),
            swept=self.spool.sweep(DRAFT) + self._blob_drafts(),
        )
        if found.lost or found.restored or found.adopted:
            log.error("rows and files did not agree", extra=asdict(found))
        record(self.newsroom, found)
        return found

    def _rows(self) -> tuple[int, int]:
        """Look whether the bytes of each message are there; return how many were put back, and how many are lost."""
        with self.newsroom.reading() as session:
            columns = select(InboundMessage.id, InboundMessage.raw, InboundMessage.spool_key, InboundMessage.defects)
            newest = list(session.execute(columns.order_by(InboundMessage.id.desc()).limit(NEWEST)))
            after = columns.where(InboundMessage.id > self._message).order_by(InboundMessage.id).limit(SLICE)
            following = list(session.execute(after))
        self._message = following[-1].id if len(following) == SLICE else 0
        missing = {row.id: row for row in [*newest, *following] if not self.newsroom.blobs.has(row.raw)}
        restored = {number for number, row in missing.items() if self._put_back(row.spool_key, row.raw)}
        for number, row in missing.items():
            if number not in restored and faults.LOST not in row.defects:
                self._mark(number, row.spool_key)
        return len(restored), len(missing) - len(restored)

    def _put_back(self, key: str, raw: str) -> bool:
        """Put back the bytes of a message from the spool, where its file waits or lies in quarantine."""
        for take in (self._waiting, self.spool.quarantined_bytes):
            with suppress(FileNotFoundError, Unreadable):
                content = take(key)
                if hashlib.sha256(content).hexdigest() == raw:
                    self.newsroom.blobs.put(content)
                    return True
        return False

    def _waiting(self, key: str) -> bytes:
        return self.spool.read(key)[1]

    def _mark(self, number: int, key: str) -> None:
        with about_mail(key), self.newsroom.transaction() as session:
            message = session.get_one(InboundMessage, number, with_for_update=True)
            message.defects = [*message.defects, faults.LOST]

    def _quarantine(self) -> int:
        """Give every file in the spool's quarantine its row: one whose row is gone would be seen by nobody."""
        lying = {one.key: one.why for one in self.spool.quarantined()}
        if not lying:
            return 0
        with self.newsroom.reading() as session:
            told = set(session.scalars(select(InboundMessage.spool_key).where(InboundMessage.spool_key.in_(lying))))
        for key in lying.keys() - told:
            self._adopt(key, lying[key])
        return len(lying.keys() - told)

    def _adopt(self, key: str, why: str) -> None:
        raw = self.spool.quarantined_bytes(key)
        envelope = Envelope("", self.newsroom.desks.every[0].address, "file", "", "", self.newsroom.now())
        spooled = Spooled(key, envelope, self.newsroom.blobs.put(raw), len(raw))
        with about_mail(key), self.newsroom.transaction() as session:
            file_unreadable(session, self.newsroom, spooled, why or faults.NO_WORD)

    def _files(self) -> int:
        """Count the files that no row names, in the parts whose turn it is, and return how many are known of."""
        blobs = self.newsroom.blobs
        if isinstance(blobs, Blobs):  # an object store lists itself elsewhere
            parts = range(self._part, self._part + PARTS_A_ROUND)
            with self.newsroom.reading() as session:
                named = _named(session, parts)
            for part in parts:
                old = {sha for sha, age in blobs.part(part).items() if age > SETTLED.total_seconds()}
                self._nobodys[part] = len(old - named)
            self._part = parts.stop % PARTS
        return sum(self._nobodys.values())

    def _letters(self) -> int:
        lapsed = Letter.leased_until < self.newsroom.now() - LATE
        with self.newsroom.reading() as session:
            return session.scalar(select(func.count(Letter.id)).where(Letter.status == "queued", lapsed)) or 0

    def _blob_drafts(self) -> int:
        blobs = self.newsroom.blobs
        return blobs.sweep(DRAFT) if isinstance(blobs, Blobs) else 0


def _named(session: Session, parts: range) -> set[str]:
    """Return the blobs of these parts that a row names."""
    start, end = f"{parts.start:02x}", f"{parts.stop - 1:02x}g"  # "g" follows every hex digit
    named: set[str] = set()
    for column in BLOB_COLUMNS:
        named.update(session.scalars(select(column).where(column >= start, column < end)))
    return named


def record(newsroom: Newsroom, found: Round) -> None:
    """Keep what a round found, and when, where the doctor reads it."""
    path = newsroom.settings.root / RECORD
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(found) | {"at": newsroom.now().isoformat()}), "utf-8")
    draft.replace(path)


def recorded(root: Path) -> dict[str, object] | None:
    """Return what the last round found, with ``at``; nothing when there was none or it cannot be read."""
    try:
        told = json.loads((root / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None
