"""The tray of held mail: the messages that wait for a word of an editor, newest first, and one message by its id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from intake.storage.evidence import MessageEvidence
from intake.storage.messages import Attachment, InboundMessage
from intake.storage.submissions import Submission

PAGE, BEGINNING = 50, 300
WAITING = ("held", "quarantine")


@dataclass(frozen=True, slots=True)
class Held:
    """One held message as its row shows it. ``beginning`` is None when the message could not be read."""

    id: int
    desk: str
    disposition: str
    why: str
    subject: str
    from_name: str
    from_address: str
    received_at: datetime
    hits: list[Any]
    misses: list[Any]
    defects: list[Any]
    beginning: str | None
    answerable: bool
    ref: str | None
    files: int
    verdict: str | None
    """On the sender: pass, fail, none, temperror; nothing while there is none."""

    @property
    def takeable(self) -> bool:
        """Tell whether a piece can be made of it: it was read and names a sender."""
        return self.beginning is not None and bool(self.from_address)


def tray(session: Session, desks: Collection[str], before: int | None = None) -> tuple[list[Held], int | None]:
    """Return one page of the tray, newest first, and the id behind which the next page starts.

    One statement, whatever the length of the texts: only their beginnings are fetched.
    """
    reading = InboundMessage.reading
    files = (
        select(func.count(Attachment.id))
        .where(Attachment.message_id == InboundMessage.id)
        .correlate(InboundMessage)
        .scalar_subquery()
    )
    query = (
        select(
            InboundMessage.id,
            InboundMessage.desk,
            InboundMessage.disposition,
            InboundMessage.why,
            InboundMessage.subject,
            InboundMessage.from_name,
            InboundMessage.from_address,
            InboundMessage.received_at,
            InboundMessage.hits,
            InboundMessage.misses,
            InboundMessage.defects,
            func.substr(reading["text"].as_string(), 1, BEGINNING).label("beginning"),
            func.coalesce(reading["answerable"].as_boolean(), False).label("answerable"),
            Submission.ref,
            files.label("files"),
            MessageEvidence.verdict,
        )
        .outerjoin(Submission, Submission.id == InboundMessage.submission_id)
        .outerjoin(
            MessageEvidence,
            (MessageEvidence.message_id == InboundMessage.id) & (MessageEvidence.kind == "sender"),
        )
        .where(InboundMessage.desk.in_(desks), InboundMessage.disposition.in_(WAITING))
        .order_by(InboundMessage.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(InboundMessage.id < before)
    rows = [Held(**row) for row in session.execute(query).mappings()]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def message(session: Session, desks: Collection[str], message_id: int) -> InboundMessage | None:
    """Return a message of one of these desks with the list of its files, or nothing."""
    query = select(InboundMessage).where(InboundMessage.id == message_id, InboundMessage.desk.in_(desks))
    return session.scalar(query.options(selectinload(InboundMessage.attachments)))


def messages(session: Session, desks: Collection[str], ids: Collection[int]) -> list[InboundMessage]:
    """Return those of the messages that lie on one of these desks, locked for an act where the database locks rows."""
    query = select(InboundMessage).where(InboundMessage.id.in_(ids), InboundMessage.desk.in_(desks))
    return list(session.scalars(query.order_by(InboundMessage.id).with_for_update()))


def ref_of(session: Session, submission_id: int | None) -> str | None:
    """Return the reference of the piece a message belongs to."""
    return session.scalar(select(Submission.ref).where(Submission.id == submission_id)) if submission_id else None
