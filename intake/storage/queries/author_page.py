"""What the author's page reads beside the piece itself: the thread an author may see, and the published address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.storage.publications import Publication
from intake.storage.submissions import Byline, ThreadEntry


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the thread; ``author`` is the name of the author who wrote it, or nothing for the desk."""

    kind: str
    body: str
    at: datetime
    author: str | None
    byline_id: int | None


def thread(session: Session, submission_id: int, desk_until: datetime | None) -> list[Said]:
    """Return what authors may see, oldest first: no note, and nothing the desk said at or after ``desk_until``.

    ``desk_until`` is the moment of a decision that can still be undone: until its letter leaves, it is not shown.
    """
    query = (
        select(ThreadEntry, Byline.name)
        .outerjoin(Byline, ThreadEntry.byline_id == Byline.id)
        .where(ThreadEntry.submission_id == submission_id, ThreadEntry.internal.is_(False))
        .order_by(ThreadEntry.created_at, ThreadEntry.id)
    )
    if desk_until is not None:
        query = query.where(ThreadEntry.byline_id.is_not(None) | (ThreadEntry.created_at < desk_until))
    return [
        Said(entry.kind, entry.body, entry.created_at, name, entry.byline_id) for entry, name in session.execute(query)
    ]


def published_at(session: Session, submission_id: int) -> str | None:
    """Return the published page's address without the host, or nothing."""
    publication = session.scalar(select(Publication).where(Publication.submission_id == submission_id))
    return publication.path if publication is not None else None
