"""Whether a mail's sender is who he says: the question goes out with the filing, letters wait, the answer settles them.

It asks nobody itself: ``intake.checking`` does, after the mail was filed. A pass shows the domain, not the person.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.roles import SYSTEM
from intake.domain.states import Action, Status, legal
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.evidence import MessageCheck, MessageEvidence
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope
from intake.storage.submissions import Submission
from intake.workflow import letters, submit, transition

PATIENCE = timedelta(minutes=5)
"""How long letters wait for the answer at most; then they leave as to any sender who proved nothing."""
CLIENTS = frozenset({"smtp"})
"""Ways in on which the address of the other side is that of the true client, unless it is one of ``[mail] relays``;
SPF says nothing about another's."""
PIECES = frozenset({"filed", "taken_in"})
"""Dispositions of a message that became a piece itself."""


def ask(
    session: Session, newsroom: Newsroom, message: InboundMessage, envelope: Envelope, answer: Letter | None = None
) -> None:
    """Ask whether a message's sender is proved; the ``answer`` to it, or what its piece has caused so far, waits."""
    if not newsroom.settings.mail.authenticate:
        return
    if message.id is None or (answer is not None and answer.id is None):
        session.flush()  # the message and its letters have their numbers from here on
    client = envelope.source in CLIENTS and not newsroom.settings.mail.is_relay(envelope.remote_ip)
    check = MessageCheck(
        message_id=message.id,
        kind="sender",
        status="queued",
        due_at=newsroom.now(),
        attempts=0,
        remote_ip=envelope.remote_ip[:45] if client else "",
        helo=envelope.helo[:255] if client else "",
        letters=[],
    )
    session.add(check)
    _hold(newsroom, check, [answer] if answer is not None else _receipts(session, message))


def hold_receipt(session: Session, newsroom: Newsroom, message: InboundMessage) -> None:
    """Let the receipt of a piece that an editor made of a message wait, too, when the answer is not there yet."""
    query = select(MessageCheck).where(MessageCheck.message_id == message.id, MessageCheck.kind == "sender")
    check = session.scalar(query.where(MessageCheck.status == "queued").with_for_update())
    if check is not None:
        _hold(newsroom, check, _receipts(session, message))


def _hold(newsroom: Newsroom, check: MessageCheck, waiting: list[Letter]) -> None:
    for letter in waiting:
        letter.due_at = newsroom.now() + PATIENCE
    check.letters = [*check.letters, *(letter.id for letter in waiting)]


def _receipts(session: Session, message: InboundMessage) -> list[Letter]:
    """Return the letters that the piece made of a message has caused so far."""
    if message.submission_id is None or message.disposition not in PIECES:
        return []
    query = select(Letter).where(Letter.submission_id == message.submission_id, Letter.automatic)
    return list(session.scalars(query.where(Letter.status == "queued")))


def verdict(session: Session, message: InboundMessage) -> str | None:
    """Return the verdict on a message's sender (pass, fail, none, temperror), or nothing while there is none."""
    if not message.id:
        return None  # it is being filed
    query = select(MessageEvidence.verdict)
    return session.scalar(query.where(MessageEvidence.message_id == message.id, MessageEvidence.kind == "sender"))


def settle(
    session: Session, newsroom: Newsroom, check: MessageCheck, found: str, detail: Mapping[str, Any]
) -> MessageEvidence:
    """Write down what was found about a message's sender, once, and let it have its effect.

    A pass confirms the address of the piece that the message brought, if it was the domain of that address that passed,
    not that of a group the message came through. A fail drops nothing: if the receipt has not
    left, the piece goes back to be confirmed and only M1m leaves; an explanation to a sender that failed never leaves.
    In every other case the letters leave as they are.
    """
    message = check.message
    if found == "pass" and message.sender.rpartition("@")[2].strip(".") != detail.get("domain"):
        found = "none"  # the group's domain passed that sent it on, not the author's
    evidence = MessageEvidence(
        message_id=message.id, kind="sender", verdict=found, detail=dict(detail), found_at=newsroom.now()
    )
    session.add(evidence)
    check.status, check.leased_until = "done", None
    check.remote_ip = check.helo = ""
    submission = None
    if message.submission_id is not None and message.disposition in PIECES:
        submission = transition.find(session, message.submission_id)
    if found == "fail" and letters.call_back(session, check.letters, newsroom.now()):
        if submission is not None:
            _doubt(session, newsroom, message, submission)
        return evidence
    for letter in _still_waiting(session, check):
        letter.due_at = newsroom.now()
    if found == "pass" and submission is not None:
        confirm_by_domain(session, newsroom, message, submission)
    return evidence


def _still_waiting(session: Session, check: MessageCheck) -> list[Letter]:
    query = select(Letter).where(Letter.id.in_(check.letters), Letter.status == "queued")
    return list(session.scalars(query))


def _doubt(session: Session, newsroom: Newsroom, message: InboundMessage, submission: Submission) -> None:
    if submission.state is Status.SPIKED:
        submission.came_from = Status.UNCONFIRMED.value  # where it goes when it turns out to be no spam
    if not legal(submission.state, Action.DOUBT):
        return
    transition.move(session, newsroom, submission, Action.DOUBT, SYSTEM, detail={"message": message.id})
    submission.reply_by = submission.claimant_id = submission.claimed_at = None
    if (message.reading or {}).get("answerable") and message.mail_from:  # a machine or a list confirms nothing
        submit.ask_to_confirm(session, newsroom, submission.bylines[0])


def confirm_by_domain(session: Session, newsroom: Newsroom, message: InboundMessage, submission: Submission) -> None:
    """Count the address of a piece's author as confirmed: the message it came by passes DMARC. Audited."""
    for byline in submission.bylines:
        if byline.author.address == message.sender and byline.confirmed_at is None:
            submit.mark_confirmed(newsroom, byline, SYSTEM)
            append(
                session,
                at=newsroom.now(),
                actor_kind=SYSTEM.kind.value,
                action="confirm_address",
                submission_id=submission.id,
                from_status=submission.status,
                to_status=submission.status,
                version=submission.version,
                detail={"how": "dmarc", "message": message.id},
            )
