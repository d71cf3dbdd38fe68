"""The queue: a page of rows in the order of their promises, the counts on its filters, the piece to read next.

Every statement is bounded: rows by the page, counts by ``MOST``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from intake.domain.states import OPEN, Status
from intake.domain.stems import Phrases
from intake.storage.messages import InboundMessage
from intake.storage.people import Person
from intake.storage.search import matching
from intake.storage.submissions import Byline, Submission

PAGE = 50
MOST_PARTS = 400
MOST = 99
"""Where counting stops; more is shown as "99+"."""


class Group(StrEnum):
    """The states an editor looks at together."""

    READ = "read"
    AUTHOR = "author"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"
    SPAM = "spam"
    OPEN = "open"
    ALL = "all"


STATES: Mapping[Group, frozenset[Status]] = {
    Group.READ: frozenset({Status.RECEIVED, Status.IN_REVIEW}),
    Group.AUTHOR: frozenset({Status.NEEDS_AUTHOR, Status.OFFERED}),
    Group.ACCEPTED: frozenset({Status.ACCEPTED, Status.APPROVAL, Status.APPROVED, Status.SCHEDULED}),
    Group.PUBLISHED: frozenset({Status.PUBLISHED, Status.REMOVED}),
    Group.CLOSED: frozenset({Status.DECLINED, Status.RELEASED, Status.WITHDRAWN, Status.MERGED}),
    Group.UNCONFIRMED: frozenset({Status.UNCONFIRMED}),
    Group.SPAM: frozenset({Status.SPIKED}),
    Group.OPEN: OPEN - {Status.UNCONFIRMED},
    Group.ALL: frozenset(Status) - {Status.PURGED},
}
BY_PROMISE = frozenset({Group.READ, Group.AUTHOR, Group.ACCEPTED, Group.OPEN})
"""Groups in the order of their promises; in the others, where no promise runs, the newest comes first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page of the queue shows. ``overdue_at`` set means: only pieces whose promise had passed then.

    ``words`` set means: only pieces that hold them all, the newest first.
    """

    desks: tuple[str, ...]
    person_id: int | None
    group: Group = Group.READ
    language: str = ""
    claim: Literal["", "mine", "unclaimed"] = ""
    overdue_at: datetime | None = None
    words: Phrases = ()


class Mark(NamedTuple):
    """The last row of a page: where the next one starts."""

    reply_by: datetime | None
    id: int

    def __str__(self) -> str:
        return f"{self.reply_by.isoformat() if self.reply_by else ''}~{self.id}"

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """Return the mark that was written into an address, or nothing for anything else."""
        moment, _, number = text.rpartition("~")
        try:
            return cls(datetime.fromisoformat(moment) if moment else None, int(number))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Row:
    """One piece in the queue, as its two lines show it."""

    id: int
    ref: str
    desk: str
    status: str
    version: int
    headline: str
    language: str
    words: int
    channel: str
    reply_by: datetime | None
    publish_by: datetime | None
    created_at: datetime
    changed_at: datetime
    suspected: str | None
    claimant_id: int | None
    claimant: str | None
    repeats: str | None
    """The open piece by the same author that it nearly repeats, by its reference."""
    names: tuple[str, ...] = ()
    first_timer: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the mark behind which the next ones lie (nothing on the last page)."""

    rows: tuple[Row, ...]
    following: Mark | None


_SHOWN = (
    *(Submission.id, Submission.ref, Submission.desk, Submission.status, Submission.version, Submission.headline),
    *(Submission.language, Submission.words, Submission.channel, Submission.reply_by, Submission.publish_by),
    *(Submission.created_at, Submission.changed_at, Submission.suspected, Submission.claimant_id, Submission.repeats),
)


def page(session: Session, wanted: Wanted, after: Mark | None = None, size: int = PAGE) -> Page:
    """Return one page of the queue behind a mark: two statements whatever its length, a third for near copies."""
    query = select(*_SHOWN, Person.name.label("claimant")).outerjoin(Person, Person.id == Submission.claimant_id)
    if wanted.words:
        query = query.where(*_conditions(wanted), matching(session, wanted.words))
        query = query.where(Submission.id < after.id) if after else query
        query = query.order_by(Submission.id.desc())
    elif wanted.group in BY_PROMISE:
        query = query.where(*_soonest(wanted, after, size))
        query = query.order_by(Submission.reply_by.nulls_last(), Submission.id)
    elif wanted.desks:
        query = query.where(Submission.id.in_(_newest(wanted, after, size))).order_by(Submission.id.desc())
    else:
        return Page((), None)
    found = session.execute(query.limit(size + 1)).mappings().all()
    authors = _authors(session, [row["id"] for row in found[:size]])
    kept = _still_open(session, {row["repeats"] for row in found[:size] if row["status"] in OPEN} - {None})
    rows = tuple(
        Row(**{**row, "repeats": row["repeats"] if row["repeats"] in kept else None}, **authors.get(row["id"], {}))
        for row in found[:size]
    )
    return Page(rows, Mark(rows[-1].reply_by, rows[-1].id) if len(found) > size else None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [Submission.desk.in_(wanted.desks)]
    if wanted.group is not Group.ALL:
        narrowed.append(Submission.status.in_(sorted(STATES[wanted.group])))
    return narrowed + _narrower(wanted)


def _place(wanted: Wanted, desk: str, status: Status) -> list[ColumnElement[bool]]:
    """Return the conditions for one desk and state; a list of several beside it leads SQLite to another index."""
    return [Submission.desk == desk, Submission.status == status, *_narrower(wanted)]


def _narrower(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if wanted.language:
        narrowed.append(Submission.language == wanted.language)
    if wanted.claim == "mine":
        narrowed.append(Submission.claimant_id == wanted.person_id)
    elif wanted.claim == "unclaimed":
        narrowed.append(Submission.claimant_id.is_(None))
    if wanted.overdue_at is not None:
        narrowed.append(Submission.reply_by < wanted.overdue_at)
    return narrowed


def _soonest(wanted: Wanted, after: Mark | None, size: int) -> list[ColumnElement[bool]]:
    """Return the condition that finds the pieces whose promises end next: as ``_newest``, by the index of promises.

    One person's own pieces are few and are sorted, as is what would take more parts than SQLite puts together (500).
    """
    places = list(product(wanted.desks, sorted(STATES[wanted.group])))
    if wanted.claim == "mine" or not places or 2 * len(places) > MOST_PARTS:
        return [*_conditions(wanted), *([_behind(after)] if after else [])]
    parts = []
    for desk, status in places:
        piece = select(Submission.id).where(*_place(wanted, desk, status))
        promised = piece.where(Submission.reply_by.is_not(None)).order_by(Submission.reply_by, Submission.id)
        without = piece.where(Submission.reply_by.is_(None)).order_by(Submission.id)
        if after is None:
            parts += [promised, without]
        elif after.reply_by is None:
            parts.append(without.where(Submission.id > after.id))
        else:
            later = or_(Submission.reply_by > after.reply_by, Submission.id > after.id)
            parts += [promised.where(Submission.reply_by >= after.reply_by, later), without]
    soonest = [select(part.limit(size + 1).subquery().c.id) for part in parts]
    return [Submission.id.in_(select(union_all(*soonest).subquery().c.id))]


def _newest(wanted: Wanted, after: Mark | None, size: int) -> Select[tuple[int]]:
    """Return the newest ids of each desk and state: each part reads the end of one index, however many lie there."""
    parts = []
    for desk, status in product(wanted.desks, sorted(STATES[wanted.group])):
        part = select(Submission.id).where(*_place(wanted, desk, status))
        part = part.where(Submission.id < after.id) if after else part
        newest = part.order_by(Submission.id.desc()).limit(size + 1).subquery()
        parts.append(select(newest.c.id))
    return select(union_all(*parts).subquery().c.id)


def _behind(mark: Mark) -> ColumnElement[bool]:
    if mark.reply_by is None:
        return and_(Submission.reply_by.is_(None), Submission.id > mark.id)
    later = Submission.reply_by > mark.reply_by
    return or_(
        later, and_(Submission.reply_by == mark.reply_by, Submission.id > mark.id), Submission.reply_by.is_(None)
    )


def _authors(session: Session, pieces: list[int]) -> dict[int, dict[str, Any]]:
    """Return the printed names of each piece, and whether none of its authors sent an earlier one."""
    earlier = aliased(Byline)
    known = exists().where(earlier.author_id == Byline.author_id, earlier.submission_id < Byline.submission_id)
    query = select(Byline.submission_id, Byline.name, known.label("known"))
    found: dict[int, dict[str, Any]] = {}
    for piece, name, came_before in session.execute(
        query.where(Byline.submission_id.in_(pieces)).order_by(Byline.submission_id, Byline.position)
    ):
        row = found.setdefault(piece, {"names": (), "first_timer": True})
        row["names"] += (name,)
        row["first_timer"] = row["first_timer"] and not came_before
    return found


def _still_open(session: Session, refs: Collection[str]) -> frozenset[str]:
    """Return those of some references whose pieces are open."""
    if not refs:
        return frozenset()
    query = select(Submission.ref).where(Submission.ref.in_(refs), Submission.status.in_(sorted(OPEN)))
    return frozenset(session.scalars(query))


def counts(session: Session, wanted: Mapping[str, Wanted]) -> dict[str, str]:
    """Return how many pieces each filter holds, as it is shown: one statement, each count stopping at ``MOST``."""
    columns = [_up_to_most(_conditions(one)).label(name) for name, one in wanted.items()]
    numbers = session.execute(select(*columns)).mappings().one()
    return {name: capped(numbers[name]) for name in wanted}


def _up_to_most(conditions: list[ColumnElement[bool]]) -> ScalarSelect[int]:
    rows = select(Submission.id).where(*conditions).limit(MOST + 1).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def next_to_read(session: Session, desks: Collection[str], person_id: int | None, but: int) -> str | None:
    """Return the reference of the most urgent piece that is unclaimed or the person's own, other than ``but``."""
    free = or_(Submission.claimant_id.is_(None), Submission.claimant_id == person_id)
    query = select(Submission.ref).where(*_conditions(Wanted(tuple(desks), person_id)), free, Submission.id != but)
    return session.scalar(query.order_by(Submission.reply_by.nulls_last(), Submission.id).limit(1))


def held_waiting(session: Session, desks: Collection[str]) -> str:
    """Return how many held mails wait on these desks, as it is shown."""
    waiting = select(InboundMessage.id).where(
        InboundMessage.desk.in_(desks), InboundMessage.disposition.in_(("held", "quarantine"))
    )
    counted = select(func.count()).select_from(waiting.limit(MOST + 1).subquery())
    return capped(session.scalar(counted) or 0)


def capped(number: int) -> str:
    """Return a count as it is shown: nothing for none, "99+" for more than ``MOST``."""
    return f"{MOST}+" if number > MOST else str(number or "")
