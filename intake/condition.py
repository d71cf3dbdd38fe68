"""How the installation stands: what must hold before pages are served, line by line, and its figures.

The lines have names and no values, so that they can be shown to anybody. It mends nothing.
"""

import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from intake.newsroom import Newsroom
from intake.storage import heartbeat, schema
from intake.storage.queries.standing import Standing, standing
from intake.storage.rights import closed_files
from intake.storage.spool import Backlog, backlog, free_bytes

log = logging.getLogger("intake.condition")

PARTS: tuple[heartbeat.Part, ...] = ("worker", "listener", "fetcher")
SILENT = 300.0
"""Seconds without a sign after which a part counts as silent: longer than one slow relay holds it up."""

QUICK_LOOK = 2000
"""Waiting mails whose rights are looked at for one answer."""

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


def spool_is_open(newsroom: Newsroom) -> bool:
    """Tell whether the worker may read what waits in the spool, as far as a quick look shows."""
    return _holds(lambda: not closed_files(newsroom.settings.root / "spool", most=1, look=QUICK_LOOK))


def parts(newsroom: Newsroom, *, fetches: bool) -> Mapping[str, bool]:
    """Return whether worker, listener and, where there are mailboxes, the fetcher have given a sign of life lately."""
    expected = PARTS if fetches else PARTS[:2]
    ages = {part: heartbeat.age(newsroom.settings.root, part) for part in expected}
    return {part: age is not None and age < SILENT for part, age in ages.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is waiting and since when. ``standing`` is nothing while the database does not answer."""

    standing: Standing | None
    now: datetime
    backlog: Backlog
    free_bytes: int
    revision: str
    schema_current: bool
    silent_seconds: Mapping[str, float]
    """Seconds since the last sign of life of each part that ever gave one."""


def figures(newsroom: Newsroom) -> Figures:
    """Return the figures of the installation at this moment. Raises OSError when its folders cannot be read."""
    root, desks = newsroom.settings.root, tuple(desk.slug for desk in newsroom.desks.every)
    revision, stands = "", None
    try:
        with newsroom.reading() as session:
            stands = standing(session, desks, newsroom.now())
        revision = schema.current(newsroom.database) or ""
    except SQLAlchemyError:
        log.warning("the figures cannot be read from the database")
    ages = {part: heartbeat.age(root, part) for part in PARTS}
    return Figures(
        standing=stands,
        now=newsroom.now(),
        backlog=backlog(root / "spool"),
        free_bytes=free_bytes(root),
        revision=revision,
        schema_current=revision == _newest(),
        silent_seconds={part: age for part, age in ages.items() if age is not None},
    )


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
