"""Waiting mail that the worker may not read: what came there under another user waits for ever, and nobody sees it.

The worker is taken to run as the owner of the folder of waiting mail, who made it. It judges by owner and mode alone,
so that root may ask, too; it mends nothing.
"""

import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Closed:
    """One file that the worker may not read; ``owner`` is a user's name, or the number of a user without one."""

    key: str
    owner: str
    mode: int


def closed_files(spool: Path, most: int, look: int) -> list[Closed]:
    """Return at most ``most`` closed files among the first ``look`` waiting ones; none without a spool. OSError."""
    found: list[Closed] = []
    folder = spool / "new"
    try:
        worker = folder.stat()
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count == look or len(found) == most:
                    break
                if _KEY.fullmatch(entry.name) and (closed := _closed(entry, worker)):
                    found.append(closed)
    except FileNotFoundError:
        return []
    return found


def owner_of(path: Path) -> str:
    """Return the name of the user who owns a file, or that user's number. Raises OSError."""
    return _name(path.stat().st_uid)


def _closed(entry: os.DirEntry[str], worker: os.stat_result) -> Closed | None:
    try:
        file = entry.stat()
    except FileNotFoundError:  # filed meanwhile
        return None
    return None if _opens(worker, file) else Closed(entry.name, _name(file.st_uid), file.st_mode & 0o777)


def _opens(worker: os.stat_result, file: os.stat_result) -> bool:
    if worker.st_uid == 0:
        return True
    if file.st_uid == worker.st_uid:
        return bool(file.st_mode & 0o400)
    return bool(file.st_mode & (0o040 if file.st_gid == worker.st_gid else 0o004))


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
