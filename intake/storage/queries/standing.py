"""The figures of the whole installation: how many wait, how long, what is late. It names no piece and no person.

Every count runs along an index over what is open; nothing here grows with the archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.states import OPEN, PROMISED
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Submission

RISK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts at one moment. ``open`` is by desk and state, ``overdue`` and ``at_risk`` (within 24 h) by desk."""

    open: Mapping[tuple[str, str], int]
    overdue: Mapping[str, int]
    at_risk: Mapping[str, int]
    letters: Mapping[str, int]
    """Letters by status: queued, failed."""
    oldest_letter: datetime | None
    """When the longest waiting letter was written."""
    mail: Mapping[str, int]
    """Mail that waits for an editor, by disposition: held, quarantine."""


def standing(session: Session, desks: tuple[str, ...], now: datetime) -> Standing:
    """Return the figures of some desks at a moment."""
    return Standing(
        open=_open(session, desks),
        overdue=_promised(session, desks, None, now),
        at_risk=_promised(session, desks, now, now + RISK),
        letters=_letters(session),
        oldest_letter=session.scalar(select(func.min(Letter.created_at)).where(Letter.status == "queued")),
        mail=_mail(session, desks),
    )


def _open(session: Session, desks: tuple[str, ...]) -> dict[tuple[str, str], int]:
    query = select(Submission.desk, Submission.status, func.count()).where(
        Submission.desk.in_(desks), Submission.status.in_(OPEN)
    )
    counted = session.execute(query.group_by(Submission.desk, Submission.status))
    found = {(desk, status): number for desk, status, number in counted}
    return {(desk, status): found.get((desk, status), 0) for desk in desks for status in sorted(OPEN)}


def _promised(session: Session, desks: tuple[str, ...], start: datetime | None, end: datetime) -> dict[str, int]:
    """Count the pieces whose promise passes in a span of time, by desk."""
    query = select(Submission.desk, func.count()).where(
        Submission.desk.in_(desks), Submission.status.in_(PROMISED), Submission.reply_by < end
    )
    if start is not None:
        query = query.where(Submission.reply_by >= start)
    found = {desk: number for desk, number in session.execute(query.group_by(Submission.desk))}  # noqa: C416 - rows
    return {desk: found.get(desk, 0) for desk in desks}


def _letters(session: Session) -> dict[str, int]:
    wanted = ("queued", "failed")
    query = select(Letter.status, func.count()).where(Letter.status.in_(wanted)).group_by(Letter.status)
    return dict.fromkeys(wanted, 0) | {status: number for status, number in session.execute(query)}  # noqa: C416 - rows


def _mail(session: Session, desks: tuple[str, ...]) -> dict[str, int]:
    wanted = ("held", "quarantine")
    query = select(InboundMessage.disposition, func.count()).where(
        InboundMessage.desk.in_(desks), InboundMessage.disposition.in_(wanted)
    )
    counted = session.execute(query.group_by(InboundMessage.disposition))
    return dict.fromkeys(wanted, 0) | {disposition: number for disposition, number in counted}  # noqa: C416 - rows
