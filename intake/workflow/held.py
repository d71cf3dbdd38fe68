"""The tray of held mail: what an editor does with a message that became no piece by itself.

It decides nothing about a mail that arrives; ``receive`` does.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.roles import Actor
from intake.domain.states import Action, Status, legal
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import InboundMessage
from intake.storage.submissions import Submission
from intake.workflow import editing, joining, letters, review, sender, submit, transition
from intake.workflow.receive import file_as_piece


def take_in(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> Submission:
    """Make a held mail a piece, with a promise that starts now (M2). Raises IllegalAction, NotAllowed."""
    _refuse_settled(session, message, actor)
    if not message.reading or not message.sender:
        raise IllegalAction("This mail holds no text or no sender to make a piece of. Open the original instead.")
    submission = file_as_piece(session, newsroom, message, message.reading, "taken_in")
    sender.hold_receipt(session, newsroom, message)
    _audited(session, newsroom, message, actor, "take_in")
    return submission


def put_into(session: Session, newsroom: Newsroom, message: InboundMessage, ref: str, actor: Actor) -> Submission:
    """Put a held mail into a piece, as its author's words or as a note of what somebody else wrote; return the piece.

    A manuscript in it is offered as a revision while the piece is under review. Raises Missing for a reference that no
    desk of the actor's knows, IllegalAction, NotAllowed.
    """
    _refuse_settled(session, message, actor)
    named = select(Submission.id).where(Submission.ref == ref, Submission.status != Status.PURGED.value)
    number = session.scalar(named)
    submission = transition.find(session, number) if number is not None else None
    if submission is None or actor.rank(submission.desk) < 2:
        raise Missing("No desk of yours has a piece with this reference. Check it.")
    message.submission_id, message.desk, message.disposition = submission.id, submission.desk, "joined"
    reading = message.reading or {}
    author = next((byline for byline in submission.bylines if byline.author.address == message.sender), None)
    if author is not None:
        joining.take_words(session, newsroom, submission, submit.author_actor(author), message, reading)
    else:
        _pass_on(session, newsroom, submission, message, actor)
    message.disposition = "joined"
    _audited(session, newsroom, message, actor, "put_into")
    return submission


def _pass_on(
    session: Session, newsroom: Newsroom, submission: Submission, message: InboundMessage, actor: Actor
) -> None:
    """Put a stranger's mail beside a piece: for the desk only, on the editor's word."""
    reading = message.reading or {}
    text = joining.version(submission, reading)
    if text is not None and legal(submission.state, Action.REVISE):
        editing.pass_on(session, newsroom, submission, actor, text, note=message.subject)
    said = f"{message.from_name} <{message.from_address}>:\n\n{joining.words_of(message, reading)}"
    if legal(submission.state, Action.NOTE):
        review.note(session, newsroom, submission, actor, said, submission.version, mail=message.id)


def answer_held(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> None:
    """Send the sender of a held mail the letter that explains how to submit, and put the mail aside."""
    _refuse_settled(session, message, actor)
    if not message.sender or not (message.reading or {}).get("answerable"):
        raise IllegalAction("This mail came from a machine or a list: an answer would go to the wrong place.")
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
