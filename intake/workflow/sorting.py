"""Keeping the queue in order: merge two arrivals of one piece, split them again, spike spam, unspike what was none."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import Missing
from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.domain.states import OPEN, Action, Status, legal
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import editing, letters
from intake.workflow.promise import promise
from intake.workflow.transition import move


def merge(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    kept: Submission,
    actor: Actor,
    seen: int,
    *,
    offer: bool = False,
) -> None:
    """Close a piece as a copy of ``kept``, which is open on the same desk; its authors are told (Mm).

    With ``offer`` its text, where it is another one, is offered in the kept piece as the author's new revision; Missing
    where that piece takes none as it stands. An unconfirmed piece cannot be the kept one: it may vanish unconfirmed,
    and the copy with it.
    """
    # Skipped where another act holds it: waiting could be for one that merges it into this very piece.
    free = select(Submission).where(Submission.id == kept.id).with_for_update(skip_locked=True)
    standing = session.scalar(free.execution_options(populate_existing=True)) is not None
    if (
        not standing
        or kept.id == submission.id
        or kept.desk != submission.desk
        or kept.state not in OPEN - {Status.UNCONFIRMED}
    ):
        raise Missing("Name another piece of this desk that is still open and confirmed.")
    if offer:
        _offer_text(session, newsroom, submission, kept, actor)
    came_from = submission.status
    move(session, newsroom, submission, Action.MERGE, actor, seen=seen, detail={"kept": kept.ref})
    submission.merged_into, submission.came_from = kept.id, came_from
    letters.queue_all(session, newsroom, "Mm", submission, {"ref": kept.ref})


def _offer_text(session: Session, newsroom: Newsroom, submission: Submission, kept: Submission, actor: Actor) -> None:
    if not legal(kept.state, Action.REVISE):
        raise Missing("%(ref)s takes no new text as it stands. Merge without offering the text there.", ref=kept.ref)
    new = submission.revision
    if new.body_text.split() != kept.revision.body_text.split():
        text = Text(new.headline, new.standfirst, new.body_html, new.body_text, new.words)
        editing.pass_on(session, newsroom, kept, actor, text, note=submission.ref)


def split(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Take a merged piece out again: received, with a fresh promise that M3 tells. It counts as no copy any more."""
    promise(newsroom, submission)
    move(session, newsroom, submission, Action.SPLIT, actor, seen=seen)
    submission.merged_into = submission.came_from = submission.claimant_id = submission.repeats = None
    letters.queue_all(session, newsroom, "M3", submission)


def spike(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Put spam aside without a letter. Nothing is deleted; ``unspike`` brings it back."""
    came_from = Status.RECEIVED if submission.state is Status.IN_REVIEW else submission.state
    move(session, newsroom, submission, Action.SPIKE, actor, seen=seen)
    submission.came_from, submission.claimant_id, submission.claimed_at = came_from.value, None, None


def unspike(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Bring a piece back from the spike: to the queue with a fresh promise (M3), or to be confirmed (M1, M1m)."""
    back = Status(submission.came_from or Status.RECEIVED)
    if back is Status.RECEIVED:
        promise(newsroom, submission)
    move(session, newsroom, submission, Action.UNSPIKE, actor, seen=seen, to=back)
    submission.suspected = submission.came_from = None
    unconfirmed = "M1m" if submission.channel == "mail" else "M1"
    letters.queue_all(session, newsroom, "M3" if back is Status.RECEIVED else unconfirmed, submission)
