"""The first schema: proofs and what is published.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from intake.storage.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")

TABLES = (
    "publication",
    "correction",
    "printed_author",
    "proof",
    "approval",
)
"""In the order they are made; taken away in the other."""


def upgrade() -> None:
    _publication()
    _correction()
    _printed_author()
    _proof()
    _approval()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("genre", sa.String(length=16), nullable=False),
        sa.Column("headline", sa.String(length=300), nullable=False),
        sa.Column("standfirst", sa.String(length=300), nullable=False),
        sa.Column("byline", sa.String(length=300), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("piece", JSON, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("publication_name", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("disclaimer_version_id", sa.Integer(), nullable=False),
        sa.Column("disclaimer_text", sa.String(length=500), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("removal_note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclaimer_version_id"],
            ["disclaimer_version.id"],
            name=op.f("fk_publication_disclaimer_version_id_disclaimer_version"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_publication_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_publication_submission_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_desk"), ["desk"], unique=False)
        batch_op.create_index("ix_publication_desk_changed", ["desk", "changed_at"], unique=False)
        batch_op.create_index("ix_publication_desk_published", ["desk", "published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_published_at"), ["published_at"], unique=False)


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_correction_publication_id_publication"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_publication_id"), ["publication_id"], unique=False)


def _printed_author() -> None:
    op.create_table(
        "printed_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_printed_author_publication_id_publication"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_author")),
    )
    with op.batch_alter_table("printed_author", schema=None) as batch_op:
        batch_op.create_index("ix_printed_author_desk_slug", ["desk", "slug", "publication_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_printed_author_publication_id"), ["publication_id"], unique=False)


def _proof() -> None:
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("disclaimer_version_id", sa.Integer(), nullable=True),
        sa.Column("piece", JSON, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("void_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["disclaimer_version_id"],
            ["disclaimer_version.id"],
            name=op.f("fk_proof_disclaimer_version_id_disclaimer_version"),
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_proof_revision_id_revision")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_proof_submission_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_submission_id"), ["submission_id"], unique=False)


def _approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.Column("byline_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["byline_id"], ["byline.id"], name=op.f("fk_approval_byline_id_byline"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["proof.id"], name=op.f("fk_approval_proof_id_proof"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("proof_id", "byline_id", name=op.f("uq_approval_proof_id")),
    )
