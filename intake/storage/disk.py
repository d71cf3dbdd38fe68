"""The few calls that make bytes durable on a POSIX disk, in one place, so that a test can let any one of them fail.

It knows no layout and keeps nothing; the spool and the blobs say what is written where.
"""

import contextlib
import os
import time
from datetime import timedelta
from pathlib import Path


class Disk:
    """Create, write, fsync, rename. Every method raises OSError as the system gives it."""

    def create(self, path: Path) -> int:
        """Create a file that must not exist yet, mode 0600, and return its descriptor."""
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)

    def write(self, descriptor: int, *parts: bytes) -> None:
        """Write all bytes of all parts, in one system call where the system takes them at once."""
        written = os.writev(descriptor, parts)
        if written < sum(map(len, parts)):
            rest = memoryview(b"".join(parts))[written:]
            while rest:
                rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        """Bring a file's bytes, or a folder's names, to the disk."""
        os.fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Move a file within one mount; whatever had the target's name is replaced in the same instant."""
        source.rename(target)

    def sync_folder(self, folder: Path) -> None:
        """Bring a folder's names to the disk: without it a rename can be undone by a power cut."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.fsync(descriptor)
        finally:
            os.close(descriptor)

    def keep(self, temporary: Path, target: Path, *parts: bytes) -> None:
        """Write a file durably: create, write, fsync, rename, fsync of the folder.

        When this returns the target survives a power cut. On any exception the temporary file is removed and the
        exception goes on; the target may then exist or not, so the caller must not claim that it does. A failed
        fsync is never tried again on the same descriptor: after EIO the second one can lie.
        """
        descriptor = self.create(temporary)
        try:
            try:
                self.write(descriptor, *parts)
                self.fsync(descriptor)
            finally:
                os.close(descriptor)
            self.rename(temporary, target)
            self.sync_folder(target.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def make_folder(folder: Path, disk: Disk) -> None:
    """Make a folder (0700) and its missing parents, each durable in the folder above it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        disk.sync_folder(path.parent)


def swept(folder: Path, older_than: timedelta) -> int:
    """Remove the files of a folder for drafts that were last written so long ago, and return how many went."""
    gone, latest = 0, time.time() - older_than.total_seconds()
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < latest:
                path.unlink()
                gone += 1
    return gone
