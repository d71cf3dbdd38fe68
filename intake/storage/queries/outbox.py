"""The outbox page: the letters of some desks, newest first. Links in them stay veiled marks (``domain.letter``).

Letters to people with accounts belong to no desk's readers: only those who may see them ask for them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from intake.storage.bounces import LetterBounce
from intake.storage.messages import Letter
from intake.storage.submissions import Submission

Query = TypeVar("Query", bound=Select[Any])

PAGE = 50
STATES = ("queued", "failed", "sent", "kept", "cancelled")
RETURNED = "returned"
"""What can be asked for beside the states: letters that came back."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter as its row shows it."""

    id: int
    desk: str
    code: str
    status: str
    locale: str
    to_name: str
    to_address: str
    subject: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str
    ref: str | None


def page(
    session: Session, desks: Collection[str], status: str = "", before: int | None = None, *, accounts: bool = False
) -> tuple[list[Sent], int | None]:
    """Return one page of letters and the id behind which the next one starts; ``accounts`` adds letters to people."""
    columns = (getattr(Letter, name) for name in Sent.__dataclass_fields__ if name != "ref")
    query = select(*columns, Submission.ref).outerjoin(Submission, Submission.id == Letter.submission_id)
    query = _visible(query, desks, accounts=accounts).order_by(Letter.id.desc()).limit(PAGE + 1)
    if status in STATES:
        query = query.where(Letter.status == status)
    if status == RETURNED:
        query = query.where(select(LetterBounce.id).where(LetterBounce.letter_id == Letter.id).exists())
    if before is not None:
        query = query.where(Letter.id < before)
    rows = [Sent(**row) for row in session.execute(query).mappings()]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def letter(session: Session, desks: Collection[str], letter_id: int, *, accounts: bool = False) -> Letter | None:
    """Return one letter of these desks, or nothing."""
    return session.scalar(_visible(select(Letter).where(Letter.id == letter_id), desks, accounts=accounts))


def returned(session: Session, letters: Collection[int]) -> Mapping[int, LetterBounce]:
    """Return the newest report about each of these letters that came back."""
    query = select(LetterBounce).where(LetterBounce.letter_id.in_(letters)).order_by(LetterBounce.id)
    return {report.letter_id: report for report in session.scalars(query)}


def given_up(session: Session, desks: Collection[str], *, accounts: bool = False) -> int:
    """Return how many letters were given up, at most 100."""
    query = _visible(select(Letter.id).where(Letter.status == "failed"), desks, accounts=accounts)
    return len(session.scalars(query.limit(100)).all())


def _visible(query: Query, desks: Collection[str], *, accounts: bool) -> Query:
    query = query.where(Letter.desk.in_(desks))
    return query if accounts else query.where(Letter.person_id.is_(None))
