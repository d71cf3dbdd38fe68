"""Mail, both ways: what came in and how it was judged, and the letters that go out.

The raw bytes of a message lie in the blobs; the secret links of a letter are filled in only when it is sent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.domain.addresses import normalise_address
from intake.storage.claims import Due
from intake.storage.database import A_BLOB, Base


class InboundMessage(Base):
    """One message to one desk address, filed exactly once."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("digest", "mail_from", "recipient"),
        CheckConstraint(
            "disposition IN ('filed','held','joined','answered','taken_in','spiked','quarantine','dropped')",
            name="disposition",
        ),
        Index("ix_inbound_message_tray", "desk", "disposition", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spool_key: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the message without its trace headers."""
    mail_from: Mapped[str] = mapped_column(String(320))
    recipient: Mapped[str] = mapped_column(String(320))
    source: Mapped[str] = mapped_column(String(8))
    desk: Mapped[str] = mapped_column(String(60))
    raw: Mapped[str] = mapped_column(String(64), info=A_BLOB, index=True)
    """The blob that holds the exact bytes."""
    bytes: Mapped[int]
    message_id: Mapped[str] = mapped_column(String(500), default="", index=True)
    subject: Mapped[str] = mapped_column(String(500), default="")
    from_name: Mapped[str] = mapped_column(String(200), default="")
    from_address: Mapped[str] = mapped_column(String(320), default="")
    disposition: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(String(40), default="")
    hits: Mapped[list[Any]] = mapped_column(default=list)
    misses: Mapped[list[Any]] = mapped_column(default=list)
    defects: Mapped[list[Any]] = mapped_column(default=list)
    reading: Mapped[dict[str, Any] | None]
    """What the reader found (headline, canonical body, text …), kept so that a held message is taken in as read."""
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    received_at: Mapped[datetime]
    filed_at: Mapped[datetime]

    attachments: Mapped[list["Attachment"]] = relationship(back_populates="message")

    @property
    def sender(self) -> str:
        """Return the sender as addresses are compared, or nothing where the message names no possible one."""
        try:
            return normalise_address(self.from_address)
        except ValueError:
            return ""


class Attachment(Base):
    """One part of a message or one uploaded file, typed by its content, never by its name."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    bytes: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(default=0)
    """Which of the message's attachments it is, in the reader's order: the bytes are cut from the raw message."""
    blob: Mapped[str | None] = mapped_column(String(64), info=A_BLOB, index=True)
    """The blob of an uploaded file; nothing for a part of a message."""

    message: Mapped[InboundMessage | None] = relationship(back_populates="attachments")


class Letter(Due, Base):
    """A letter to send, a row in the outbox. Body and subject hold private marks where the secret links will stand."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("status IN ('queued','sent','kept','cancelled','failed')", name="status"),
        Index("ix_letter_due", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6))
    status: Mapped[str] = mapped_column(String(10), default="queued")
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    byline_id: Mapped[int | None] = mapped_column(ForeignKey("byline.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    desk: Mapped[str | None] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(8))
    to_address: Mapped[str] = mapped_column(String(320), index=True)
    to_name: Mapped[str] = mapped_column(String(120), default="")
    subject: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    """Set before the first try, so that a repeat after a crash is the same message to the receiver."""
    in_reply_to: Mapped[str] = mapped_column(String(500), default="")
    link_url: Mapped[str] = mapped_column(String(500), default="")
    """Where ``{link}`` leads when it is no author's secret page; emptied once sent when it opens an account."""
    automatic: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
