"""What readers see: a published piece, and lists by desk, month and printed name. Removed pieces are in no list.

Every read here is bounded: one row by key, or one page of rows along an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from intake.storage.database import Database
from intake.storage.publications import Correction, PrintedAuthor, Publication

PAGE = 20

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a piece's page from another."""

    path: str
    hash: str
    changed_at: datetime
    removed: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A published piece in a list; no body."""

    id: int
    slug: str
    headline: str
    standfirst: str
    byline: str
    label: str
    language: str
    published_at: datetime

    @property
    def path(self) -> str:
        """Return the page's address without the host."""
        return f"/articles/{self.id}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, newest first; ``before`` leads to the next page and is None on the last."""

    entries: tuple[Listed, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Printed:
    """A published piece as its page shows it."""

    id: int
    slug: str
    hash: str
    desk: str
    language: str
    publication_name: str
    piece: dict[str, Any]
    published_at: datetime
    changed_at: datetime
    removed_at: datetime | None
    removal_note: str

    @property
    def path(self) -> str:
        """Return the page's address without the host."""
        return _path(self.id, self.slug)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands with a piece. ``authors`` leads from a printed name to its archive page's slug."""

    corrections: tuple[tuple[datetime, str], ...]
    authors: Mapping[str, str]


# A page that thousands read: statements built once, rows without objects. Built anew and as objects, they cost three
# times the whole rest of the page.
_NUMBER: BindParameter[int] = bindparam("number")
_STAMP = select(
    Publication.id, Publication.slug, Publication.hash, Publication.changed_at, Publication.removed_at
).where(Publication.id == _NUMBER)
_PRINTED = select(
    Publication.id,
    Publication.slug,
    Publication.hash,
    Publication.desk,
    Publication.language,
    Publication.publication_name,
    Publication.piece,
    Publication.published_at,
    Publication.changed_at,
    Publication.removed_at,
    Publication.removal_note,
).where(Publication.id == _NUMBER)
_AROUND: CompoundSelect[int, datetime, str, str] = union_all(
    select(Correction.id, Correction.at, Correction.note, literal_column("''", String).label("short")).where(
        Correction.publication_id == _NUMBER
    ),
    select(PrintedAuthor.id, null(), PrintedAuthor.name, PrintedAuthor.slug).where(
        PrintedAuthor.publication_id == _NUMBER
    ),
)


def stamp(database: Database, number: int) -> Stamp | None:
    """Return a piece's stamp, read by its key alone; None for a piece that never was."""
    row = database.by_key(_STAMP, number=number)
    if row is None:
        return None
    return Stamp(_path(row.id, row.slug), row.hash, row.changed_at, row.removed_at is not None)


def article(connection: Connection, number: int) -> Printed | None:
    """Return a piece; None for one that never was."""
    row = connection.execute(_PRINTED, {"number": number}).one_or_none()
    return None if row is None else Printed(*row)


def around(connection: Connection, number: int) -> Around:
    """Return a piece's corrections, the oldest first, and its printed names."""
    rows = sorted(connection.execute(_AROUND, {"number": number}), key=lambda row: row.id)
    corrections = tuple((row.at, row.note) for row in rows if row.at)
    return Around(corrections, {row.note: row.short for row in rows if not row.at})


def _path(number: int, slug: str) -> str:
    return f"/articles/{number}/{slug}"


def last_change(session: Session, desk: str) -> datetime | None:
    """Return when anything a desk published last changed, was removed or came back."""
    return session.scalar(select(func.max(Publication.changed_at)).where(Publication.desk == desk))


def newest(session: Session, desk: str, before: int | None = None, size: int = PAGE) -> Listing:
    """Return a desk's newest pieces, or those before the piece with an id."""
    return _page(session, (Publication.desk == desk,), before, size)


def between(session: Session, desk: str, start: datetime, end: datetime, before: int | None = None) -> Listing:
    """Return what a desk published from ``start`` until before ``end``."""
    within = (Publication.desk == desk, Publication.published_at >= start, Publication.published_at < end)
    return _page(session, within, before, PAGE)


def by_author(session: Session, desk: str, slug: str, before: int | None = None) -> tuple[str, Listing]:
    """Return a printed name (empty when nobody has it) and what stands under it on a desk."""
    named = PrintedAuthor.desk == desk, PrintedAuthor.slug == slug
    written = select(PrintedAuthor.publication_id).where(*named)
    listing = _page(session, (Publication.id.in_(written),), before, PAGE)
    if not listing.entries:
        return "", listing
    latest = PrintedAuthor.publication_id == listing.entries[0].id
    return session.scalars(select(PrintedAuthor.name).where(*named, latest).limit(1)).one(), listing


def for_feed(session: Session, desk: str, size: int = PAGE) -> Sequence[Publication]:
    """Return a desk's newest pieces whole, for a feed."""
    return session.scalars(_newest_first(select(Publication), (Publication.desk == desk,)).limit(size)).all()


def neighbours(session: Session, desk: str, start: datetime, end: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the moments of the last piece before ``start`` and of the first from ``end`` on."""
    standing = Publication.desk == desk, Publication.removed_at.is_(None)
    earlier = select(func.max(Publication.published_at)).where(*standing, Publication.published_at < start)
    later = select(func.min(Publication.published_at)).where(*standing, Publication.published_at >= end)
    return session.scalar(earlier), session.scalar(later)


def _page(session: Session, conditions: Conditions, before: int | None, size: int) -> Listing:
    if before is not None:
        at = session.scalar(select(Publication.published_at).where(Publication.id == before))
        if at is None:
            return Listing((), None)
        older = Publication.published_at < at
        conditions += (or_(older, and_(Publication.published_at == at, Publication.id < before)),)
    columns = select(
        Publication.id,
        Publication.slug,
        Publication.headline,
        Publication.standfirst,
        Publication.byline,
        Publication.label,
        Publication.language,
        Publication.published_at,
    )
    rows = session.execute(_newest_first(columns, conditions).limit(size + 1)).all()
    entries = tuple(Listed(*row) for row in rows[:size])
    return Listing(entries, entries[-1].id if len(rows) > size else None)


def _newest_first(query: Any, conditions: Conditions) -> Any:
    standing = query.where(*conditions, Publication.removed_at.is_(None))
    return standing.order_by(Publication.published_at.desc(), Publication.id.desc())
