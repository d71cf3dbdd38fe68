"""What the piece page shows beside the piece: its history, its thread, its mail, its authors' earlier pieces.

Links in letters stay veiled marks (``domain.letter``); nothing sealed is opened here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from intake.domain.states import OPEN, Status
from intake.storage.audit import AuditEntry, AuditText
from intake.storage.messages import Attachment, InboundMessage, Letter
from intake.storage.people import Person
from intake.storage.submissions import Byline, Submission, ThreadEntry

MOST_ACTS, MOST_EARLIER = 200, 10
AN_ACT = timedelta(seconds=1)
"""How long the rows of one act may lie apart: words are written a moment before the audit entry of their act."""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a piece's history. ``by`` is a name, empty for the software."""

    at: datetime
    kind: str
    by: str
    action: str
    from_status: str | None
    to_status: str | None
    version: int | None
    reason_code: str | None
    text: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Something said about a piece; ``internal`` is never shown to its author; ``cut`` was left out of its mail."""

    at: datetime
    kind: str
    by: str
    from_author: bool
    internal: bool
    body: str
    cut: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter to an author as the desk may read it: marks still stand where its secret links will be."""

    at: datetime
    id: int
    code: str
    status: str
    due_at: datetime
    sent_at: datetime | None
    to_name: str
    locale: str
    subject: str
    body: str
    last_error: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to a piece after a version somebody saw. ``rewritten``: its text is another one now."""

    acts: tuple[Act, ...]
    said: tuple[Words | LetterLine, ...]
    rewritten: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another piece by the same address. ``repeats`` is the reference of the piece that it nearly repeats."""

    ref: str
    repeats: str | None
    desk: str
    status: str
    headline: str
    language: str
    created_at: datetime


def history(session: Session, submission_id: int, after_version: int = 0) -> tuple[Act, ...]:
    """Return what was done to a piece, oldest first: the newest ``MOST_ACTS`` acts."""
    query = (
        select(AuditEntry, AuditText.body, Person.name, Byline.name)
        .outerjoin(AuditText, AuditText.entry_id == AuditEntry.id)
        .outerjoin(Person, and_(AuditEntry.actor_kind == "person", Person.id == AuditEntry.actor_id))
        .outerjoin(Byline, and_(AuditEntry.actor_kind == "author", Byline.id == AuditEntry.actor_id))
        .where(AuditEntry.submission_id == submission_id)
        .order_by(AuditEntry.id.desc())
        .limit(MOST_ACTS)
    )
    if after_version:
        query = query.where(AuditEntry.version > after_version)
    acts = [
        Act(
            at=entry.at,
            kind=entry.actor_kind,
            by=person or author or "",
            action=entry.action,
            from_status=entry.from_status,
            to_status=entry.to_status,
            version=entry.version,
            reason_code=entry.reason_code,
            text=text,
            detail=entry.detail,
        )
        for entry, text, person, author in session.execute(query)
    ]
    return tuple(reversed(acts))


def thread(session: Session, submission_id: int, since: datetime | None = None) -> tuple[Words | LetterLine, ...]:
    """Return everything said about a piece, letters included, oldest first; from a moment on when one is given.

    Of what was said at one moment, words come before letters: a letter tells of them.
    """
    said = (
        select(ThreadEntry, Person.name, Byline.name, InboundMessage.reading)
        .outerjoin(InboundMessage, InboundMessage.id == ThreadEntry.message_id)
        .outerjoin(Person, Person.id == ThreadEntry.person_id)
        .outerjoin(Byline, Byline.id == ThreadEntry.byline_id)
        .where(ThreadEntry.submission_id == submission_id)
        .order_by(ThreadEntry.created_at, ThreadEntry.id)
    )
    sent = select(Letter).where(Letter.submission_id == submission_id).order_by(Letter.created_at, Letter.id)
    if since is not None:
        said, sent = said.where(ThreadEntry.created_at >= since), sent.where(Letter.created_at >= since)
    lines: list[Words | LetterLine] = [
        Words(
            at=entry.created_at,
            kind=entry.kind,
            by=person or author or "",
            from_author=entry.byline_id is not None,
            internal=entry.internal,
            body=entry.body,
            cut=tuple((reading or {}).get("reply_cuts") or ()),
        )
        for entry, person, author, reading in session.execute(said)
    ]
    lines += [_line(letter) for letter in session.scalars(sent)]
    return tuple(sorted(lines, key=lambda line: (line.at, isinstance(line, LetterLine))))


def _line(letter: Letter) -> LetterLine:
    return LetterLine(
        at=letter.created_at,
        id=letter.id,
        code=letter.code,
        status=letter.status,
        due_at=letter.due_at,
        sent_at=letter.sent_at,
        to_name=letter.to_name,
        locale=letter.locale,
        subject=letter.subject,
        body=letter.body,
        last_error=letter.last_error,
    )


def changes_since(session: Session, submission: Submission, seen: int) -> Changes:
    """Return what happened to a piece after the version ``seen``."""
    acts = history(session, submission.id, after_version=seen)
    if not acts:
        return Changes((), (), rewritten=False)
    since = acts[0].at - AN_ACT
    said = thread(session, submission.id, since)
    return Changes(acts, said, rewritten=submission.revision.created_at >= since)


def mail(session: Session, submission_id: int) -> list[InboundMessage]:
    """Return the messages that belong to a piece with their attachments' list, oldest first."""
    query = select(InboundMessage).where(InboundMessage.submission_id == submission_id).order_by(InboundMessage.id)
    return list(session.scalars(query.options(selectinload(InboundMessage.attachments))))


def uploads(session: Session, submission_id: int) -> list[Attachment]:
    """Return the files that were uploaded with a piece."""
    return list(session.scalars(select(Attachment).where(Attachment.submission_id == submission_id)))


def earlier(session: Session, submission: Submission, desks: Collection[str]) -> list[Earlier]:
    """Return other pieces by the same addresses on these desks, newest first, at most ``MOST_EARLIER``."""
    authors = [byline.author_id for byline in submission.bylines]
    query = (
        select(
            *(Submission.ref, Submission.repeats, Submission.desk, Submission.status, Submission.headline),
            *(Submission.language, Submission.created_at),
        )
        .join(Byline, Byline.submission_id == Submission.id)
        .where(Byline.author_id.in_(authors), Submission.id != submission.id, Submission.desk.in_(desks))
        .group_by(Submission.id)
        .order_by(Submission.id.desc())
        .limit(MOST_EARLIER)
    )
    return [Earlier(**row) for row in session.execute(query).mappings()]


def repeated(session: Session, submission: Submission) -> Submission | None:
    """Return the piece of the same desk that an open one nearly repeated when it came, while it can still be kept."""
    if submission.repeats is None or submission.state not in OPEN:
        return None
    query = select(Submission).where(Submission.ref == submission.repeats, Submission.desk == submission.desk)
    return session.scalar(query.where(Submission.status.in_(sorted(OPEN - {Status.UNCONFIRMED}))))


def offered_by(session: Session, submission_id: int) -> str | None:
    """Return who made the last offer to open a piece again, "person" or "author"; nothing without an offer."""
    offers = select(AuditEntry.actor_kind).where(
        AuditEntry.submission_id == submission_id, AuditEntry.action == "offer"
    )
    return session.scalar(offers.order_by(AuditEntry.id.desc()).limit(1))


def name_of(session: Session, person_id: int | None) -> str:
    """Return a person's name, or nothing."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def ref_of(session: Session, submission_id: int | None) -> str:
    """Return the reference of a piece, or nothing."""
    return session.scalar(select(Submission.ref).where(Submission.id == submission_id)) or ""
