"""Letters that come back: a report is tied to the letter it is about, and stands beside it for editors.

A report is never answered and changes no state: a forged one leaves a note that an editor sees, and nothing else.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import normalise_address, read_reply_address
from intake.domain.roles import SYSTEM
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.bounces import LetterBounce
from intake.storage.messages import InboundMessage, Letter
from intake.workflow.joining import bracketed

WITHIN_BY_ADDRESS, WITHIN_BY_REPLY = timedelta(days=7), timedelta(days=30)
"""How old a letter may be that a report is tied to by its address alone, or by the signed address it came to."""
MOST_NOTES = 20
"""Reports about one letter that are noted: more tell nothing new."""


def take(session: Session, newsroom: Newsroom, message: InboundMessage, report: Mapping[str, Any]) -> bool:
    """Tie a report to its letter, and tell whether there is one; without one the message waits for an editor.

    Effects: the message joins the letter's piece, the letter has a note of what came back and why, one audit entry.
    A report of success, or one that names nobody and nothing wrong, only joins.
    """
    letter, how = _letter(session, newsroom, message.recipient, report)
    if letter is None:
        return False
    message.disposition, message.submission_id = "joined", letter.submission_id
    message.desk = letter.desk or message.desk
    failure = _about(letter, report)
    if failure is None or _notes(session, letter) >= MOST_NOTES:
        return True
    session.add(
        LetterBounce(
            letter_id=letter.id,
            message_id=message.id,
            kind=failure["kind"],
            status=str(failure["status"])[:12],
            why=str(failure["why"])[:300],
            how=how,
            at=newsroom.now(),
        )
    )
    append(
        session,
        at=newsroom.now(),
        actor_kind=SYSTEM.kind.value,
        action="letter_returned",
        submission_id=letter.submission_id,
        detail={"letter": letter.id, "message": message.id, "kind": failure["kind"], "how": how},
    )
    return True


def _letter(
    session: Session, newsroom: Newsroom, recipient: str, report: Mapping[str, Any]
) -> tuple[Letter | None, str]:
    """Return the letter a report is about: by our Message-ID, by the signed address, by the failed address."""
    sent = select(Letter).where(Letter.sent_at.is_not(None)).order_by(Letter.sent_at.desc(), Letter.id.desc()).limit(1)
    named = [bracketed(one) for one in report.get("named") or []]
    if named and (letter := session.scalar(sent.where(Letter.message_id.in_(named)))) is not None:
        return letter, "message_id"
    signed = read_reply_address(recipient, newsroom.key("replies"))
    if signed is not None:
        recent = sent.where(Letter.byline_id == signed, Letter.sent_at > newsroom.now() - WITHIN_BY_REPLY)
        if (letter := session.scalar(recent)) is not None:
            return letter, "reply"
    failed = [address for failure in report.get("failures") or [] if (address := _compared(failure["address"]))]
    recent = sent.where(Letter.to_address.in_(failed), Letter.sent_at > newsroom.now() - WITHIN_BY_ADDRESS)
    return (session.scalar(recent) if failed else None), "address"


def _about(letter: Letter, report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a report says of the letter's recipient; of another, when that is all it says (mail forwarded on)."""
    failures = list(report.get("failures") or [])
    own = (failure for failure in failures if _compared(failure["address"]) == letter.to_address)
    return next(own, failures[0] if failures else None)


def _compared(address: object) -> str:
    try:
        return normalise_address(str(address))
    except ValueError:
        return ""


def _notes(session: Session, letter: Letter) -> int:
    return session.scalar(select(func.count()).where(LetterBounce.letter_id == letter.id)) or 0
