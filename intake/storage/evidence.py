"""What is asked about a message after it was filed, and what came out: a queue, and evidence written once.

The raw answers stand here as they were found; what follows from them is the workflow's.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.storage.claims import Due
from intake.storage.database import Base
from intake.storage.messages import InboundMessage

KINDS = ("sender", "spam", "virus")
_KINDS = ",".join(f"'{kind}'" for kind in KINDS)


class MessageCheck(Due, Base):
    """A question about a message that waits to be asked. ``letters`` are the ids of those that wait for the answer."""

    __tablename__ = "message_check"
    __table_args__ = (
        UniqueConstraint("message_id", "kind"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("status IN ('queued','done','failed')", name="status"),
        Index("ix_message_check_due", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(10), default="queued")
    remote_ip: Mapped[str] = mapped_column(String(45), default="")
    """The address of the client that spoke SMTP with us; emptied once the answer is there."""
    helo: Mapped[str] = mapped_column(String(255), default="")
    letters: Mapped[list[Any]] = mapped_column(default=list)

    message: Mapped[InboundMessage] = relationship()


class MessageEvidence(Base):
    """One answer about a message, never changed (a trigger refuses it). ``detail`` holds how it was found."""

    __tablename__ = "message_evidence"
    __table_args__ = (CheckConstraint(f"kind IN ({_KINDS})", name="kind"),)

    message_id: Mapped[int] = mapped_column(
        ForeignKey("inbound_message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(12))
    """Of the sender: pass, fail, none, temperror. Of spam and viruses: clean, found, not_done."""
    detail: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
