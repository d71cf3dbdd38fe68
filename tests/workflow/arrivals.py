"""Mail as it reaches the workflow: real bytes, judged by the real inbox, filed by the real use-case."""

import hashlib
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.inbox.judgement import desk_facts, judge
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, key_of
from intake.storage.submissions import Submission
from intake.workflow.receive import Spooled, file_message
from tests import factories

HUDA = "huda@author.example"
OPED = "oped@harbourpost.example"


def written(
    subject: str = "Op-Ed: Move the road",
    body: str = "",
    *,
    sender: str = f"Huda Mansouri <{HUDA}>",
    message_id: str = "<one@author.example>",
    **headers: str,
) -> bytes:
    """Return a message's bytes; an article of 420 words where no body is given. ``_`` in header names means ``-``."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OPED, subject
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body or factories.text().body_text)
    return mail.as_bytes()


def spooled(
    newsroom: Newsroom, raw: bytes, mail_from: str = HUDA, recipient: str = OPED, *, quiet: bool = False
) -> Spooled:
    """Return a message as the worker takes it from the spool."""
    envelope = Envelope(mail_from, recipient, "lmtp", "192.0.2.1", "mx.example", newsroom.now(), quiet)
    return Spooled(key_of(mail_from, recipient, raw), envelope, hashlib.sha256(raw).hexdigest(), len(raw))


def arrive(
    session: Session,
    newsroom: Newsroom,
    raw: bytes,
    mail_from: str = HUDA,
    recipient: str = OPED,
    *,
    quiet: bool = False,
) -> InboundMessage | None:
    """File one message and return its row; None when it was filed before."""
    desk = newsroom.desks.for_address(recipient)
    signed = read_reply_address(recipient, newsroom.key("replies")) is not None
    reading = judge(raw, desk_facts(newsroom.desks), desk.slug if desk else "", signed=signed)
    filed = file_message(session, newsroom, spooled(newsroom, raw, mail_from, recipient, quiet=quiet), reading)
    session.flush()
    return filed


def arrived(
    session: Session,
    newsroom: Newsroom,
    raw: bytes,
    mail_from: str = HUDA,
    recipient: str = OPED,
    *,
    quiet: bool = False,
) -> InboundMessage:
    """File one message that is new, and return its row."""
    message = arrive(session, newsroom, raw, mail_from, recipient, quiet=quiet)
    assert message is not None
    return message


def codes(session: Session, piece: Submission | None = None) -> list[str]:
    """Return the codes of all letters, or of one piece's, in their order."""
    query = select(Letter.code).order_by(Letter.id)
    return list(session.scalars(query if piece is None else query.where(Letter.submission_id == piece.id)))
