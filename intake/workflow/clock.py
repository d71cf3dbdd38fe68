"""Everything that time alone brings about: release, lapse, purge, reminders, publication.

``tick`` is called by the worker; each piece is one transaction, so that one failure stops no other.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from intake.domain.errors import GateClosed
from intake.domain.roles import SYSTEM
from intake.domain.states import PROMISED, Action, Status
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import InboundMessage, Letter
from intake.storage.publications import Approval, Proof
from intake.storage.submissions import Author, Byline, Submission
from intake.storage.turns import Turn, take_turn
from intake.workflow import letters, proof, publish
from intake.workflow.transition import move
from intake.workflow.wording import when

ANSWER_DAYS, CONFIRM_DAYS, OFFER_DAYS, PROOF_DAYS = 14, 14, 7, 7
IDLE = timedelta(hours=2)
AT_ONCE = 200

log = logging.getLogger("intake.clock")


def tick(newsroom: Newsroom) -> int:
    """Do all that is due now, each piece in its own transaction, and return how many acts were done.

    A piece that fails is logged and left for the next tick; the others go on.
    """
    return sum(_acted(newsroom, submission_id, due, act) for due, act in DUE for submission_id in _found(newsroom, due))


def _found(newsroom: Newsroom, due: "Condition") -> list[int]:
    with newsroom.reading() as session:
        found = select(Submission.id).where(due(newsroom.now())).order_by(Submission.changed_at, Submission.id)
        return list(session.scalars(found.limit(AT_ONCE)))


def _acted(newsroom: Newsroom, submission_id: int, due: "Condition", act: "Act") -> bool:
    try:
        with newsroom.transaction() as session:
            # The piece may have moved between the look and the lock, or another worker have written its reminder: what
            # is due is asked again under the lock, by a query of its own that sees what was committed meanwhile.
            session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update())
            submission = session.scalar(select(Submission).where(Submission.id == submission_id, due(newsroom.now())))
            if submission is not None:
                act(session, newsroom, submission)
            return submission is not None
    except Exception:
        told = {"act": getattr(act, "__name__", ""), "piece": submission_id}
        log.exception("an act of the clock failed; the next tick tries again", extra=told)
        return False


def release(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Release a piece whose promise has passed, and tell its authors that it is theirs again (M7)."""
    entry = move(session, newsroom, submission, Action.RELEASE, SYSTEM)
    letters.queue_all(session, newsroom, "M7", submission)
    return entry


def lapse(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Release a piece whose author has not answered for 14 days (M7n)."""
    entry = move(session, newsroom, submission, Action.LAPSE, SYSTEM)
    letters.queue_all(session, newsroom, "M7n", submission)
    return entry


def end_offer(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Put a piece back when a renewed offer stood unanswered for 7 days (M8n)."""
    entry = move(session, newsroom, submission, Action.REFUSE_OFFER, SYSTEM, to=Status(submission.came_from or ""))
    letters.queue_all(session, newsroom, "M8n", submission)
    return entry


def give_back(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Give a piece back to the queue whose claimant has done nothing for two hours."""
    entry = move(session, newsroom, submission, Action.UNCLAIM, SYSTEM)
    submission.claimant_id = submission.claimed_at = None
    return entry


def lapse_proof(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Take back a proof that stood unanswered for 7 days; the desk sees it among the accepted pieces."""
    entry = move(session, newsroom, submission, Action.PROOF_LAPSE, SYSTEM)
    proof.void(session, newsroom, submission)
    return entry


def purge(session: Session, newsroom: Newsroom, submission: Submission) -> AuditEntry:
    """Delete a piece that nobody confirmed in 14 days, and its authors where nothing else is known of them.

    The audit keeps that it was there, not what it said.
    """
    for address in sorted(byline.author.address for byline in submission.bylines):
        take_turn(session, Turn.ADDRESS, address)  # a new piece of theirs may be coming in
    entry = move(session, newsroom, submission, Action.PURGE, SYSTEM)
    authors = [byline.author_id for byline in submission.bylines]
    for message in session.scalars(select(InboundMessage).where(InboundMessage.submission_id == submission.id)):
        message.submission_id = None
        message.disposition, message.why = "dropped", "never confirmed"
        message.reading = None
    session.flush()
    session.execute(delete(Submission).where(Submission.id == submission.id))
    elsewhere = exists().where(Byline.author_id == Author.id)
    session.execute(delete(Author).where(Author.id.in_(authors), Author.confirmed_at.is_(None), ~elsewhere))
    return entry


def publish_due(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Publish a piece whose time has come; when the gate does not hold, put it back to approved and tell (M11u)."""
    try:
        publish.publish(session, newsroom, submission, SYSTEM)
    except GateClosed as error:
        move(session, newsroom, submission, Action.UNSCHEDULE, SYSTEM, text=str(error), detail={"lines": error.lines})
        proof.call_off(session, newsroom, submission)


def remind_unconfirmed(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Remind the author of an unconfirmed piece, once after 2 days and once after 11 (M1r)."""
    desk = newsroom.desk(submission.desk)
    since = session.scalar(select(_unconfirmed_since).where(Submission.id == submission.id)) or submission.created_at
    until = since + timedelta(days=CONFIRM_DAYS)
    for byline in submission.bylines:
        letters.queue(session, newsroom, "M1r", byline, {"until": when(until, desk.calendar.zone, byline.locale)})


def remind_asked(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Remind the author of an open question, once after 3 days and once after 7 (M4r)."""
    desk = newsroom.desk(submission.desk)
    until = (submission.asked_at or newsroom.now()) + timedelta(days=ANSWER_DAYS)
    for byline in submission.bylines:
        letters.queue(session, newsroom, "M4r", byline, {"until": when(until, desk.calendar.zone, byline.locale)})


def remind_proof(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Remind the authors who have not approved a waiting proof, after 24 and 48 hours (M10)."""
    given = select(Approval.byline_id).join(Proof).where(Proof.submission_id == submission.id, Proof.void_at.is_(None))
    done = set(session.scalars(given))
    for byline in submission.bylines:
        if byline.id not in done:
            letters.queue(session, newsroom, "M10", byline)


Condition = Callable[[datetime], ColumnElement[bool]]
Act = Callable[[Session, Newsroom, Submission], object]


def _in(*states: Status) -> ColumnElement[bool]:
    return Submission.status.in_([state.value for state in states])


_proof_sent = (
    select(func.max(Proof.sent_at))
    .where(Proof.submission_id == Submission.id, Proof.void_at.is_(None))
    .correlate(Submission)
    .scalar_subquery()
)
"""When the standing proof of a piece was sent."""

_unconfirmed_since = (
    select(func.max(AuditEntry.at))
    .where(
        AuditEntry.submission_id == Submission.id,
        AuditEntry.to_status == Status.UNCONFIRMED.value,
        AuditEntry.from_status.is_distinct_from(Status.UNCONFIRMED.value),
    )
    .correlate(Submission)
    .scalar_subquery()
)
"""When a piece became unconfirmed: at its arrival, or when it came back from the spike."""

Start = SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]


def _reminders(
    start: Start, code: str, first: timedelta, second: timedelta
) -> Callable[[datetime], ColumnElement[bool]]:
    """Return the condition that a reminder is owed: one after ``first``, another after ``second``, and no third."""

    def owed(now: datetime) -> ColumnElement[bool]:
        sent = aliased(Letter)
        since = and_(sent.submission_id == Submission.id, sent.code == code, sent.created_at >= start)
        none_yet = ~exists().where(since)
        none_lately = ~exists().where(since, sent.created_at > now - (second - first))
        twice = select(sent.byline_id).where(since).group_by(sent.byline_id).having(func.count() > 1)
        second_owed = (start <= now - second) & none_lately & ~exists(twice.correlate(Submission))
        return (start <= now - first) & (none_yet | second_owed)

    return owed


_UNCONFIRMED_OWED = _reminders(_unconfirmed_since, "M1r", timedelta(days=2), timedelta(days=11))
_ANSWER_OWED = _reminders(Submission.asked_at, "M4r", timedelta(days=3), timedelta(days=7))
_PROOF_OWED = _reminders(_proof_sent, "M10", timedelta(hours=24), timedelta(hours=48))

DUE: tuple[tuple[Condition, Act], ...] = (
    # An acceptance whose letter has not left yet is no lapse: the state has moved already, so these cannot race.
    (lambda now: _in(*PROMISED) & (Submission.reply_by < now), release),
    (lambda now: _in(Status.NEEDS_AUTHOR) & (Submission.asked_at < now - timedelta(days=ANSWER_DAYS)), lapse),
    (lambda now: _in(Status.OFFERED) & (Submission.offered_at < now - timedelta(days=OFFER_DAYS)), end_offer),
    (
        lambda now: _in(Status.IN_REVIEW) & (Submission.claimed_at < now - IDLE) & (Submission.changed_at < now - IDLE),
        give_back,
    ),
    (lambda now: _in(Status.APPROVAL) & (_proof_sent <= now - timedelta(days=PROOF_DAYS)), lapse_proof),
    (lambda now: _in(Status.UNCONFIRMED) & (_unconfirmed_since < now - timedelta(days=CONFIRM_DAYS)), purge),
    (lambda now: _in(Status.SCHEDULED) & (Submission.publish_at <= now), publish_due),
    (lambda now: _in(Status.UNCONFIRMED) & _UNCONFIRMED_OWED(now), remind_unconfirmed),
    (lambda now: _in(Status.NEEDS_AUTHOR) & _ANSWER_OWED(now), remind_asked),
    (lambda now: _in(Status.APPROVAL) & _PROOF_OWED(now), remind_proof),
)
"""What is due when: a condition on the piece, and the act. Order matters only where one piece fits two rows."""
