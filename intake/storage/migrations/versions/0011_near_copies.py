"""The reference of an open piece by the same author that a new one nearly repeats.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("repeats", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("submission", "repeats")
