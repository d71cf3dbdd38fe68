"""The columns that name blobs are indexed: files are compared with rows every few minutes, however many there are.

Revision: 0007, after 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inbound_message_raw", "inbound_message", ["raw"])
    op.create_index("ix_attachment_blob", "attachment", ["blob"])


def downgrade() -> None:
    op.drop_index("ix_attachment_blob", "attachment")
    op.drop_index("ix_inbound_message_raw", "inbound_message")
