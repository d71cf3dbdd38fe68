"""Asking scanners about filed mail, where the settings name any: the questions, and what their answers do.

A find is shown and drops nothing: a piece is marked as suspected, a file is handed out only to who insists.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.evidence import MessageCheck, MessageEvidence
from intake.storage.messages import InboundMessage
from intake.storage.submissions import Submission


def ask(session: Session, newsroom: Newsroom, message: InboundMessage) -> None:
    """Ask every scanner that the settings name about a message."""
    wanted = {"spam": newsroom.settings.screening.rspamd, "virus": newsroom.settings.screening.clamav}
    kinds = [kind for kind, address in wanted.items() if address]
    if kinds and message.id is None:
        session.flush()  # the message has its number from here on
    for kind in kinds:
        row = MessageCheck(message_id=message.id, kind=kind, status="queued", due_at=newsroom.now())
        row.attempts, row.letters = 0, []
        session.add(row)


def settle(session: Session, newsroom: Newsroom, check: MessageCheck, found: str, detail: Mapping[str, Any]) -> None:
    """Write down what a scanner said, once. Spam marks the piece that the message brought; it stays where it is."""
    check.status, check.leased_until = "done", None
    session.add(
        MessageEvidence(
            message_id=check.message_id, kind=check.kind, verdict=found, detail=dict(detail), found_at=newsroom.now()
        )
    )
    message = check.message
    if check.kind == "spam" and found == "found" and message.submission_id and message.disposition == "filed":
        submission = session.get_one(Submission, message.submission_id)
        submission.suspected = submission.suspected or f"{detail['by']} {detail['score']:g}"[:40]
