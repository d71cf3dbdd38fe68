"""What came back of the letters.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from intake.storage.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('permanent','delayed')", name=op.f("ck_letter_bounce_kind")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_letter_bounce_letter_id_letter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["inbound_message.id"],
            name=op.f("fk_letter_bounce_message_id_inbound_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_bounce")),
        sa.UniqueConstraint("letter_id", "message_id", name=op.f("uq_letter_bounce_letter_id")),
    )
    op.create_index(op.f("ix_letter_bounce_message_id"), "letter_bounce", ["message_id"])


def downgrade() -> None:
    op.drop_table("letter_bounce")
