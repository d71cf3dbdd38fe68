"""The listener, as in production but able to die at each crash point, and the listeners that break a promise.

Each is a plain function that serves until it is killed; it prints ``ready PORT`` once mail is answered.
"""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from intake.ingress.answers import STORED, Keeps
from intake.ingress.lmtp import Connection, Listener
from intake.storage.disk import Disk
from intake.storage.spool import Envelope, Spool, key_of
from tests.torture.fuse import CrashingDisk, Fuse, Life

MAX_BYTES = 1_000_000


class CrashingConnection(Connection):
    """A connection after whose every "250 stored" the process can die."""

    fuse: Fuse

    async def push(self, status: Any) -> None:
        """Send the answer, then pass the point."""
        await super().push(status)
        if str(status).startswith(STORED):
            self.fuse.passed("after 250")


class CrashingListener(Listener):
    """A listener whose connections can kill it."""

    fuse: Fuse

    def _connection(self) -> Connection:
        connection = CrashingConnection(self.replies, self.loop, "localhost")
        connection.fuse = self.fuse
        return connection


class Hasty:
    """The negative control: says "stored" first and stores a moment later. A harness that finds no loss is blind."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._later = ThreadPoolExecutor(1)

    def accept(self, raw: bytes, envelope: Envelope) -> str:
        """Promise now, store later."""
        self._later.submit(self._store, raw, envelope)
        return key_of(envelope.mail_from, envelope.recipient, raw)

    def _store(self, raw: bytes, envelope: Envelope) -> None:
        threading.Event().wait(0.02)
        self._spool.accept(raw, envelope)


class NamesLeftToLuck(Disk):
    """The negative control of the order: the folder is never brought to the disk."""

    def sync_folder(self, folder: Path) -> None:
        """Do nothing."""


class BytesLeftToLuck(Disk):
    """The negative control of the order: neither bytes nor names are brought to the disk."""

    def fsync(self, descriptor: int) -> None:
        """Do nothing."""


def listener(folder: Path, port: int, life: Life) -> None:
    """Take mail as in production."""
    fuse = Fuse(life)
    _listen(Spool(folder, MAX_BYTES, disk=CrashingDisk(fuse)), port, fuse)


def hasty_listener(folder: Path, port: int, life: Life) -> None:
    """Answer before the mail is stored."""
    _listen(Hasty(Spool(folder, MAX_BYTES)), port, Fuse(life))


def listener_without_folder_fsync(folder: Path, port: int, life: Life) -> None:
    """Answer before the name is durable."""
    _listen(Spool(folder, MAX_BYTES, disk=NamesLeftToLuck()), port, Fuse(life))


def listener_without_fsync(folder: Path, port: int, life: Life) -> None:
    """Answer before anything is durable."""
    _listen(Spool(folder, MAX_BYTES, disk=BytesLeftToLuck()), port, Fuse(life))


def _listen(keeps: Keeps, port: int, fuse: Fuse) -> None:
    serving = CrashingListener(keeps, "127.0.0.1", port, lambda _: True, MAX_BYTES)
    serving.fuse = fuse
    with serving:
        print("ready", serving.port, flush=True)  # noqa: T201  # tells the test that mail is answered now
        signal.pause()
