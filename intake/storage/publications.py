"""What is printed and under which disclaimer: policies and their versions, proofs, approvals, publications.

A publication without a disclaimer version cannot be stored, nor a version changed once written.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.storage.database import Base


class DisclaimerPolicy(Base):
    """Where a disclaimer applies: one desk or one publication, one language, some genres."""

    __tablename__ = "disclaimer_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    desk: Mapped[str | None] = mapped_column(String(60))
    publication: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    genres: Mapped[list[Any]]

    versions: Mapped[list["DisclaimerVersion"]] = relationship(
        back_populates="policy", order_by="DisclaimerVersion.number"
    )


class DisclaimerVersion(Base):
    """One immutable wording of a policy. ``text`` holds ``{publication}``."""

    __tablename__ = "disclaimer_version"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        CheckConstraint("placement IN ('top','end')", name="placement"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("disclaimer_policy.id"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(400))
    placement: Mapped[str] = mapped_column(String(4))
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Nobody, for a version seeded with the installation, which counts as approved by it."""
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    policy: Mapped[DisclaimerPolicy] = relationship(back_populates="versions")


class Proof(Base):
    """The exact text sent to the authors: the pinned piece and its hash. Void once anything changed."""

    __tablename__ = "proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    disclaimer_version_id: Mapped[int | None] = mapped_column(ForeignKey("disclaimer_version.id"))
    piece: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    void_at: Mapped[datetime | None]

    approvals: Mapped[list["Approval"]] = relationship(back_populates="proof")


class Approval(Base):
    """One author's yes to one proof's hash, given on the page, or recorded by the chief with evidence."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("proof_id", "byline_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proof_id: Mapped[int] = mapped_column(ForeignKey("proof.id", ondelete="CASCADE"))
    byline_id: Mapped[int] = mapped_column(ForeignKey("byline.id", ondelete="CASCADE"))
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(String(500), default="")

    proof: Mapped[Proof] = relationship(back_populates="approvals")


class GateOverride(Base):
    """A chief's written word that lets one gate line pass for one piece."""

    __tablename__ = "gate_override"
    __table_args__ = (UniqueConstraint("submission_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    line: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Publication(Base):
    """A published piece, as readers see it: a snapshot that no later edit of a policy touches."""

    __tablename__ = "publication"
    __table_args__ = (
        Index("ix_publication_desk_published", "desk", "published_at"),
        Index("ix_publication_desk_changed", "desk", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    desk: Mapped[str] = mapped_column(String(60), index=True)
    slug: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    genre: Mapped[str] = mapped_column(String(16))
    headline: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(String(300))
    byline: Mapped[str] = mapped_column(String(300))
    body_html: Mapped[str] = mapped_column(Text)
    piece: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    publication_name: Mapped[str] = mapped_column(String(120))
    label: Mapped[str] = mapped_column(String(40))
    disclaimer_version_id: Mapped[int] = mapped_column(ForeignKey("disclaimer_version.id"))
    disclaimer_text: Mapped[str] = mapped_column(String(500))
    published_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removal_note: Mapped[str] = mapped_column(String(500), default="")

    @property
    def path(self) -> str:
        """Return the page's address on the built-in site, without the host."""
        return f"/articles/{self.id}/{self.slug}"

    corrections: Mapped[list["Correction"]] = relationship(back_populates="publication", order_by="Correction.id")
    authors: Mapped[list["PrintedAuthor"]] = relationship(
        back_populates="publication", order_by="PrintedAuthor.id", cascade="all, delete-orphan"
    )


class PrintedAuthor(Base):
    """One author as printed under one published piece; ``slug`` finds everything a name has written on a desk."""

    __tablename__ = "printed_author"
    __table_args__ = (Index("ix_printed_author_desk_slug", "desk", "slug", "publication_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), index=True)
    desk: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))

    publication: Mapped[Publication] = relationship(back_populates="authors")


class Correction(Base):
    """A public note under a published piece: what was wrong and is now right."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]

    publication: Mapped[Publication] = relationship(back_populates="corrections")
