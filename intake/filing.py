"""Filing: what waits in the spool becomes rows, and leaves the spool only when they are committed.

Several children read at once, so that a hostile message holds up nobody. Small messages are read a few to a child while
many wait; where that fails, each is read again in a child of its own. What was read while the last was written is one
transaction; where that fails, each message is a transaction of its own. So one fault takes no other with it.
It reads no mail itself, and keeps no order among the messages of a round.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake.domain import faults
from intake.domain.addresses import read_reply_address
from intake.domain.errors import Unreadable
from intake.inbox.judgement import desk_facts
from intake.logbook import about_mail
from intake.newsroom import Newsroom
from intake.sandbox import CAUSES, Reader
from intake.storage.spool import Envelope, Spool
from intake.workflow.backlog import file_messages
from intake.workflow.receive import Spooled, file_unreadable, is_filed

log = logging.getLogger("intake.worker")

T = TypeVar("T")

STRIKES = 3
READERS = 4
"""Children that read at once: two cores' worth, and one hostile message in four leaves room for the others."""
AT_ONCE, GROUP = 128, 32
"""Messages taken from the spool in one round, and committed at most together."""
TOGETHER, SMALL, TOGETHER_SECONDS = 16, 100_000, 5.0
"""Messages that one child reads at most, the bytes of one that may be among them, and the seconds they have."""
FEW = 4
"""Messages that each of a round's first children reads at most."""
AT_A_TIME = 8
"""Messages whose rows are written together: twice as many save a twentieth and hold up editors twice as long."""
MOMENT = 0.05
"""Seconds after which a transaction takes no more messages."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message out of the spool, its bytes safe among the blobs; ``desk`` is the slug its envelope chose, or empty.

    ``signed`` tells whether it came to a signed address of ours, so that it is an answer.
    """

    spooled: Spooled
    raw: bytes
    desk: str
    signed: bool


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
        shares = list(_shares(keys))
        with ThreadPoolExecutor(min(READERS, len(shares))) as pool, ThreadPoolExecutor(1) as leaving:
            groups = self._groups([pool.submit(self._read, share) for share in shares])
            # Taking files away waits for the disk, so it has a thread of its own: it holds up no transaction.
            return sum(leaving.map(self._leave, (read for group in groups for read in self._filed(group))))

    def _groups(self, reading: list["Future[list[Read]]"]) -> Iterator[list[Read]]:
        """Yield what was read while the last was written, the oldest first: the busier, the larger the groups."""
        while reading and not self.stop.is_set():
            wait(reading, return_when=FIRST_COMPLETED)
            done = [future for future in reading if future.done()]
            reading = [future for future in reading if future not in done]
            yield [read for future in done for read in future.result()]
        for future in reading:
            future.cancel()

    def _read(self, keys: list[str]) -> list[Read]:
        """Read some messages and return them, without those that are gone or shall be tried again."""
        found: list[Read] = []
        small: list[Taken] = []
        for key in keys:
            first: Taken | Read | None = self._careful(key, self._first, key)
            if isinstance(first, Taken):
                small.append(first)
            elif first is not None:
                found.append(first)
        known = self._together(small)
        rest = (self._careful(one.spooled.key, self._alone, one, known) for one in small)
        return found + [read for read in rest if read is not None]

    def _first(self, key: str) -> Taken | Read | None:
        """Take a message, and read a large one at once: whoever sends many of 25 MB fills no memory of ours."""
        taken = self._taken(key)
        if isinstance(taken, Read) or len(taken.raw) <= SMALL:
            return taken
        return self._alone(taken, {})

    def _careful(self, key: str, step: Callable[..., T], *given: object) -> T | None:
        """Return what a step makes of one message; nothing when it is gone, or fails and shall be tried again."""
        with about_mail(key):
            try:
                return step(*given)
            except FileNotFoundError:
                return None  # another worker was faster
            except Exception:
                log.exception("filing failed; the message stays in the spool")
                return None

    def _taken(self, key: str) -> Taken | Read:
        try:
            envelope, raw = self.spool.read(key)
        except Unreadable as error:
            log.error("a spool file is damaged and is put into quarantine")
            return Read(self._remains(key), None, str(error), damaged=True)
        desk = self.newsroom.desks.for_address(envelope.recipient)
        spooled = Spooled(key, envelope, self.newsroom.blobs.put(raw), len(raw))
        signed = read_reply_address(envelope.recipient, self.newsroom.key("replies")) is not None
        return Taken(spooled, raw, desk.slug if desk else "", signed)

    def _together(self, taken: list[Taken]) -> Mapping[str, Mapping[str, Any]]:
        """Return what one child makes of several messages, by their keys; those it cannot read are missing.

        Forking is most of what a small message costs. A message that takes the child down takes none along: whatever
        is missing is read alone.
        """
        if len(taken) < 2:
            return {}
        try:
            answer = self.reader.call(
                "intake.inbox.judgement:judge_all",
                b"".join(one.raw for one in taken),
                within=TOGETHER_SECONDS,
                sizes=[len(one.raw) for one in taken],
                desks=desk_facts(self.newsroom.desks),
                chosen=[one.desk for one in taken],
                signed=[one.signed for one in taken],
            )
            pairs = list(zip(taken, answer["readings"], strict=True))
        except Exception as fault:  # whatever it is, each is tried by itself, and fails by itself
            log.warning("messages could not be read together; each is read alone", exc_info=fault)
            return {}
        return {one.spooled.key: reading for one, reading in pairs if reading is not None}

    def _alone(self, taken: Taken, known: Mapping[str, Mapping[str, Any]]) -> Read | None:
        """Return a message with its reading, from a child of its own unless it is known already."""
        spooled = taken.spooled
        if spooled.key in known:
            return Read(spooled, known[spooled.key])
        judge, desks = "intake.inbox.judgement:judge", desk_facts(self.newsroom.desks)
        try:
            reading = self.reader.call(judge, taken.raw, desks=desks, desk=taken.desk, signed=taken.signed)
            return Read(spooled, reading)
        except Unreadable as error:
            if _may_pass(error) and self.spool.strike(spooled.key) < STRIKES:
                return None
            return Read(spooled, None, str(error))

    def _remains(self, key: str) -> Spooled:
        """Return what is left of a mail whose bytes changed on disk: an editor sees it."""
        raw = self.spool.file_bytes(key)
        envelope = Envelope("", self.newsroom.desks.every[0].address, "file", "", "", self.newsroom.now())
        return Spooled(key, envelope, self.newsroom.blobs.put(raw), len(raw))

    def _filed(self, group: list[Read]) -> Iterator[Read]:
        """Commit a group, in parts no longer than a moment: editors' acts wait for the same writers' turn.

        Yields what may leave the spool, each after its commit and not before: a crash in between finds the rows at the
        second pass and takes the files away then.
        """
        while group:
            part: list[Read] = []
            try:
                self._commit(group, part)
            except Exception as fault:
                if _is_away(fault):
                    log.exception("filing failed; the messages stay in the spool")
                elif len(part) == 1:
                    yield from part if self._strike(part[0], fault) else ()
                else:
                    for read in part:
                        yield from self._filed([read])
            else:
                yield from part
            group = group[max(1, len(part)) :]

    def _commit(self, group: list[Read], part: list[Read]) -> None:
        """Write the rows of as many messages as a moment allows; ``part`` tells which. Then all are kept, or none."""
        until = monotonic() + MOMENT
        with self.newsroom.transaction() as session:
            for start in range(0, min(GROUP, len(group)), AT_A_TIME):
                step = group[start : start + AT_A_TIME]
                part += step
                self._write(session, step)
                if monotonic() > until:
                    break

    def _write(self, session: Session, step: list[Read]) -> None:
        file_messages(session, self.newsroom, [(one.spooled, one.reading) for one in step if one.reading is not None])
        for one in step:
            if one.reading is None:
                with about_mail(one.spooled.key):
                    file_unreadable(session, self.newsroom, one.spooled, one.why)

    def _leave(self, read: Read) -> bool:
        if read.damaged:
            with suppress(FileNotFoundError):  # it lies there already
                self.spool.quarantine(read.spooled.key, read.why)
        else:
            self.spool.remove(read.spooled.key)
        return True

    def _strike(self, read: Read, fault: Exception) -> bool:
        """Count a failure of our own and tell whether the message may leave the spool.

        The third shows it to an editor. Another worker's success is no failure.
        """
        key = read.spooled.key
        with about_mail(key):
            with self.newsroom.reading() as session:
                if is_filed(session, read.spooled):
                    return True
            if self.spool.strike(key) < STRIKES:
                log.error("filing failed; the message stays in the spool", exc_info=fault)
                return False
            log.error("filing failed for good; an editor sees the message", exc_info=fault)
            return self._give_up(read, faults.UNFILED % {"cause": type(fault).__name__})

    def _give_up(self, read: Read, why: str) -> bool:
        """Show a message that cannot be filed to an editor; where not even that is taken, put it out of the line.

        The reconciler gives what lies in quarantine a row of its own making. Either way the others go on.
        """
        try:
            with self.newsroom.transaction() as session:
                file_unreadable(session, self.newsroom, read.spooled, why)
        except Exception as fault:
            log.exception("a message cannot even be shown as unreadable")
            if _is_away(fault):
                return False
            self.spool.quarantine(read.spooled.key, why)
        return True


def _shares(keys: list[str]) -> Iterator[list[str]]:
    """Part the keys among children: a few to each of the first, so that there is soon something to write."""
    few = min(FEW, -(-len(keys) // READERS))
    for start in range(0, min(few * READERS, len(keys)), few):
        yield keys[start : start + few]
    for start in range(few * READERS, len(keys), TOGETHER):
        yield keys[start : start + TOGETHER]


def _is_away(fault: Exception) -> bool:
    """Tell whether the disk or the database is at fault, not the message.

    PostgreSQL's class 54 (program limit exceeded) is the message's: trying again would hold up its neighbours for ever.
    """
    limit = str(getattr(getattr(fault, "orig", None), "sqlstate", "")).startswith("54")
    return isinstance(fault, OSError | OperationalError) and not limit


def _may_pass(error: Unreadable) -> bool:
    """Tell whether reading again may help: time and memory run out under load, damage stays."""
    return str(error).startswith((CAUSES["time"], CAUSES["memory"], CAUSES["crash"]))
