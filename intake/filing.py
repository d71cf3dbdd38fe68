"""Filing: what waits in the spool becomes rows, and leaves the spool only when they are committed.

Several messages are read at once, each in its own limited child, so that a hostile one holds up nobody; what was read
within a moment is one transaction, each message in a savepoint of its own, so that one fault takes no other with it.
It reads no mail itself, and keeps no order among the messages of one moment.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake.domain.errors import Unreadable
from intake.inbox.judgement import desk_facts
from intake.logbook import about_mail
from intake.newsroom import Newsroom
from intake.sandbox import CAUSES, Reader
from intake.storage.spool import Envelope, Spool
from intake.workflow.receive import Spooled, file_message, file_unreadable, is_filed

log = logging.getLogger("intake.worker")

STRIKES = 3
READERS = 4
"""Children that read at once: two cores' worth, and one hostile message in four leaves room for the others."""
AT_ONCE, GROUP = 128, 32
"""Messages taken from the spool in one round, and committed at most together."""
MOMENT = 0.05
"""Seconds a message that was read waits for others, and seconds that one transaction writes."""


@dataclass(frozen=True, slots=True)
class Read:
    """A message as the reader left it: its reading, or why there is none. ``damaged`` tells of the spool's own file."""

    spooled: Spooled
    reading: Mapping[str, Any] | None
    why: str = ""
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """One round of filing. ``stop`` ends it after the group in hand."""

    newsroom: Newsroom
    spool: Spool
    reader: Reader
    stop: threading.Event

    def round(self) -> int:
        """File what waits and return how many messages left the spool; what fails stays for the next round."""
        keys = self.spool.waiting(AT_ONCE)
        if not keys:
            return 0
        with ThreadPoolExecutor(min(READERS, len(keys))) as pool:
            return sum(self._file(group) for group in self._groups([pool.submit(self._read, key) for key in keys]))

    def _groups(self, reading: list["Future[Read | None]"]) -> Iterator[list[Read]]:
        """Yield what was read, a moment's worth at a time, the oldest first."""
        while reading and not self.stop.is_set():
            wait(reading, return_when=FIRST_COMPLETED)
            wait(reading, timeout=MOMENT)
            done = [future for future in reading if future.done()][:GROUP]
            reading = [future for future in reading if future not in done]
            yield [read for future in done if (read := future.result()) is not None]
        for future in reading:
            future.cancel()

    def _read(self, key: str) -> Read | None:
        """Read one message, its bytes safe among the blobs; nothing when it is gone or shall be tried again."""
        with about_mail(key):
            try:
                return self._judged(key)
            except FileNotFoundError:
                return None  # another worker was faster
            except Exception:
                log.exception("filing failed; the message stays in the spool")
                return None

    def _judged(self, key: str) -> Read | None:
        try:
            envelope, raw = self.spool.read(key)
        except Unreadable as error:
            log.error("a spool file is damaged and is put into quarantine")
            return Read(self._remains(key), None, str(error), damaged=True)
        desk = self.newsroom.desks.for_address(envelope.recipient)
        spooled = Spooled(key, envelope, self.newsroom.blobs.put(raw), len(raw))
        desks = desk_facts(self.newsroom.desks)
        try:
            judge = "intake.inbox.judgement:judge"
            return Read(spooled, self.reader.call(judge, raw, desks=desks, desk=desk.slug if desk else ""))
        except Unreadable as error:
            if _may_pass(error) and self.spool.strike(key) < STRIKES:
                return None
            return Read(spooled, None, str(error))

    def _remains(self, key: str) -> Spooled:
        """Return what is left of a mail whose bytes changed on disk: an editor sees it."""
        raw = self.spool.file_bytes(key)
        envelope = Envelope("", self.newsroom.desks.every[0].address, "file", "", "", self.newsroom.now())
        return Spooled(key, envelope, self.newsroom.blobs.put(raw), len(raw))

    def _file(self, group: list[Read]) -> int:
        """Commit a group, in parts no longer than a moment: editors' acts wait for the same writers' turn."""
        filed = 0
        while group:
            part: list[Read] = []
            faults: list[tuple[Read, Exception]] = []
            try:
                self._commit(group, part, faults)
            except Exception:
                log.exception("filing failed; the messages stay in the spool")
            else:
                # Only now: a crash before this line finds the rows at the second pass and takes the files away then.
                filed += sum(map(self._leave, part)) + sum(self._strike(read, fault) for read, fault in faults)
            group = group[max(1, len(part) + len(faults)) :]
        return filed

    def _commit(self, group: list[Read], written: list[Read], faults: list[tuple[Read, Exception]]) -> None:
        """Write the rows of as many messages as a moment allows, and tell which were written and which have a fault."""
        until = monotonic() + MOMENT
        with self.newsroom.transaction() as session:
            for read in group:
                fault = self._fault(session, read)
                if fault is None:
                    written.append(read)
                else:
                    faults.append((read, fault))
                if monotonic() > until:
                    break

    def _fault(self, session: Session, read: Read) -> Exception | None:
        """Write a message's rows, or none of them and return why. The disk's or the database's trouble is raised."""
        try:
            with about_mail(read.spooled.key), session.begin_nested():
                if read.reading is None:
                    file_unreadable(session, self.newsroom, read.spooled, read.why)
                else:
                    file_message(session, self.newsroom, read.spooled, read.reading)
        except (OSError, OperationalError):
            raise
        except Exception as error:
            return error
        return None

    def _leave(self, read: Read) -> bool:
        if read.damaged:
            self.spool.quarantine(read.spooled.key, read.why)
        else:
            self.spool.remove(read.spooled.key)
        return True

    def _strike(self, read: Read, fault: Exception) -> bool:
        """Count a failure of our own; the third shows the message to an editor. Another worker's success is none."""
        key = read.spooled.key
        with about_mail(key):
            with self.newsroom.reading() as session:
                if is_filed(session, read.spooled):
                    return self._leave(read)
            if self.spool.strike(key) < STRIKES:
                log.error("filing failed; the message stays in the spool", exc_info=fault)
                return False
            log.error("filing failed for good; an editor sees the message", exc_info=fault)
            with self.newsroom.transaction() as session:
                why = f"it could not be filed: {type(fault).__name__}"
                file_unreadable(session, self.newsroom, read.spooled, why)
            return self._leave(read)


def _may_pass(error: Unreadable) -> bool:
    """Tell whether reading again may help: time and memory run out under load, damage stays."""
    return str(error).startswith((CAUSES["time"], CAUSES["memory"], CAUSES["crash"]))
