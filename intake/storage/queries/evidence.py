"""What was found about messages: each one's evidence by its kind, for the pages."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.storage.evidence import MessageEvidence


def found(session: Session, messages: Collection[int]) -> Mapping[int, Mapping[str, MessageEvidence]]:
    """Return the evidence about each of these messages, by kind; every message has its entry, empty or not."""
    by_message: dict[int, dict[str, MessageEvidence]] = {number: {} for number in messages}
    for row in session.scalars(select(MessageEvidence).where(MessageEvidence.message_id.in_(messages))):
        by_message[row.message_id][row.kind] = row
    return by_message
