"""Made-up mail, read and filed as the worker does it."""

from email.message import EmailMessage

from sqlalchemy.orm import Session

from intake.inbox.judgement import desk_facts, judge
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope
from intake.workflow.receive import Spooled, file_message, file_unreadable

File = tuple[str, str, bytes]


def mail(subject: str = "A question", text: str = "May I send you something?", files: tuple[File, ...] = ()) -> bytes:
    """Return a message; each file is (name, media type, bytes)."""
    made = EmailMessage()
    made["From"] = "Nur Author <nur@author.example>"
    made["To"] = "oped@harbourpost.example"
    made["Subject"] = subject
    made["Message-ID"] = f"<{abs(hash((subject, text)))}@author.example>"
    made.set_content(text)
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def held(
    session: Session,
    newsroom: Newsroom,
    raw: bytes | None = None,
    recipient: str = "oped@harbourpost.example",
    unreadable: str = "",
) -> InboundMessage:
    """Return a filed message; one that reads as a piece is filed as a piece, like any mail."""
    raw = raw or mail()
    sha = newsroom.blobs.put(raw)
    envelope = Envelope("nur@author.example", recipient, "lmtp", "192.0.2.7", "mx.author.example", newsroom.now())
    spooled = Spooled(key=sha, envelope=envelope, raw=sha, bytes=len(raw))
    if unreadable:
        message = file_unreadable(session, newsroom, spooled, unreadable)
    else:
        message = file_message(session, newsroom, spooled, judge(raw, desks=desk_facts(newsroom.desks)))
    assert message is not None
    session.flush()
    return message
