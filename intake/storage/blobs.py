"""Content-addressed files: bytes go in, their SHA-256 comes out; the same bytes lie there once.

Callers see no paths, so that object storage can stand behind the same four verbs. It keeps no names, media types or
owners (rows do), and counts no references: whoever deletes knows that nothing points here any more.
"""

import hashlib
import os
import re
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from intake.storage.disk import Disk, make_folder, swept

_SHA = re.compile(r"[0-9a-f]{64}")


class BlobStore(Protocol):
    """What the rest of the house may ask of a store of blobs. Every ``sha`` is 64 lower-case hex digits."""

    def put(self, data: bytes) -> str:
        """Keep the bytes durably and return their SHA-256. Putting them again changes nothing."""

    def get(self, sha: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError when there are none, ValueError for a malformed ``sha``."""

    def has(self, sha: str) -> bool:
        """Tell whether the bytes are here. Raises ValueError for a malformed ``sha``."""

    def delete(self, sha: str) -> None:
        """Remove the bytes; removing what is not here is fine. Raises ValueError for a malformed ``sha``."""


class Blobs:
    """A local folder as a blob store: ``<folder>/ab/abcdef…``, files 0600, folders 0700."""

    def __init__(self, folder: Path, *, disk: Disk | None = None) -> None:
        self._folder = folder
        self._tmp = folder / "tmp"
        self._disk = disk or Disk()
        make_folder(self._tmp, self._disk)

    def put(self, data: bytes) -> str:
        """Keep the bytes durably and return their SHA-256. Raises OSError; then nothing half-written stays."""
        sha = hashlib.sha256(data).hexdigest()
        target = self._path(sha)
        if self._settled(target):
            return sha
        make_folder(target.parent, self._disk)
        self._disk.keep(self._tmp / uuid.uuid4().hex, target, data)
        return sha

    def get(self, sha: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError when there are none, ValueError for a malformed ``sha``."""
        return self._path(sha).read_bytes()

    def has(self, sha: str) -> bool:
        """Tell whether the bytes are here. Raises ValueError for a malformed ``sha``."""
        return self._path(sha).is_file()

    def delete(self, sha: str) -> None:
        """Remove the bytes; removing what is not here is fine. Raises ValueError for a malformed ``sha``."""
        self._path(sha).unlink(missing_ok=True)

    def sweep(self, older_than: timedelta) -> int:
        """Remove drafts that no living writer can still need, and return how many went."""
        return swept(self._tmp, older_than)

    def part(self, number: int) -> dict[str, float]:
        """Return the blobs of one of the 256 parts of the store: each SHA-256, and how many seconds ago it was kept."""
        now, folder = time.time(), self._folder / f"{number:02x}"
        try:
            with os.scandir(folder) as entries:
                return {entry.name: now - entry.stat().st_mtime for entry in entries if _SHA.fullmatch(entry.name)}
        except FileNotFoundError:
            return {}

    def _settled(self, target: Path) -> bool:
        # The writer before us may have died between its rename and its fsync of the folder: settle that name first.
        if not target.is_file():
            return False
        self._disk.sync_folder(target.parent)
        return True

    def _path(self, sha: str) -> Path:
        if not _SHA.fullmatch(sha):
            raise ValueError(f"{sha!r} is not a SHA-256: 64 lower-case hex digits")
        return self._folder / sha[:2] / sha
