"""The tray of held mail: what an editor does with a message that became no piece by itself.

It decides nothing about a mail that arrives; ``receive`` does.
"""

from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, NotAllowed
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import InboundMessage
from intake.storage.submissions import Submission
from intake.workflow import letters
from intake.workflow.receive import file_as_piece


def take_in(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> Submission:
    """Make a held mail a piece, with a promise that starts now (M2). Raises IllegalAction, NotAllowed."""
    _refuse_settled(session, message, actor)
    if not message.reading or not message.sender:
        raise IllegalAction("This mail holds no text or no sender to make a piece of. Open the original instead.")
    submission = file_as_piece(session, newsroom, message, message.reading, "taken_in")
    _audited(session, newsroom, message, actor, "take_in")
    return submission


def answer_held(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> None:
    """Send the sender of a held mail the letter that explains how to submit, and put the mail aside."""
    _refuse_settled(session, message, actor)
    if not message.sender or not (message.reading or {}).get("answerable"):
        raise NotAllowed("This mail came from a machine or a list: an answer would go to the wrong place.")
    letters.queue_to_sender(session, newsroom, "M0", message)
    message.disposition = "answered"
    _audited(session, newsroom, message, actor, "answer_held")


def spike_held(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> None:
    """Put a held mail aside without an answer. Its bytes stay."""
    _refuse_settled(session, message, actor)
    message.disposition = "spiked"
    _audited(session, newsroom, message, actor, "spike_held")


def _refuse_settled(session: Session, message: InboundMessage, actor: Actor) -> None:
    if actor.rank(message.desk) < 2:  # reader is 1, editor 2
        raise NotAllowed("Dealing with held mail needs an editor of this desk.")
    session.refresh(message, with_for_update=True)
    if message.disposition not in {"held", "quarantine"}:
        raise IllegalAction("Someone has dealt with this mail already. Reload the tray.")


def _audited(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor, action: str) -> None:
    append(
        session,
        at=newsroom.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action,
        submission_id=message.submission_id,
        detail={"message": message.id},
    )
