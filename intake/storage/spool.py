"""The spool: raw mail, durable on disk before anybody answers "250" and before anything is judged.

Layout of its folder: ``tmp`` (being written), ``new`` (waiting, one file per recipient, named by its key),
``strikes`` (failed tries), ``quarantine`` (given up, each with its reason). It parses no mail, opens no database and
imports nothing heavy: a pipe delivery must start in a blink.
"""

import errno
import hashlib
import heapq
import json
import os
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, cast, get_args

from intake.domain import faults
from intake.domain.errors import NoSpace, SettingsError, TooLarge, Unreadable
from intake.storage.disk import Disk, make_folder, swept

Source = Literal["lmtp", "smtp", "pipe", "imap", "webhook", "maildir", "mbox", "file"]

END = b"\n-- end of mail --\n"
"""The last bytes of every whole file. The length in the first line is what decides; this mark shows a cut-off file."""

MARKS = ("quiet", "left")
"""What the first line of a file says only where it is so."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_KEY = re.compile(r"[0-9a-f]{64}")
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no database or page takes as text: controls, and bytes that were no UTF-8 on a command line."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the sending side said around the mail. One recipient each: two recipients make two spool entries.

    ``mail_from`` is empty for bounces; ``received_at`` is aware; ``remote_ip`` and ``helo`` are empty where unknown.
    ``quiet`` marks old mail that is brought in, such as an archive: it waits for an editor, and no letter answers it.
    ``left`` marks our own note on a mail that was too large and stayed in its mailbox; it is as quiet.
    Whatever is no text in an address becomes U+FFFD.
    """

    mail_from: str
    recipient: str
    source: Source
    remote_ip: str
    helo: str
    received_at: datetime
    quiet: bool = False
    left: bool = False

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must be an aware datetime")
        for name in ("mail_from", "recipient", "remote_ip", "helo"):
            object.__setattr__(self, name, _NO_TEXT.sub("\ufffd", getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A mail that was given up on, and why."""

    key: str
    why: str


class Spool:
    """The durable folder between the ways in and the worker. ``max_bytes`` is the size limit of one mail.

    Any number of processes may use one folder at once. Raises SettingsError when the folders lie on different mounts.
    """

    def __init__(
        self,
        folder: Path,
        max_bytes: int,
        *,
        disk: Disk | None = None,
        free: Callable[[Path], int] | None = None,
    ) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._disk = disk or Disk()
        self._free = free or free_bytes
        self._tmp, self._new = folder / "tmp", folder / "new"
        self._strikes, self._quarantine = folder / "strikes", folder / "quarantine"
        for part in (self._tmp, self._new, self._strikes, self._quarantine):
            make_folder(part, self._disk)
        if len({part.stat().st_dev for part in (self._tmp, self._new, self._quarantine)}) != 1:
            raise SettingsError(
                f"The folders tmp, new and quarantine in {folder} lie on different mounts, so that moving a mail is "
                "not one step. Put the whole spool on one mount."
            )

    def accept(self, raw: bytes, envelope: Envelope) -> str:
        """Store one mail for one recipient durably and return its key; only then may the sender be told "stored".

        The same mail from the same sender to the same recipient has the same key and lies there once. Raises TooLarge
        over the limit, NoSpace when the disk has less than 1.5 times the limit free (or fills up on the way), and
        OSError for whatever else the disk says; then nothing was promised and nothing half-written stays.
        """
        if len(raw) > self.max_bytes:
            raise TooLarge(f"The mail has {len(raw)} bytes; at most {self.max_bytes} are taken. Send a smaller one.")
        if self._free(self._tmp) * 2 < self.max_bytes * 3:
            raise NoSpace(f"Less than 1.5 times {self.max_bytes} bytes are free under {self.folder}. Free some space.")
        key = key_of(envelope.mail_from, envelope.recipient, raw)
        try:
            self._disk.keep(self._tmp / uuid.uuid4().hex, self._new / key, _head(envelope, len(raw)), raw, END)
        except OSError as error:
            if error.errno in FULL:
                raise NoSpace(f"The disk under {self.folder} is full. Free some space.") from error
            raise
        return key

    def waiting(self, limit: int = 1000) -> list[str]:
        """Return the keys of at most ``limit`` waiting mails, oldest first."""
        with os.scandir(self._new) as entries:
            dated = heapq.nsmallest(limit, (_dated(entry) for entry in entries if _KEY.fullmatch(entry.name)))
        return [name for _, name in dated]

    def holds(self, key: str) -> bool:
        """Tell whether a mail lies here, waiting or in quarantine."""
        return self._path(key).exists() or (self._quarantine / key).exists()

    def read(self, key: str) -> tuple[Envelope, bytes]:
        """Return a waiting mail: its envelope and the exact bytes.

        Raises Unreadable when the file is cut off or damaged, FileNotFoundError when no such mail waits.
        """
        return _parse(key, self._path(key).read_bytes())

    def file_bytes(self, key: str) -> bytes:
        """Return the whole file of a waiting mail, damaged as it may be. Raises FileNotFoundError."""
        return self._path(key).read_bytes()

    def remove(self, key: str) -> None:
        """Forget a mail that is filed. Forgetting it twice is fine."""
        self._path(key).unlink(missing_ok=True)
        (self._strikes / key).unlink(missing_ok=True)

    def strike(self, key: str) -> int:
        """Count one failed try durably and return how many there were: one byte each, so a crash loses none."""
        path = self._strikes / self._path(key).name
        descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            self._disk.write(descriptor, b".")
            self._disk.fsync(descriptor)
            count = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
        self._disk.sync_folder(self._strikes)
        return count

    def quarantine(self, key: str, why: str) -> None:
        """Move a waiting mail out of the line, with the reason beside it. Raises FileNotFoundError when it is gone.

        The reason is written first: a crash between leaves the mail waiting, never unexplained or lost.
        """
        source = self._path(key)
        source.stat()
        reason = why.encode("utf-8", "backslashreplace")
        self._disk.keep(self._tmp / uuid.uuid4().hex, self._quarantine / f"{key}.why", reason)
        self._disk.rename(source, self._quarantine / key)
        self._disk.sync_folder(self._quarantine)
        self._disk.sync_folder(self._new)
        (self._strikes / key).unlink(missing_ok=True)

    def quarantined(self) -> list[Quarantined]:
        """Return every mail in quarantine, oldest first."""
        with os.scandir(self._quarantine) as entries:
            dated = sorted(_dated(entry) for entry in entries if _KEY.fullmatch(entry.name))
        return [Quarantined(key, self._why(key)) for _, key in dated]

    def forgive(self, key: str) -> None:
        """Forget the failed tries of a waiting mail."""
        (self._strikes / self._path(key).name).unlink(missing_ok=True)

    def quarantined_bytes(self, key: str) -> bytes:
        """Return the whole file of a mail in quarantine. Raises FileNotFoundError."""
        return (self._quarantine / self._path(key).name).read_bytes()

    def discard(self, key: str) -> None:
        """Forget a mail in quarantine; one that does not lie there is fine."""
        for path in (self._quarantine / self._path(key).name, self._quarantine / f"{key}.why"):
            path.unlink(missing_ok=True)

    def sweep(self, older_than: timedelta) -> int:
        """Remove files in ``tmp`` that no living writer can still need, and return how many went."""
        return swept(self._tmp, older_than)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a spool key: 64 hex digits")
        return self._new / key

    def _why(self, key: str) -> str:
        try:
            return (self._quarantine / f"{key}.why").read_text("utf-8")
        except FileNotFoundError:
            return ""


def key_of(mail_from: str, recipient: str, raw: bytes) -> str:
    """Return the key of a mail: SHA-256 (hex) over sender, recipient and the exact bytes."""
    digest = hashlib.sha256()
    for part in (mail_from, recipient):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    digest.update(raw)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many mails wait, how many seconds the oldest does, and how many lie in quarantine."""

    waiting: int
    oldest_seconds: float
    quarantined: int


def backlog(folder: Path) -> Backlog:
    """Return how much lies in a spool; a folder that is not there yet is empty. Raises OSError."""
    waiting, quarantined = _listed(folder / "new"), _listed(folder / "quarantine")
    arrived = [at for at, _ in waiting if at]
    oldest = max(0.0, time.time() - min(arrived) / 1e9) if arrived else 0.0
    return Backlog(len(waiting), oldest, len(quarantined))


def _listed(folder: Path) -> list[tuple[int, str]]:
    try:
        with os.scandir(folder) as entries:
            return [_dated(entry) for entry in entries if _KEY.fullmatch(entry.name)]
    except FileNotFoundError:
        return []


def free_bytes(folder: Path) -> int:
    """Return how many bytes an ordinary user may still write under a folder."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def _dated(entry: os.DirEntry[str]) -> tuple[int, str]:
    try:
        return entry.stat().st_mtime_ns, entry.name
    except FileNotFoundError:  # another worker took it since the folder was listed: reading it will say so
        return 0, entry.name


def _head(envelope: Envelope, size: int) -> bytes:
    line: dict[str, object] = {
        "bytes": size,
        "mail_from": envelope.mail_from,
        "recipient": envelope.recipient,
        "source": envelope.source,
        "remote_ip": envelope.remote_ip,
        "helo": envelope.helo,
        "received_at": envelope.received_at.isoformat(),
    }
    line |= {mark: True for mark in MARKS if getattr(envelope, mark)}
    return json.dumps(line).encode("ascii") + b"\n"


def _parse(key: str, stored: bytes) -> tuple[Envelope, bytes]:
    head, newline, rest = stored.partition(b"\n")
    if not newline or not rest.endswith(END):
        raise Unreadable(faults.CUT_OFF)
    raw = rest[: -len(END)]
    try:
        line = json.loads(head)
        envelope = _envelope(line, len(raw))
        right = key_of(line["mail_from"], line["recipient"], raw)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(faults.NO_ENVELOPE, cause=error) from error
    if right != key:
        raise Unreadable(faults.CHANGED)
    return envelope, raw


def _envelope(line: dict[str, object], size: int) -> Envelope:
    texts = {name: line[name] for name in ("mail_from", "recipient", "source", "remote_ip", "helo", "received_at")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a value is not a text")
    if line["bytes"] != size or texts["source"] not in get_args(Source):
        raise ValueError("wrong length or source")
    received_at = datetime.fromisoformat(str(texts.pop("received_at")))
    marks = {mark: line.get(mark, False) is True for mark in MARKS}  # a file without a mark does not say so
    return Envelope(**cast("dict[str, str]", texts), received_at=received_at, **marks)  # type: ignore[arg-type]  # checked above
