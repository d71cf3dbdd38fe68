"""A message that was read becomes one visible thing: a piece, an answer in a piece's thread, or a held mail.

Reading happened before, in a limited child; nothing here parses. ``reading`` is the reader's JSON answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from intake.domain.addresses import normalise_address, read_reply_address
from intake.domain.errors import IllegalAction, NotAllowed
from intake.domain.proposal import AuthorDetails, Proposal, Text
from intake.domain.roles import Actor
from intake.domain.states import Action, Status, legal
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import Attachment, InboundMessage, Letter
from intake.storage.spool import Envelope
from intake.storage.submissions import Byline, Submission
from intake.storage.turns import Turn, take_turn
from intake.workflow import letters, review, submit, transition

EXPLAINED = ("M0", "M0e", "M0l", "M0u")
ANSWERS: Mapping[str, str] = {"hold": "M0", "enquiry": "M0e", "link_only": "M0l", "unreadable": "M0u"}
"""The one polite answer to each kind of mail that is held."""
ONCE_IN = timedelta(days=7)
ADDRESS = 320
"""Letters of an envelope's address that are kept: RFC 5321 ends it at 256, but a client may send more."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A message as it lies in the spool: its key, its envelope, and the blob its bytes were copied to."""

    key: str
    envelope: Envelope
    raw: str
    bytes: int


def file_message(
    session: Session, newsroom: Newsroom, spooled: Spooled, reading: Mapping[str, Any]
) -> InboundMessage | None:
    """File one read message exactly once and return its row; None when it was filed before.

    Effects: the message with its attachments' list, and one of: a piece with its letter (M2), an entry in a piece's
    thread, or a held mail with at most one answer to its sender in 7 days.
    """
    if _filed(session, spooled, str(reading["digest"])):
        return None
    message = _row(newsroom, spooled, reading)
    session.add(message)
    session.flush()
    byline = _answered_byline(session, newsroom, spooled, reading)
    if byline is not None:
        _join(session, newsroom, message, byline, reading)
    elif reading["disposition"] == "submit" and _sender(message):
        _submit(session, newsroom, message, reading, "filed")
    else:
        message.disposition = "held"
        _explain(session, newsroom, message, reading)
    return message


def _submit(
    session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any], disposition: str
) -> Submission:
    submission = submit.submit(session, newsroom, _proposal(message, reading), confirmed=True)
    message.submission_id, message.disposition = submission.id, disposition
    # The receipt answers this very message: receivers thread it, and it leaves with a null sender (RFC 3834, 3.3).
    receipts = update(Letter).where(Letter.submission_id == submission.id, Letter.automatic)
    session.execute(receipts.values(in_reply_to=message.message_id))
    return submission


def file_unreadable(session: Session, newsroom: Newsroom, spooled: Spooled, why: str) -> InboundMessage | None:
    """File a message that cannot be read, so that an editor sees it; its bytes are kept as they came."""
    if _filed(session, spooled, spooled.raw):
        return None
    message = _row(newsroom, spooled, {"digest": spooled.raw, "defects": [why]})
    message.disposition, message.why = "quarantine", "unreadable"
    session.add(message)
    return message


def _filed(session: Session, spooled: Spooled, digest: str) -> bool:
    envelope = spooled.envelope
    same = (
        (InboundMessage.digest == digest)
        & (InboundMessage.mail_from == envelope.mail_from[:ADDRESS])
        & (InboundMessage.recipient == envelope.recipient[:ADDRESS])
    )
    for one in sorted({spooled.key, digest}):
        take_turn(session, Turn.MESSAGE, one)
    query = select(InboundMessage.id).where(or_(InboundMessage.spool_key == spooled.key, same))
    return session.scalar(query.limit(1)) is not None


def is_filed(session: Session, spooled: Spooled) -> bool:
    """Tell whether this very spool entry has its row already."""
    return session.scalar(select(InboundMessage.id).where(InboundMessage.spool_key == spooled.key)) is not None


def _row(newsroom: Newsroom, spooled: Spooled, reading: Mapping[str, Any]) -> InboundMessage:
    envelope = spooled.envelope
    desk = newsroom.desks.for_address(envelope.recipient) or newsroom.desks.every[0]
    message = InboundMessage(
        spool_key=spooled.key,
        digest=str(reading["digest"]),
        mail_from=envelope.mail_from[:ADDRESS],
        recipient=envelope.recipient[:ADDRESS],
        source=envelope.source,
        desk=desk.slug,
        raw=spooled.raw,
        bytes=spooled.bytes,
        message_id=_bracketed(reading.get("message_id"))[:500],
        subject=str(reading.get("subject") or "")[:500],
        from_name=str(reading.get("from_name") or "")[:200],
        from_address=str(reading.get("from_address") or envelope.mail_from)[:ADDRESS],
        disposition="held",
        why=str(reading.get("disposition") or ""),
        hits=list(reading.get("hits") or []),
        misses=list(reading.get("misses") or []),
        defects=list(reading.get("defects") or []),
        reading={key: reading[key] for key in KEPT if key in reading} or None,
        received_at=envelope.received_at,
        filed_at=newsroom.now(),
    )
    for position, part in enumerate(reading.get("attachments") or []):
        message.attachments.append(
            Attachment(
                filename=str(part["filename"] or "")[:255],
                media_type=str(part["media_type"])[:120],
                bytes=int(part["bytes"]),
                role=str(part["role"])[:16],
                position=position,
            )
        )
    return message


KEPT = (
    "headline",
    "body_html",
    "body_text",
    "words",
    "language",
    "text",
    "reply_text",
    "bio",
    "cover_note",
    "answerable",
)


def _bracketed(message_id: object) -> str:
    """Return a Message-ID as it stands in a header: the reader hands it over without its angle brackets."""
    return f"<{str(message_id).strip('<>')}>" if message_id else ""


def _answered_byline(
    session: Session, newsroom: Newsroom, spooled: Spooled, reading: Mapping[str, Any]
) -> Byline | None:
    """Return the byline whose letter this message answers: by signed address first, then by our Message-IDs."""
    signed = read_reply_address(spooled.envelope.recipient, newsroom.key("replies"))
    if signed is not None:
        return session.get(Byline, signed)
    named = [*(reading.get("in_reply_to") or []), *reversed(reading.get("references") or [])][:6]
    if not named:
        return None
    query = select(Letter.byline_id).where(Letter.message_id.in_([_bracketed(one) for one in named]))
    byline_id = session.scalar(query.where(Letter.byline_id.is_not(None)).limit(1))
    return session.get(Byline, byline_id) if byline_id is not None else None


def _join(
    session: Session, newsroom: Newsroom, message: InboundMessage, byline: Byline, reading: Mapping[str, Any]
) -> None:
    submission = transition.find(session, byline.submission_id)
    message.submission_id, message.desk = submission.id, submission.desk
    if reading.get("automatic") or reading["disposition"] in {"automatic", "bounce", "loop"}:
        message.disposition = "joined"
        return
    if _sender(message) != byline.author.address:
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


def _sender(message: InboundMessage) -> str:
    """Return the sender as addresses are compared, or nothing where the message names no possible one."""
    try:
        return normalise_address(message.from_address)
    except ValueError:
        return ""


def _proposal(message: InboundMessage, reading: Mapping[str, Any]) -> Proposal:
    language = str(reading.get("language") or "en")
    return Proposal(
        desk=message.desk,
        language="ar" if language == "ar" else "en",
        channel="mail",
        text=Text(
            headline=str(reading.get("headline") or message.subject or "–")[:300],
            standfirst="",
            body_html=str(reading.get("body_html") or ""),
            body_text=str(reading.get("body_text") or ""),
            words=int(reading.get("words") or 0),
        ),
        author=AuthorDetails(
            name=(message.from_name or message.from_address.partition("@")[0])[:120],
            address=message.from_address,
            locale="ar" if language == "ar" else "en",
            bio=str(reading.get("bio") or "")[:600],
        ),
    )


def _explain(session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any]) -> None:
    """Queue the one answer RFC 3834 allows: not to machines, lists or ourselves, once in 7 days to one address."""
    code = ANSWERS.get(str(reading["disposition"]))
    address = _sender(message)
    if code is None or not reading.get("answerable") or not address or not message.mail_from:
        return
    if newsroom.desks.for_address(address) is None and not letters.recently(
        session, newsroom, EXPLAINED, address, ONCE_IN
    ):
        letters.queue_to_sender(session, newsroom, code, message)


def take_in(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> Submission:
    """Make a held mail a piece, with a promise that starts now (M2). Raises IllegalAction, NotAllowed."""
    _refuse_settled(session, message, actor)
    if not message.reading or not _sender(message):
        raise IllegalAction("This mail holds no text or no sender to make a piece of. Open the original instead.")
    submission = _submit(session, newsroom, message, message.reading, "taken_in")
    _audited(session, newsroom, message, actor, "take_in")
    return submission


def answer_held(session: Session, newsroom: Newsroom, message: InboundMessage, actor: Actor) -> None:
    """Send the sender of a held mail the letter that explains how to submit, and put the mail aside."""
    _refuse_settled(session, message, actor)
    if not _sender(message) or not (message.reading or {}).get("answerable"):
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
