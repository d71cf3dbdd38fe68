"""What the reader's site looks up: the newest of a desk, its last change, and everything one printed name has written.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from intake.domain.text import slug

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_publication_desk_published", "publication", ["desk", "published_at"])
    op.create_index("ix_publication_desk_changed", "publication", ["desk", "changed_at"])
    printed = op.create_table(
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
    op.create_index(op.f("ix_printed_author_publication_id"), "printed_author", ["publication_id"])
    op.create_index("ix_printed_author_desk_slug", "printed_author", ["desk", "slug", "publication_id"])
    op.bulk_insert(printed, _printed_already())


def _printed_already() -> list[dict[str, object]]:
    publication = sa.table(
        "publication", sa.column("id", sa.Integer), sa.column("desk", sa.String), sa.column("piece", sa.JSON)
    )
    rows = op.get_bind().execute(sa.select(publication.c.id, publication.c.desk, publication.c.piece))
    return [
        {"publication_id": row.id, "desk": row.desk, "slug": short, "name": credit["name"]}
        for row in rows
        for credit in row.piece["credits"]
        if (short := slug(credit["name"]))
    ]


def downgrade() -> None:
    op.drop_table("printed_author")
    op.drop_index("ix_publication_desk_changed", "publication")
    op.drop_index("ix_publication_desk_published", "publication")
