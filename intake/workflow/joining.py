"""Threading: a message that answers one of our letters joins its piece, by signed address or by our Message-IDs.

Never by subject. It reads no mail: ``reading`` is the reader's JSON answer.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.domain.states import Action, Status, legal
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Byline
from intake.workflow import review, submit, transition


def bracketed(message_id: object) -> str:
    """Return a Message-ID as it stands in a header: the reader hands it over without its angle brackets."""
    return f"<{str(message_id).strip('<>')}>" if message_id else ""


def answered(session: Session, newsroom: Newsroom, recipient: str, reading: Mapping[str, Any]) -> Byline | None:
    """Return the byline whose letter this message answers: by signed address first, then by our Message-IDs."""
    signed = read_reply_address(recipient, newsroom.key("replies"))
    if signed is not None:
        return session.get(Byline, signed)
    named = [*(reading.get("in_reply_to") or []), *reversed(reading.get("references") or [])][:6]
    if not named:
        return None
    query = select(Letter.byline_id).where(Letter.message_id.in_([bracketed(one) for one in named]))
    byline_id = session.scalar(query.where(Letter.byline_id.is_not(None)).limit(1))
    return session.get(Byline, byline_id) if byline_id is not None else None


def join(
    session: Session, newsroom: Newsroom, message: InboundMessage, byline: Byline, reading: Mapping[str, Any]
) -> None:
    """Put a message into the thread of the piece whose letter it answers; a stranger's waits for an editor."""
    submission = transition.find(session, byline.submission_id)
    message.submission_id, message.desk = submission.id, submission.desk
    if reading.get("automatic") or reading["disposition"] in {"automatic", "bounce", "loop"}:
        message.disposition = "joined"
        return
    if message.sender != byline.author.address:
        message.disposition, message.why = "held", "reply from another address"
        return
    message.disposition = "joined"
    actor = submit.author_actor(byline)
    submit.confirm(session, newsroom, submission, actor)
    words = str(reading.get("reply_text") or reading.get("text") or "").strip() or message.subject
    if submission.state is Status.NEEDS_AUTHOR:
        review.answer(session, newsroom, submission, actor, words)
    elif legal(submission.state, Action.NOTE):
        review.note(session, newsroom, submission, actor, words, None)
