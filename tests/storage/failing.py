"""A disk that fails once, for tests of everything that promises durability."""

import errno
import os
from pathlib import Path

from intake.storage.disk import Disk


class FailingDisk(Disk):
    """A disk whose k-th write, fsync or rename fails with a given errno, and with ``every`` each n-th one after it."""

    def __init__(self, fails_at: int, number: int = errno.EIO, every: int = 0) -> None:
        self.left = fails_at
        self.every = every
        self.number = number
        self.failed = False

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.left = self.every
            self.failed = True
            raise OSError(self.number, os.strerror(self.number))

    def write(self, descriptor: int, *parts: bytes) -> None:
        self._step()
        super().write(descriptor, *parts)

    def fsync(self, descriptor: int) -> None:
        self._step()
        super().fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)
