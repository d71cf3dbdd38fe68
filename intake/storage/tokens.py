"""Tokens that are used once, each a small file that says for what: no database, since mail must come in without one.

It verifies nothing. A token is marked only after its mail is durable; one whose mail was not stored can come again.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from intake.storage.disk import Disk, make_folder

KEPT = timedelta(days=2)
"""How long a use is remembered: longer than any signature stays valid."""


@dataclass
class Claim:
    """A token in hand. ``used_for`` is empty for a fresh one."""

    used_for: str
    _descriptor: int = field(repr=False)
    _disk: Disk = field(repr=False)
    _folder: Path = field(repr=False)

    def use(self, purpose: str) -> None:
        """Remember durably what the token was used for. Raises OSError; the token then still counts as fresh."""
        self._disk.write(self._descriptor, purpose.encode())
        self._disk.fsync(self._descriptor)
        self._disk.sync_folder(self._folder)


class Tokens:
    """The tokens that were used, in a folder; any number of processes may share it."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        """Make the folder when it is absent. Raises OSError."""
        self._folder, self._disk = folder, disk or Disk()
        make_folder(folder, self._disk)

    @contextlib.contextmanager
    def claim(self, token: str) -> Iterator[Claim]:
        """Hold a token while its mail is stored: a second request with it waits here. Raises OSError."""
        path = self._folder / hashlib.sha256(token.encode()).hexdigest()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield Claim(os.read(descriptor, 4096).decode(), descriptor, self._disk, self._folder)
        finally:
            os.close(descriptor)

    def sweep(self, older_than: timedelta = KEPT) -> int:
        """Forget the uses that lie so far back, and return how many."""
        latest, swept = time.time() - older_than.total_seconds(), 0
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < latest:
                    path.unlink()
                    swept += 1
        return swept
