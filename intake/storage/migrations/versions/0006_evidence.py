"""What is asked about a message after it was filed, and the answers, which are written once.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from intake.storage.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
KINDS = "kind IN ('sender','spam','virus')"


def upgrade() -> None:
    _check()
    _evidence()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER message_evidence_no_update BEFORE UPDATE ON message_evidence "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER message_evidence_no_update BEFORE UPDATE ON message_evidence "
            "BEGIN SELECT RAISE(ABORT, 'message_evidence is written once'); END"
        )


def downgrade() -> None:
    op.drop_table("message_evidence")
    op.drop_table("message_check")


def _check() -> None:
    op.create_table(
        "message_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("remote_ip", sa.String(length=45), nullable=False),
        sa.Column("helo", sa.String(length=255), nullable=False),
        sa.Column("letters", JSON, nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_message_check_kind")),
        sa.CheckConstraint("status IN ('queued','done','failed')", name=op.f("ck_message_check_status")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["inbound_message.id"],
            name=op.f("fk_message_check_message_id_inbound_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_check")),
        sa.UniqueConstraint("message_id", "kind", name=op.f("uq_message_check_message_id")),
    )
    op.create_index("ix_message_check_due", "message_check", ["status", "due_at"])


def _evidence() -> None:
    op.create_table(
        "message_evidence",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("found_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_message_evidence_kind")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["inbound_message.id"],
            name=op.f("fk_message_evidence_message_id_inbound_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "kind", name=op.f("pk_message_evidence")),
    )
