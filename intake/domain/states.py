"""The state table of a piece: which action leads from where to where, who may, what it needs, which letter follows.

It decides nothing about persons (see ``roles``) and writes nothing: ``workflow.transition.move`` is the one door
through which a state changes. README.md shows this table; a test keeps the two equal.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a piece stands."""

    UNCONFIRMED = "unconfirmed"
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    NEEDS_AUTHOR = "needs_author"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    APPROVAL = "approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DECLINED = "declined"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    SPIKED = "spiked"
    REMOVED = "removed"
    PURGED = "purged"


class Action(StrEnum):
    """What can be done to a piece."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    DOUBT = "doubt"
    PURGE = "purge"
    CLAIM = "claim"
    UNCLAIM = "unclaim"
    REVISE = "revise"
    ASK = "ask"
    ANSWER = "answer"
    LAPSE = "lapse"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    ACCEPT = "accept"
    DECLINE = "decline"
    RELEASE = "release"
    OFFER = "offer"
    TAKE_OFFER = "take_offer"
    REFUSE_OFFER = "refuse_offer"
    EDIT = "edit"
    SEND_PROOF = "send_proof"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    RECALL = "recall"
    PROOF_LAPSE = "proof_lapse"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH = "publish"
    CORRECT = "correct"
    REMOVE = "remove"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    SPLIT = "split"
    SPIKE = "spike"
    UNSPIKE = "unspike"
    UNDO = "undo"
    RECOMMEND = "recommend"
    NOTE = "note"
    OVERRIDE = "override"
    SET_GENRE = "set_genre"
    OPEN_SEALED = "open_sealed"
    SIGN = "sign"
    COMPLETE = "complete"


class Party(StrEnum):
    """Who an action is open to. A desk role stands for itself and every role above it."""

    AUTHOR = "author"
    SYSTEM = "system"
    READER = "reader"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    CHIEF = "chief"


S = Status
OPEN = frozenset(
    {S.UNCONFIRMED, S.RECEIVED, S.IN_REVIEW, S.NEEDS_AUTHOR, S.OFFERED, S.ACCEPTED, S.APPROVAL, S.APPROVED, S.SCHEDULED}
)
"""States in which the desk still holds the piece."""

PROMISED = frozenset({S.RECEIVED, S.IN_REVIEW})
"""States in which the exclusivity clock runs: a ``reply_by`` stands, and when it passes the author is released."""

PROVED = frozenset({S.APPROVAL, S.APPROVED, S.SCHEDULED})
"""States in which a proof is out: whatever it prints stays as it is, or the proof is taken back first."""

READABLE = OPEN - {S.UNCONFIRMED} | {S.PUBLISHED, S.DECLINED, S.RELEASED, S.WITHDRAWN, S.MERGED, S.SPIKED, S.REMOVED}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the state table.

    ``targets`` empty means the state stays; more than one means the verb says which (see ``rule``).
    """

    action: Action
    sources: frozenset[Status]
    targets: frozenset[Status]
    who: frozenset[Party]
    needs: str = ""
    letter: str = ""
    reason: bool = False
    """True when the act is refused without a typed reason or reason code."""


def _row(
    action: Action,
    sources: frozenset[Status] | set[Status],
    targets: set[Status] | None,
    who: set[Party],
    needs: str = "",
    letter: str = "",
    *,
    reason: bool = False,
) -> Transition:
    return Transition(action, frozenset(sources), frozenset(targets or ()), frozenset(who), needs, letter, reason)


A, P = Action, Party
TRANSITIONS: tuple[Transition, ...] = (
    _row(A.SUBMIT, set(), {S.UNCONFIRMED, S.RECEIVED}, {P.AUTHOR, P.SYSTEM}, "a valid piece", "M1, M2 or M3"),
    _row(
        A.CONFIRM, {S.UNCONFIRMED}, {S.RECEIVED}, {P.AUTHOR, P.EDITOR}, "the author's link, or an editor's reason", "M3"
    ),
    _row(A.DOUBT, PROMISED, {S.UNCONFIRMED}, {P.SYSTEM}, "mail that fails DMARC, its receipt not gone", "M1m for M2"),
    _row(A.PURGE, {S.UNCONFIRMED}, {S.PURGED}, {P.SYSTEM}, "14 days without confirmation", "M1r before"),
    _row(A.CLAIM, {S.RECEIVED}, {S.IN_REVIEW}, {P.READER}, "nobody else has it"),
    _row(A.UNCLAIM, {S.IN_REVIEW}, {S.RECEIVED}, {P.READER, P.SYSTEM}, "by the claimant, a chief, or after 2 h idle"),
    _row(A.REVISE, {S.RECEIVED, S.IN_REVIEW, S.NEEDS_AUTHOR}, None, {P.AUTHOR, P.EDITOR}, "the new text", "M3v"),
    _row(A.ASK, {S.IN_REVIEW}, {S.NEEDS_AUTHOR}, {P.EDITOR}, "the question", "M4", reason=True),
    _row(A.ANSWER, {S.NEEDS_AUTHOR}, {S.IN_REVIEW, S.RECEIVED}, {P.AUTHOR}, "the answer"),
    _row(A.LAPSE, {S.NEEDS_AUTHOR}, {S.RELEASED}, {P.SYSTEM}, "14 days without answer", "M7n"),
    _row(A.ASK_EXTENSION, PROMISED, None, {P.EDITOR}, "a new date at most 14 days on, once", "M5"),
    _row(A.EXTEND, PROMISED, None, {P.AUTHOR}, "the author's yes to the date asked for"),
    _row(A.ACCEPT, PROMISED, {S.ACCEPTED}, {P.EDITOR}, "no open stop", "M8"),
    _row(A.DECLINE, OPEN, {S.DECLINED}, {P.EDITOR}, "a reason code", "M6a, M6b, M6c or M15", reason=True),
    _row(A.RELEASE, PROMISED, {S.RELEASED}, {P.SYSTEM}, "reply_by has passed", "M7"),
    _row(A.OFFER, {S.RELEASED, S.DECLINED, S.WITHDRAWN}, {S.OFFERED}, {P.EDITOR, P.AUTHOR}, "", "M8r"),
    _row(A.TAKE_OFFER, {S.OFFERED}, {S.IN_REVIEW}, {P.AUTHOR, P.EDITOR}, "a yes from the other side", "M3"),
    _row(
        A.REFUSE_OFFER,
        {S.OFFERED},
        {S.RELEASED, S.DECLINED, S.WITHDRAWN},
        {P.AUTHOR, P.EDITOR, P.SYSTEM},
        "a no, or 7 days",
        "M8n",
    ),
    _row(A.EDIT, {S.IN_REVIEW, S.ACCEPTED}, None, {P.EDITOR}, "a new revision"),
    _row(A.SEND_PROOF, {S.ACCEPTED}, {S.APPROVAL}, {P.EDITOR}, "revision, disclaimer version and hash pinned", "M9"),
    _row(A.APPROVE, {S.APPROVAL}, {S.APPROVED, S.APPROVAL}, {P.AUTHOR, P.CHIEF}, "that hash; the last author moves it"),
    _row(
        A.REQUEST_CHANGES,
        {S.APPROVAL, S.APPROVED, S.SCHEDULED},
        {S.ACCEPTED},
        {P.AUTHOR},
        "what to change",
        reason=True,
    ),
    _row(A.RECALL, {S.APPROVAL, S.APPROVED, S.SCHEDULED}, {S.ACCEPTED}, {P.EDITOR}, "approvals become void", "M11u"),
    _row(A.PROOF_LAPSE, {S.APPROVAL}, {S.ACCEPTED}, {P.SYSTEM}, "7 days without approval"),
    _row(A.SCHEDULE, {S.APPROVED}, {S.SCHEDULED}, {P.PUBLISHER}, "the gate; a time in the future", "M11"),
    _row(A.UNSCHEDULE, {S.SCHEDULED}, {S.APPROVED}, {P.PUBLISHER, P.SYSTEM}, "", "M11u"),
    _row(A.PUBLISH, {S.APPROVED, S.SCHEDULED}, {S.PUBLISHED}, {P.PUBLISHER, P.SYSTEM}, "the gate", "M12"),
    _row(A.CORRECT, {S.PUBLISHED}, None, {P.CHIEF}, "a public note; new revision", "M14", reason=True),
    _row(A.REMOVE, {S.PUBLISHED}, {S.REMOVED}, {P.CHIEF}, "a public note", "M14", reason=True),
    _row(A.RESTORE, {S.REMOVED}, {S.PUBLISHED}, {P.CHIEF}, "a public note", "M14", reason=True),
    _row(A.WITHDRAW, OPEN, {S.WITHDRAWN}, {P.AUTHOR}, "one click", "M13"),
    _row(A.MERGE, OPEN, {S.MERGED}, {P.EDITOR}, "the kept piece", "Mm"),
    _row(A.SPLIT, {S.MERGED}, {S.RECEIVED}, {P.EDITOR}, "", "M3"),
    _row(A.SPIKE, {S.UNCONFIRMED, S.RECEIVED, S.IN_REVIEW}, {S.SPIKED}, {P.EDITOR, P.SYSTEM}, "spam only"),
    _row(A.UNSPIKE, {S.SPIKED}, {S.UNCONFIRMED, S.RECEIVED}, {P.EDITOR}, "back to where it was", "M1 or M3"),
    _row(A.UNDO, set(S) - {S.PUBLISHED, S.REMOVED, S.PURGED}, set(S), {P.READER}, "within 20 s, by the same person"),
    _row(A.RECOMMEND, PROMISED | {S.NEEDS_AUTHOR}, None, {P.READER}, "a word on the piece"),
    _row(A.NOTE, READABLE | {S.UNCONFIRMED}, None, {P.READER, P.AUTHOR}, "a text"),
    _row(A.OVERRIDE, OPEN - {S.UNCONFIRMED}, None, {P.CHIEF}, "a gate line and a reason", reason=True),
    _row(A.SET_GENRE, OPEN - PROVED, None, {P.EDITOR}, "a genre; no proof is out, since it is part of one"),
    _row(A.COMPLETE, OPEN, None, {P.AUTHOR}, "the answers that were missing"),
    _row(A.SIGN, OPEN - {S.UNCONFIRMED}, None, {P.EDITOR}, "a second person, when it accuses someone"),
    _row(A.OPEN_SEALED, READABLE | {S.UNCONFIRMED}, None, {P.CHIEF}, "a reason", reason=True),
)

BY_ACTION: dict[Action, Transition] = {row.action: row for row in TRANSITIONS}

FRESH_PROMISE_FROM = frozenset({S.UNCONFIRMED, S.SPIKED, S.OFFERED, S.MERGED})
"""Coming from these (or from the Held tray) into a promised state sets a fresh ``reply_by``."""


def rule(action: Action) -> Transition:
    """Return the table's row for an action."""
    return BY_ACTION[action]


def legal(status: Status | None, action: Action) -> bool:
    """Tell whether the table allows the action in this state; ``None`` is a piece that does not exist yet."""
    row = BY_ACTION[action]
    return not row.sources if status is None else status in row.sources


def actions_in(status: Status) -> tuple[Action, ...]:
    """Return every action the table allows in a state, in the table's order."""
    return tuple(row.action for row in TRANSITIONS if status in row.sources)
