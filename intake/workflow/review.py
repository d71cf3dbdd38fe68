"""An editor's dealing with a piece: claim, ask, decide, note; and the author's part in it: answer, extend, withdraw.

The text is edited in ``editing``, printed matter is in ``proof`` and ``publish``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.roles import Actor, Kind, Role
from intake.domain.states import Action, Status
from intake.newsroom import Newsroom
from intake.storage.queries.piece import offered_by
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import letters
from intake.workflow.promise import promise, resume, stop
from intake.workflow.transition import allow_undo, byline_of, move, snapshot
from intake.workflow.wording import when

DECLINE_REASONS: Mapping[str, str] = {
    "not_for_us": "M6a",
    "no_room": "M6b",
    "duplicate": "M6b",
    "terms": "M6c",
    "letter": "M15",
}
"""Each reason code a decline can have, and the letter it sends unless the editor chooses another text."""


def claim(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Take a piece into review. Refused (IllegalAction) while someone else has it."""
    move(session, newsroom, submission, Action.CLAIM, actor, seen=seen)
    submission.claimant_id, submission.claimed_at = actor.id, newsroom.now()


def unclaim(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Give a piece back to the queue: the claimant, or a chief for someone else."""
    if submission.claimant_id != actor.id and Role.CHIEF not in actor.on(submission.desk):
        raise NotAllowed("Someone else has claimed this piece. Ask them, or a chief, to give it back.")
    move(session, newsroom, submission, Action.UNCLAIM, actor, seen=seen)
    submission.claimant_id = submission.claimed_at = None


def say(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    body: str,
    kind: str,
    *,
    internal: bool = False,
    mail: int | None = None,
) -> ThreadEntry:
    """Add an entry to a piece's thread. It changes no state; acts that carry words use it.

    ``mail`` is the id of the inbound message the words came in.
    """
    if not body.strip():
        raise Missing("Write something first.")
    entry = ThreadEntry(
        submission_id=submission.id,
        kind=kind,
        internal=internal,
        body=body.strip(),
        person_id=actor.id if actor.kind is Kind.PERSON else None,
        byline_id=actor.id if actor.kind is Kind.AUTHOR else None,
        message_id=mail,
        created_at=newsroom.now(),
    )
    session.add(entry)
    return entry


def note(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    body: str,
    seen: int | None,
    *,
    mail: int | None = None,
) -> None:
    """Add an internal note (a person's) or a message to the editor (an author's)."""
    internal = actor.kind is Kind.PERSON
    say(session, newsroom, submission, actor, body, "note" if internal else "message", internal=internal, mail=mail)
    move(session, newsroom, submission, Action.NOTE, actor, seen=seen)


def recommend(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, body: str, seen: int) -> None:
    """Write a reader's recommendation for those who decide."""
    say(session, newsroom, submission, actor, body, "recommendation", internal=True)
    move(session, newsroom, submission, Action.RECOMMEND, actor, seen=seen)


def ask(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    question: str,
    seen: int,
    letter: str | None = None,
) -> None:
    """Ask the author something. Stops the clock, sends M4; can be undone while the letter waits."""
    before = snapshot(submission)
    move(session, newsroom, submission, Action.ASK, actor, seen=seen, text=question)
    stop(newsroom, submission)
    say(session, newsroom, submission, actor, question, "question")
    sent = letters.queue_all(session, newsroom, "M4", submission, {"question": question}, edited=letter)
    allow_undo(submission, newsroom, actor, before, sent)


def answer(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, body: str, *, mail: int | None = None
) -> None:
    """Take the author's answer: back to its claimant or the queue, the clock goes on with what was left."""
    byline_of(submission, actor)
    back = Status.IN_REVIEW if submission.claimant_id else Status.RECEIVED
    resume(newsroom, submission)
    move(session, newsroom, submission, Action.ANSWER, actor, to=back)
    say(session, newsroom, submission, actor, body, "answer", mail=mail)


def ask_extension(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, until: datetime, seen: int
) -> None:
    """Ask the author to let the desk keep the piece longer (M5): at most 14 days on, once."""
    if submission.extended or submission.extension_until is not None:
        raise IllegalAction("More time was asked for once already. Decide, or let the promise end.")
    if submission.reply_by is None or not submission.reply_by < until <= submission.reply_by + timedelta(days=14):
        raise Missing("Choose a time after the promise, at most 14 days on.")
    move(session, newsroom, submission, Action.ASK_EXTENSION, actor, seen=seen, detail={"until": until.isoformat()})
    submission.extension_until = until
    zone = newsroom.desk(submission.desk).calendar.zone
    for byline in submission.bylines:
        letters.queue(session, newsroom, "M5", byline, {"until": when(until, zone, byline.locale)})


def extend(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, *, yes: bool) -> None:
    """Take the author's yes to the longer promise; a no leaves the promise as it stands. Either answer is the last."""
    byline_of(submission, actor)
    if submission.extension_until is None:
        raise IllegalAction("No extension is being asked for.")
    move(session, newsroom, submission, Action.EXTEND, actor, detail={"yes": yes})
    if yes and submission.reply_by is not None:
        # A question may have stopped the clock since: more time never becomes less.
        submission.reply_by = max(submission.reply_by, submission.extension_until)
    submission.extension_until, submission.extended = None, True


def accept(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    seen: int,
    letter: str | None = None,
    *,
    todo: str = "",
    reason: str | None = None,
) -> None:
    """Accept a piece: the promise ends, ``publish_by`` is set, M8 says what the author still owes (``todo``)."""
    before = snapshot(submission)
    move(session, newsroom, submission, Action.ACCEPT, actor, seen=seen, text=reason)
    days = newsroom.desk(submission.desk).publish_days
    submission.publish_by = newsroom.now() + timedelta(days=days)
    sent = letters.queue_all(
        session, newsroom, "M8", submission, {"todo": todo or "–", "editor": actor.name}, edited=letter
    )
    allow_undo(submission, newsroom, actor, before, sent)


def decline(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    seen: int,
    reason_code: str,
    letter: str | None = None,
    *,
    reason_plain: str = "",
    text: str | None = None,
) -> None:
    """Decline a piece for a reason code; the author is free at once, and the reason's letter says so."""
    if reason_code not in DECLINE_REASONS:
        raise Missing("Choose a reason: the author's letter and the figures rest on it.")
    before = snapshot(submission)
    submission.decline_reason = reason_code
    move(session, newsroom, submission, Action.DECLINE, actor, seen=seen, reason_code=reason_code, text=text)
    values = {"reason_plain": reason_plain, "limit": "200"}
    sent = letters.queue_all(session, newsroom, DECLINE_REASONS[reason_code], submission, values, edited=letter)
    allow_undo(submission, newsroom, actor, before, sent)


def withdraw(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, *, placed_elsewhere: bool = False
) -> None:
    """Withdraw a piece on its author's word (M13). One click, from any open state.

    A decision whose letter still waits is overtaken: that letter is called back.
    """
    byline_of(submission, actor)
    if submission.undo:
        letters.call_back(session, submission.undo["letters"], newsroom.now())
    move(
        session,
        newsroom,
        submission,
        Action.WITHDRAW,
        actor,
        reason_code="placed_elsewhere" if placed_elsewhere else "withdrawn",
    )
    letters.queue_all(session, newsroom, "M13", submission)


def offer(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int | None) -> None:
    """Open a closed piece again: a desk asks whether it is still free (M8r), or an author offers it anew.

    The editor who asks has it claimed for the author's yes; an author's offer is claimed by the editor who says yes.
    """
    came_from = submission.status
    move(session, newsroom, submission, Action.OFFER, actor, seen=seen, detail={"by": actor.kind.value})
    submission.came_from, submission.offered_at = came_from, newsroom.now()
    submission.claimant_id = actor.id if actor.kind is Kind.PERSON else None
    if actor.kind is Kind.PERSON:
        letters.queue_all(session, newsroom, "M8r", submission)


def answer_offer(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, *, yes: bool, seen: int | None = None
) -> None:
    """Take the other side's yes (in review, with a fresh promise, M3) or no (back to where it was).

    Raises NotAllowed for a yes of the side that made the offer; that side may take it back.
    """
    if yes and offered_by(session, submission.id) == actor.kind.value:
        raise NotAllowed("The offer is yours: the other side has to say yes.")
    if not yes:
        back = Status(submission.came_from) if submission.came_from else None
        move(session, newsroom, submission, Action.REFUSE_OFFER, actor, seen=seen, to=back)
        if actor.kind is Kind.PERSON:
            letters.queue_all(session, newsroom, "M8n", submission)
        return
    promise(newsroom, submission)
    submission.decline_reason = None
    move(session, newsroom, submission, Action.TAKE_OFFER, actor, seen=seen)
    submission.claimant_id = actor.id if actor.kind is Kind.PERSON else submission.claimant_id
    submission.claimed_at = newsroom.now()
    letters.queue_all(session, newsroom, "M3", submission)


def open_seal(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    byline_id: int,
    reason: str,
    seen: int,
) -> dict[str, str]:
    """Open what is sealed about one author and return it with the address. Every opening is audited with its reason.

    Raises Missing when that author's name is not sealed; SealBroken when the record cannot be read.
    """
    byline = next((one for one in submission.bylines if one.id == byline_id), None)
    if byline is None or byline.sealed is None:
        raise Missing("Nothing is sealed about this author.")
    move(session, newsroom, submission, Action.OPEN_SEALED, actor, seen=seen, text=reason, detail={"byline": byline_id})
    return newsroom.vault.open(byline.sealed) | {"byline": str(byline_id), "address": byline.author.address}


def undo(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Take back the last decision: same person, letter not gone. State, promise and claim are as before; audited."""
    kept, until = submission.undo, submission.undo_until
    if not kept or until is None or newsroom.now() >= until:
        raise IllegalAction("It is too late to undo: the letter has left.")
    if kept["by"] != actor.id:
        raise NotAllowed("Only the one who decided can undo it.")
    if not letters.call_back(session, kept["letters"], newsroom.now()):
        raise IllegalAction("It is too late to undo: the letter has left.")
    before = dict(kept["before"])
    move(session, newsroom, submission, Action.UNDO, actor, seen=seen, to=Status(before.pop("status")))
    for name, value in before.items():
        setattr(
            submission, name, datetime.fromisoformat(value) if isinstance(value, str) and name in MOMENTS else value
        )


MOMENTS = frozenset({"reply_by", "asked_at", "publish_by", "offered_at", "claimed_at"})
