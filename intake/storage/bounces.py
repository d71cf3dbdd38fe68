"""What came back of the letters: one row for each report about a letter, as it was told."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.storage.database import Base
from intake.storage.messages import Letter


class LetterBounce(Base):
    """A report that a letter could not be delivered, for good or so far. It is the claim of a mail."""

    __tablename__ = "letter_bounce"
    __table_args__ = (
        UniqueConstraint("letter_id", "message_id"),
        CheckConstraint("kind IN ('permanent','delayed')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12), default="")
    why: Mapped[str] = mapped_column(String(300), default="")
    how: Mapped[str] = mapped_column(String(12))
    """How it was tied to the letter: message_id, reply (the signed address), or address."""
    at: Mapped[datetime]

    letter: Mapped[Letter] = relationship()
