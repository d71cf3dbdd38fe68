"""An index of pieces by who has claimed them: "Mine" is counted on every page of the queue.

Revision: 0009, after 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_submission_claimant", "submission", ["claimant_id", "desk", "status", "reply_by", "id"])


def downgrade() -> None:
    op.drop_index("ix_submission_claimant", "submission")
