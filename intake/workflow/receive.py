"""A message that was read becomes one visible thing: a piece, an answer in a piece's thread, or a held mail.

Reading happened before, in a limited child; nothing here parses. ``reading`` is the reader's JSON answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.domain.errors import IllegalAction
from intake.domain.proposal import AuthorDetails, Proposal, Text
from intake.domain.roles import Kind
from intake.manuscripts.beside import bounded
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import Attachment, InboundMessage, Letter
from intake.storage.spool import Envelope
from intake.storage.submissions import Submission
from intake.storage.turns import Turn, take_turn
from intake.workflow import joining, letters, returned, scanning, sender, submit
from intake.workflow.joining import bracketed

EXPLAINED = ("M0", "M0e", "M0l", "M0u")
ANSWERS: Mapping[str, str] = {"hold": "M0", "enquiry": "M0e", "link_only": "M0l", "unreadable": "M0u", "sealed": "M0u"}
"""The one polite answer to each kind of mail that is held."""
ONCE_IN = timedelta(days=7)
IMPORTED = "imported"
"""Why quiet mail is held."""
LEFT = "left in its mailbox"
"""Why our note on a mail that was too large to fetch is held."""
POSTMASTER = "postmaster"
"""Why mail to the postmaster is held: it is for people, so it becomes no piece and is not answered."""
FILED_BEFORE = "filed before"
"""Why a second copy of a message is put aside."""
_EQUAL = (
    select(
        InboundMessage.spool_key,
        InboundMessage.recipient,
        InboundMessage.desk,
        InboundMessage.disposition,
        InboundMessage.why,
        InboundMessage.submission_id,
    )
    .where(
        (InboundMessage.spool_key == bindparam("key"))
        | (InboundMessage.digest == bindparam("digest")) & (InboundMessage.mail_from == bindparam("from"))
    )
    .order_by(InboundMessage.recipient != bindparam("to"), InboundMessage.id)
    .limit(20)
)
MAY_BE_OLD = frozenset({"imap", "maildir", "mbox", "file"})
"""Ways in by which old mail comes too; whether a message came quietly is not kept with one that could not be read."""
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
    thread, a note beside a letter of ours that came back, or a held mail with at most one answer to its sender in 7
    days; where senders are proved, the question whether this one is who he says, and letters that wait for the answer.
    A copy to another address of the same desk is put aside beside the first one. Quiet mail and the postmaster's is
    held whatever it is: no letter, no promise, no entry in a thread, no question, until an editor takes it in.
    """
    equal = _equal(session, spooled, str(reading["digest"]))
    if _filed(equal, spooled):
        return None
    message = row_of(newsroom, spooled, reading)
    aside = set_aside(newsroom, spooled.envelope)
    first = _first_copy(newsroom, message, equal)
    if first is not None:
        message.disposition, message.why, message.submission_id = "dropped", FILED_BEFORE, first.submission_id
        session.add(message)
    elif aside:
        message.why = aside
        session.add(message)
    else:
        _place(session, newsroom, message, reading, spooled.envelope)
    scanning.ask(session, newsroom, message)
    return message


def _place(
    session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any], envelope: Envelope
) -> None:
    """Give a message that was read its place: beside a letter, in a thread, the queue, or the tray of held mail."""
    if reading.get("bounce"):
        session.add(message)
        session.flush()
        if returned.take(session, newsroom, message, reading["bounce"]):
            return
    byline, answer = joining.answered(session, newsroom, message.recipient, reading), None
    if byline is not None:
        session.add(message)
        joining.join(session, newsroom, message, byline, reading)
        if message.why == joining.SEALED:
            answer = _explain(session, newsroom, message, reading)
    elif reading["disposition"] == "submit" and message.sender:
        file_as_piece(session, newsroom, message, reading, "filed")
        session.add(message)  # last, as what it has become: one statement instead of two
    else:
        message.disposition = "held"
        session.add(message)
        answer = _explain(session, newsroom, message, reading)
    if message.from_address and reading["disposition"] not in {"bounce", "loop"}:
        sender.ask(session, newsroom, message, envelope, answer)


def read_again(
    session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any]
) -> InboundMessage | None:
    """File anew a message that could not be read when it came; None when an equal one was filed meanwhile.

    Effects: those of ``file_message``, as if it came now, and an audit entry; what may have been old mail that was
    brought in is held as imported. Raises IllegalAction when an editor has dealt with it.
    """
    session.refresh(message, with_for_update=True)
    if message.disposition != "quarantine":
        raise IllegalAction("Someone has dealt with this mail already.")
    quiet = message.source in MAY_BE_OLD
    envelope = Envelope(message.mail_from, message.recipient, "file", "", "", message.received_at, quiet)
    read = row_of(newsroom, Spooled(message.spool_key, envelope, message.raw, message.bytes), reading)
    twin = select(InboundMessage.id).where(InboundMessage.digest == read.digest, InboundMessage.id != message.id)
    same = (InboundMessage.mail_from == message.mail_from) & (InboundMessage.recipient == message.recipient)
    if session.scalar(twin.where(same).limit(1)) is not None:
        message.disposition, message.why = "dropped", FILED_BEFORE
        _note_reading(session, newsroom, message)
        return None
    for name in READ_COLUMNS:
        setattr(message, name, getattr(read, name))
    message.attachments, read.attachments = list(read.attachments), []
    session.flush()
    aside = set_aside(newsroom, envelope)
    if aside:
        message.why = aside
    else:
        _place(session, newsroom, message, reading, envelope)
    _note_reading(session, newsroom, message)
    return message


def set_aside(newsroom: Newsroom, envelope: Envelope) -> str:
    """Return why a mail is held whatever it says, or nothing."""
    if envelope.left:
        return LEFT
    if envelope.quiet:
        return IMPORTED
    return POSTMASTER if newsroom.desks.for_postmaster(envelope.recipient) else ""


def _note_reading(session: Session, newsroom: Newsroom, message: InboundMessage) -> None:
    append(
        session,
        at=newsroom.now(),
        actor_kind=Kind.SYSTEM.value,
        action="read_again",
        submission_id=message.submission_id,
        detail={"message": message.id},
    )


READ_COLUMNS = (
    *("digest", "desk", "message_id", "subject", "from_name", "from_address"),
    *("disposition", "why", "hits", "misses", "defects", "reading"),
)
"""What a reading says of a message, beside its files."""


def file_as_piece(
    session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any], disposition: str
) -> Submission:
    """Make a piece of a message and return it; ``disposition`` is what the message has become (filed, taken_in).

    What was found about the sender counts: after a fail the piece has to be confirmed first, a pass confirms it. No
    letter goes to a machine, a list or a null sender, unless it is an editor who takes their mail in.
    """
    found = sender.verdict(session, message)
    # The receipt answers this very message: receivers thread it, and it leaves with a null sender (RFC 3834, 3.3).
    submission = submit.submit(
        session,
        newsroom,
        proposal_of(message, reading, disposition),
        confirmed=found != "fail",
        in_reply_to=message.message_id,
        silent=disposition == "filed" and not may_be_answered(message, reading),
    )
    message.submission_id, message.disposition = submission.id, disposition
    if found == "pass":
        sender.confirm_by_domain(session, newsroom, message, submission)
    return submission


def file_unreadable(session: Session, newsroom: Newsroom, spooled: Spooled, why: str) -> InboundMessage | None:
    """File a message that cannot be read, so that an editor sees it; its bytes are kept as they came."""
    if _filed(_equal(session, spooled, spooled.raw), spooled):
        return None
    message = row_of(newsroom, spooled, {"digest": spooled.raw, "defects": [why]})
    message.disposition, message.why = "quarantine", "unreadable"
    session.add(message)
    return message


def _equal(session: Session, spooled: Spooled, digest: str) -> list[Row[Any]]:
    """Return what was filed of this message, by this sender, to whichever address of ours; the same address first."""
    envelope = spooled.envelope
    for one in sorted({spooled.key, digest}):
        take_turn(session, Turn.MESSAGE, one)
    same = {"digest": digest, "from": envelope.mail_from[:ADDRESS], "to": envelope.recipient[:ADDRESS]}
    return list(session.execute(_EQUAL, {"key": spooled.key} | same))


def _filed(equal: list[Row[Any]], spooled: Spooled) -> bool:
    recipient = spooled.envelope.recipient[:ADDRESS]
    return any(row.spool_key == spooled.key or row.recipient == recipient for row in equal)


def _first_copy(newsroom: Newsroom, message: InboundMessage, equal: list[Row[Any]]) -> Row[Any] | None:
    """Return the copy of a message that this desk has by another address of its own: one mail makes one piece.

    One to the signed address of a piece counts again, unless the first joined a piece: it says where it belongs.
    """
    signed = read_reply_address(message.recipient, newsroom.key("replies")) is not None
    copies = (row for row in equal if row.desk == message.desk and row.why != IMPORTED)
    return next((row for row in copies if row.disposition == "joined" or not signed), None)


def is_filed(session: Session, spooled: Spooled) -> bool:
    """Tell whether this very spool entry has its row already."""
    return session.scalar(select(InboundMessage.id).where(InboundMessage.spool_key == spooled.key)) is not None


def row_of(newsroom: Newsroom, spooled: Spooled, reading: Mapping[str, Any]) -> InboundMessage:
    """Return a message's row with its attachments' list, held until it has its place; in no session yet."""
    envelope = spooled.envelope
    desks, recipient = newsroom.desks, envelope.recipient
    desk = desks.for_address(recipient) or desks.for_postmaster(recipient) or desks.every[0]
    message = InboundMessage(
        spool_key=spooled.key,
        digest=str(reading["digest"]),
        mail_from=envelope.mail_from[:ADDRESS],
        recipient=envelope.recipient[:ADDRESS],
        source=envelope.source,
        desk=desk.slug,
        raw=spooled.raw,
        bytes=spooled.bytes,
        message_id=bracketed(reading.get("message_id"))[:500],
        subject=str(reading.get("subject") or "")[:500],
        from_name=str(reading.get("from_name") or "")[:200],
        from_address=str(reading.get("from_address") or envelope.mail_from)[:ADDRESS],
        disposition="held",
        why=str(reading.get("disposition") or ""),
        hits=list(reading.get("hits") or []),
        misses=list(reading.get("misses") or []),
        defects=list(reading.get("defects") or []),
        reading=_kept(reading),
        received_at=envelope.received_at,
        filed_at=newsroom.now(),
    )
    parts = [*(reading.get("attachments") or []), *(reading.get("inner_files") or [])]
    for position, part in enumerate(parts):
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


def _kept(reading: Mapping[str, Any]) -> dict[str, Any] | None:
    return {key: reading[key] for key in KEPT if key in reading} | bounded(reading) or None


KEPT = (
    "headline",
    "body_html",
    "body_text",
    "words",
    "source",
    "language",
    "text",
    "reply_text",
    "reply_cuts",
    "bio",
    "cover_note",
    "answerable",
    "forwarded",
    "sealed",
)
"""What is kept of a reading as it was told; what stood beside a document's text is bounded first."""


def proposal_of(message: InboundMessage, reading: Mapping[str, Any], disposition: str) -> Proposal:
    """Return the piece that a message holds, as it is proposed to the desk."""
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
        # Whoever takes mail in by hand has looked at it.
        suspected=(str(reading.get("suspected") or "")[:40] or None) if disposition == "filed" else None,
    )


def may_be_answered(message: InboundMessage, reading: Mapping[str, Any]) -> bool:
    """Tell whether a machine may answer a mail: not a machine's, a list's or a null sender's (RFC 3834, 2)."""
    return bool(reading.get("answerable") and message.mail_from)


def _explain(
    session: Session, newsroom: Newsroom, message: InboundMessage, reading: Mapping[str, Any]
) -> Letter | None:
    """Queue the one answer RFC 3834 allows: not to machines, lists, ourselves or spam, once in 7 days to an address."""
    code = ANSWERS.get(str(reading["disposition"]))
    address = message.sender
    if code is None or reading.get("suspected") or not address or not may_be_answered(message, reading):
        return None
    if newsroom.desks.for_address(address) or letters.recently(session, newsroom, EXPLAINED, address, ONCE_IN):
        return None
    return letters.queue_to_sender(session, newsroom, code, message)
