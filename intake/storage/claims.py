"""Work that is a row: claimed with a lease, finished, or tried again later.

The effect (a letter, a delivery) happens between ``claim`` and ``finish``; after a crash the lease runs out and the
row is tried again. It knows no effect. Source of the shape: transactional outbox, conditional UPDATE.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60, 120, 240, 480, 480, 480, 480))
"""Waits between tries: about 31 hours in all, so that a relay may be down for a day."""


class Due:
    """Columns of a row that waits to be carried out. ``status`` is declared by the table: 'queued' waits."""

    status: Mapped[str]
    id: Mapped[int]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")


Row = TypeVar("Row", bound=Due)


def claim(session: Session, table: type[Row], now: datetime, *, lease: timedelta, most: int) -> list[Row]:
    """Lease up to ``most`` due rows, oldest first, and return them. Two workers never get the same row."""
    due = _due(table, now).order_by(table.due_at, table.id).limit(most)
    # Row locks are left out by SQLite, where BEGIN IMMEDIATE lets one writer in.
    rows = list(session.scalars(due.with_for_update(skip_locked=True)))
    for row in rows:
        row.leased_until = now + lease
        row.attempts += 1
    return rows


def waiting(session: Session, table: type[Row], now: datetime) -> bool:
    """Tell whether any row is due, without leasing it."""
    return session.scalar(_due(table, now).limit(1)) is not None


def _due(table: type[Row], now: datetime) -> Select[Row]:
    free = or_(table.leased_until.is_(None), table.leased_until < now)
    return select(table).where(table.status == "queued", table.due_at <= now, free)


def put_back(row: Due, now: datetime, error: str) -> bool:
    """Note the error and set the next try; False when the tries are used up, and the row is 'failed'."""
    row.last_error = error[:500]
    row.leased_until = None
    if row.attempts > len(BACK_OFF):
        row.status = "failed"
        return False
    row.due_at = now + BACK_OFF[row.attempts - 1]
    return True
