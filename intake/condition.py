"""How the installation stands: what must hold before pages are served, line by line.

It tells names of lines and no values, so that its answer can be shown to anybody. It mends nothing.
"""

import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import text

from intake.newsroom import Newsroom
from intake.storage import heartbeat, schema
from intake.storage.spool import free_bytes

SILENT = 300.0
"""Seconds without a sign after which a worker or listener counts as silent: longer than one slow relay holds it up."""

FOLDERS = ("spool/tmp", "spool/new", "spool/quarantine", "blobs")
"""What must be writable, beside the state folder itself."""


def lines(newsroom: Newsroom) -> Mapping[str, bool]:
    """Return each line of readiness with whether it holds: database, schema, folders, space."""
    root = newsroom.settings.root
    checks: dict[str, Callable[[], bool]] = {
        "database": lambda: _answers(newsroom),
        "schema": lambda: schema.current(newsroom.database) == _newest(),
        "folders": lambda: all(_writable(folder) for folder in (root, *(root / name for name in FOLDERS))),
        "space": lambda: free_bytes(root / "spool" / "tmp") * 2 >= newsroom.settings.mail.max_bytes * 3,
    }
    return {name: _holds(check) for name, check in checks.items()}


def parts(newsroom: Newsroom) -> Mapping[str, bool]:
    """Return whether worker and listener have given a sign of life lately."""
    ages = {part: heartbeat.age(newsroom.settings.root, part) for part in ("worker", "listener")}
    return {part: age is not None and age < SILENT for part, age in ages.items()}


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever it is, the line does not hold; the cause may name hosts and paths
        return False


def _answers(newsroom: Newsroom) -> bool:
    with newsroom.reading() as session:
        return bool(session.scalar(text("SELECT 1")))


def _writable(folder: Path) -> bool:
    # Rights alone do not tell: a mount may be read-only, and root may do anything.
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"x")
    return True


_newest = cache(schema.newest)
