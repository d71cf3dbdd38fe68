"""A backup's table of contents: every file with its SHA-256 and size, what made it, at which schema revision.

It is written last: a folder without a manifest is no backup. It also holds the durable copy of one file, because a
copy and its line in the manifest are one act. It decides nothing about what belongs into a backup.
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Literal

from intake.domain.errors import IntakeError
from intake.storage.disk import Disk, make_folder

NAME, FORMAT, PIECE = "manifest.json", 1, 1 << 20

Kind = Literal["sqlite", "postgresql"]
Tell = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class BackupRefused(IntakeError):
    """A backup cannot be made, or is not one, or is damaged, or must not be restored here; says the cure."""


@dataclass(frozen=True)
class Stored:
    """One file of a backup: SHA-256 in hex, size in bytes."""

    sha256: str
    bytes: int


@dataclass
class Manifest:
    """What a backup holds. ``revision`` is the schema's; paths are relative, with slashes.

    ``erased`` are blobs that were deleted on purpose while the backup ran: the database's copy still names them.
    ``missing`` are blobs that the database named and that had no file: the installation itself was damaged.
    """

    made_at: str
    software: str
    database: Kind
    revision: str
    files: dict[str, Stored] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        """Return the size of all files together."""
        return sum(stored.bytes for stored in self.files.values())


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest durably into a backup's folder."""
    text = json.dumps(dataclasses.asdict(manifest), indent=1, sort_keys=True)
    Disk().keep(folder / f"{NAME}.draft", folder / NAME, text.encode())


def read(folder: Path) -> Manifest:
    """Return a backup's manifest. Raises BackupRefused when there is none, or it is damaged or of a later format."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        files = {str(path): Stored(str(line["sha256"]), int(line["bytes"])) for path, line in found["files"].items()}
        manifest = Manifest(**{**found, "files": files})
    except (FileNotFoundError, NotADirectoryError):
        raise BackupRefused(f"{folder} holds no {NAME}: it is no finished backup. Cure: name another folder.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(f"{folder / NAME} is damaged ({error}). Cure: restore another backup.") from None
    if manifest.format != FORMAT:
        raise BackupRefused(f"The backup has format {manifest.format}; this software reads {FORMAT}. Cure: upgrade it.")
    if any(path.startswith("/") or ".." in path.split("/") for path in files):
        raise BackupRefused(f"{folder / NAME} names files outside the backup. Cure: do not trust this folder.")
    return manifest


def faults(folder: Path, manifest: Manifest, tell: Tell = silent) -> Iterator[str]:
    """Yield what is wrong with a backup's files, one sentence each: missing, changed, or not in the manifest."""
    done = 0
    for path, stored in sorted(manifest.files.items()):
        try:
            with (folder / path).open("rb") as file:
                if _digest(file) != stored:
                    yield f"{path} has changed since the backup was made"
        except OSError as error:
            yield f"{path} cannot be read ({error.strerror})"
        done += stored.bytes
        tell("verify", done, manifest.bytes)
    known = {*manifest.files, NAME}
    for extra in sorted(path for path in folder.rglob("*") if path.is_file()):
        if extra.relative_to(folder).as_posix() not in known:
            yield f"{extra.relative_to(folder)} is not in the manifest"


def copy_file(source: Path, target: Path) -> Stored:
    """Copy a file durably (0600, folders 0700) and return what was written.

    Raises FileNotFoundError when the source is gone; one that is deleted while it is read is still copied whole.
    """
    with source.open("rb") as file:
        make_folder(target.parent, Disk())
        disk, digest, size = Disk(), hashlib.sha256(), 0
        descriptor = disk.create(target)
        try:
            while piece := file.read(PIECE):
                disk.write(descriptor, piece)
                digest.update(piece)
                size += len(piece)
            disk.fsync(descriptor)
        finally:
            os.close(descriptor)
    return Stored(digest.hexdigest(), size)


def stored(path: Path) -> Stored:
    """Bring a file that another program wrote to the disk, readable by its owner only, and return what it holds."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return _digest(file)


def settle(folder: Path) -> None:
    """Bring the names of a folder and of all folders under it to the disk."""
    disk = Disk()
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        disk.sync_folder(place)


def _digest(file: BufferedReader) -> Stored:
    return Stored(hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size)
