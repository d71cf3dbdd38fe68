"""A piece on its way: submission, revisions, bylines and what the authors declared.

The state column is written by ``workflow.transition`` alone.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.domain.states import PROMISED, Status
from intake.storage.database import Base

_STATES = ",".join(f"'{status}'" for status in Status)
_PROMISED = ",".join(f"'{status}'" for status in sorted(PROMISED))


class Author(Base):
    """A person known by an address. Never merged silently; two addresses are two authors."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Submission(Base):
    """One piece at one desk, from its arrival to its end. ``version`` grows by one with every act."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATES})", name="status"),
        CheckConstraint("status <> 'declined' OR decline_reason IS NOT NULL", name="decline_has_reason"),
        CheckConstraint(
            f"status NOT IN ({_PROMISED}) OR reply_by IS NOT NULL OR no_promise IS NOT NULL", name="one_promise"
        ),
        CheckConstraint("status <> 'scheduled' OR publish_at IS NOT NULL", name="scheduled_has_time"),
        Index("ix_submission_queue", "desk", "status", "reply_by", "id"),
        Index("ix_submission_claimant", "claimant_id", "desk", "status", "reply_by", "id"),
        Index("ix_submission_newest", "desk", "status", "id"),
        Index("ix_submission_language", "desk", "status", "language", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    desk: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    genre: Mapped[str] = mapped_column(String(16), default="opinion")
    channel: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    reply_by: Mapped[datetime | None]
    no_promise: Mapped[str | None] = mapped_column(String(20))
    clock_left: Mapped[int | None]
    """Working minutes of the promise that were left when a question stopped the clock."""
    asked_at: Mapped[datetime | None]
    extension_until: Mapped[datetime | None]
    extended: Mapped[bool] = mapped_column(default=False)
    publish_by: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    came_from: Mapped[str | None] = mapped_column(String(16))
    """The state to go back to: of a spiked, offered or merged piece."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    repeats: Mapped[str | None] = mapped_column(String(16))
    """The reference of the piece by the same author, open then, that this one nearly repeated when it came."""

    claimant_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(String(20))
    suspected: Mapped[str | None] = mapped_column(String(40))
    """Why the piece looks like spam, or nothing."""
    undo: Mapped[dict[str, Any] | None]
    """What the last decision replaced, so that it can be taken back while its letter has not left."""
    undo_until: Mapped[datetime | None]

    headline: Mapped[str] = mapped_column(String(300))
    words: Mapped[int]
    why_now: Mapped[str] = mapped_column(String(280), default="")
    useless_after: Mapped[date | None]
    sources: Mapped[list[Any]] = mapped_column(default=list)
    allegation: Mapped[bool | None]
    allegation_evidence: Mapped[str] = mapped_column(String(1000), default="")
    allegation_asked: Mapped[bool | None]
    allegation_signer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The form's one-time key: the same form sent twice is one piece."""

    revisions: Mapped[list["Revision"]] = relationship(back_populates="submission", order_by="Revision.number")
    bylines: Mapped[list["Byline"]] = relationship(back_populates="submission", order_by="Byline.position")

    @property
    def state(self) -> Status:
        """Return the status as the domain's type."""
        return Status(self.status)

    @property
    def revision(self) -> "Revision":
        """Return the revision that stands: the newest one that is not merely offered by the author."""
        return next(r for r in reversed(self.revisions) if r.standing)


class Revision(Base):
    """One text of a piece. Never changed after it was written; a correction is a new one."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        CheckConstraint("made_by IN ('author','editor')", name="made_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    standing: Mapped[bool] = mapped_column(default=True)
    """False for an author's revision that an editor has not taken over yet."""
    headline: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(String(300), default="")
    body_html: Mapped[str] = mapped_column(Text)
    body_text: Mapped[str] = mapped_column(Text)
    words: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    beside: Mapped[dict[str, Any] | None]
    """What stood beside the text in the document that the form read it from (``manuscripts.beside``), and its name."""
    created_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="revisions")


class Byline(Base):
    """One author of one piece: the printed name, the way to reach them, and what they declared."""

    __tablename__ = "byline"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    """The name to print: the pseudonym where there is one."""
    other_spelling: Mapped[str] = mapped_column(String(120), default="")
    pseudonym_reason: Mapped[str | None] = mapped_column(String(500))
    sealed: Mapped[bytes | None]
    """The encrypted real name and phone of a pseudonymous author (see ``storage.vault``)."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    contact_otherwise: Mapped[str] = mapped_column(String(300), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[str] = mapped_column(String(120), default="")
    organisation: Mapped[str] = mapped_column(String(160), default="")
    role_page: Mapped[str] = mapped_column(String(500), default="")
    bio: Mapped[str] = mapped_column(String(600), default="")
    earlier_works: Mapped[list[Any]] = mapped_column(default=list)
    interests: Mapped[dict[str, Any] | None]
    """Each question's answer: {question: {"yes": bool, "text": str}}; nothing while unanswered."""
    disclosure: Mapped[str] = mapped_column(String(200), default="")
    """The line printed under the piece."""
    ai_use: Mapped[str | None] = mapped_column(String(10))
    ai_tool: Mapped[str] = mapped_column(String(120), default="")
    exclusivity: Mapped[str | None] = mapped_column(String(10))
    exclusivity_where: Mapped[str] = mapped_column(String(500), default="")
    terms_version: Mapped[str | None] = mapped_column(String(20))
    terms_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_how: Mapped[str | None] = mapped_column(String(20))
    link_generation: Mapped[int] = mapped_column(default=1)
    """Grows when the secret link is revoked; the link is derived from it and the installation's key."""
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)

    submission: Mapped[Submission] = relationship(back_populates="bylines")
    author: Mapped[Author] = relationship()


class ThreadEntry(Base):
    """Something said about a piece: an author's words, an editor's question, an internal note."""

    __tablename__ = "thread_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('question','answer','message','note','recommendation','changes')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    internal: Mapped[bool]
    body: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    byline_id: Mapped[int | None] = mapped_column(ForeignKey("byline.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id"))
    created_at: Mapped[datetime]
