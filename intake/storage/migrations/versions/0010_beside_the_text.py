"""What stood beside the text in the document that the form read a piece from.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.add_column("revision", sa.Column("beside", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("revision", "beside")
