"""The one door for state: ``move`` alone assigns a piece's status.

It sends nothing; verbs queue their letters beside it, in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed, StaleVersion
from intake.domain.roles import Actor, Kind, Role, may
from intake.domain.states import Action, Status, Transition, legal, rule
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, append
from intake.storage.messages import Letter
from intake.storage.submissions import Byline, Submission

DECISIVE = frozenset(
    {
        *(Action.ACCEPT, Action.DECLINE, Action.SEND_PROOF, Action.APPROVE, Action.SCHEDULE, Action.PUBLISH),
        *(Action.OVERRIDE, Action.CORRECT, Action.REMOVE, Action.RESTORE, Action.OFFER, Action.MERGE, Action.SIGN),
    }
)
"""Acts that nobody does on a piece of their own."""

REMEMBERED = (
    *("status", "reply_by", "no_promise", "clock_left", "asked_at", "publish_by", "offered_at", "came_from"),
    *("merged_into", "claimant_id", "claimed_at", "decline_reason"),
)
"""The columns an undo puts back."""


def find(session: Session, submission_id: int) -> Submission:
    """Return a piece for an act as it stands now, its row locked where the database locks rows. Raises KeyError."""
    locked = select(Submission).where(Submission.id == submission_id).with_for_update()
    submission = session.scalar(locked.execution_options(populate_existing=True))
    if submission is None:
        raise KeyError(submission_id)
    return submission


def move(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    action: Action,
    actor: Actor,
    *,
    seen: int | None = None,
    to: Status | None = None,
    reason_code: str | None = None,
    text: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Carry out one act of the state table on a piece, or refuse it and write nothing.

    Checks, in order: the seen version (StaleVersion), the table (IllegalAction), the permission (NotAllowed), the
    reason where the table wants one (Missing). ``seen`` may be absent only for the system and for authors, whose acts
    do not rest on what they saw.

    Effects, in the caller's transaction: status, version + 1, ``changed_at``, a voided undo, one audit entry. An act
    that gives a piece a promised state from outside sets no promise itself: its verb does (``promise.promise``).
    """
    row = rule(action)
    _refuse_overtaken(session, submission)
    refuse_stale(submission, actor, seen)
    if not legal(submission.state, action):
        raise IllegalAction(
            "That is not possible in the piece’s present state. Reload the page to see where it stands.",
            action=action,
            status=submission.status,
        )
    permit(submission, action, actor, text)
    if row.reason and not ((text or "").strip() or reason_code):
        raise Missing("This act needs a reason. Write it, then act again.", action=action)
    before = submission.status
    submission.status = _target(row, submission.state, to)
    submission.version += 1
    submission.changed_at = newsroom.now()
    submission.undo = submission.undo_until = None
    return append(
        session,
        at=newsroom.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action.value,
        submission_id=submission.id,
        from_status=before,
        to_status=submission.status,
        seen_version=seen,
        version=submission.version,
        reason_code=reason_code,
        text=text,
        detail=dict(detail or {}),
    )


def _refuse_overtaken(session: Session, submission: Submission) -> None:
    """Lock the piece's row, and refuse an act on what another transaction has changed since it was read here."""
    with session.no_autoflush:
        locked = select(Submission.version).where(Submission.id == submission.id).with_for_update()
        stands = session.scalar(locked)
    if stands != submission.version:
        raise StaleVersion(submission.version, stands or submission.version)


def permit(submission: Submission, action: Action, actor: Actor, text: str | None = None) -> None:
    """Raise NotAllowed unless the actor may do this to this piece: role, own piece, and whose byline it is."""
    if not may(actor, action, submission.desk):
        raise NotAllowed("Your role on this desk does not allow this. Ask an editor who may.", action=action)
    if actor.kind is Kind.AUTHOR and actor.id not in {byline.id for byline in submission.bylines}:
        raise NotAllowed("This link belongs to another piece.")
    own = action in DECISIVE and actor.kind is Kind.PERSON and _wrote(actor, submission)
    if own and (Role.CHIEF not in actor.on(submission.desk) or not (text or "").strip()):
        raise NotAllowed("Nobody decides on a piece of their own. A chief may, with a written reason.")


def _wrote(actor: Actor, submission: Submission) -> bool:
    return actor.address.casefold() in {byline.author.address.casefold() for byline in submission.bylines}


def refuse_stale(submission: Submission, actor: Actor, seen: int | None) -> None:
    """Raise StaleVersion for another version than the present one, Missing where an editor names none."""
    if seen is None and actor.kind is Kind.PERSON:
        raise Missing("An editor's act must name the version it was based on.")
    if seen is not None and seen != submission.version:
        raise StaleVersion(seen, submission.version)


def _target(row: Transition, present: Status, to: Status | None) -> Status:
    if not row.targets:
        return present
    if to is None and len(row.targets) == 1:
        return next(iter(row.targets))
    if to not in row.targets:
        raise IllegalAction("This act does not lead there. Reload the page.", action=row.action, to=to)
    return to


def snapshot(submission: Submission) -> dict[str, Any]:
    """Return what an undo would put back, as plain JSON values."""
    values = {name: getattr(submission, name) for name in REMEMBERED}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def allow_undo(
    submission: Submission, newsroom: Newsroom, actor: Actor, before: Mapping[str, Any], letters: list[Letter]
) -> None:
    """Let the last decision be taken back for the configured seconds; its letters wait that long too."""
    until = newsroom.now() + timedelta(seconds=newsroom.settings.limits.undo_seconds)
    for letter in letters:
        letter.due_at = until
    submission.undo = {"by": actor.id, "before": dict(before), "letters": [letter.id for letter in letters]}
    submission.undo_until = until


def shown_status(submission: Submission, now: datetime) -> Status:
    """Return the state an author sees: the one before a decision that can still be taken back."""
    if submission.undo and submission.undo_until and now < submission.undo_until:
        return Status(submission.undo["before"]["status"])
    return submission.state


def byline_of(submission: Submission, actor: Actor) -> Byline:
    """Return the byline an author acts for. Raises NotAllowed for anyone else."""
    if actor.kind is Kind.AUTHOR:
        for byline in submission.bylines:
            if byline.id == actor.id:
                return byline
    raise NotAllowed("Only an author of this piece can do that.")
