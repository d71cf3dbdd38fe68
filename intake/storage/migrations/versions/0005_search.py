"""Full text of every piece: the tokens, and the database's own index behind them.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from intake.domain.stems import tokens

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 500
FTS = (
    "CREATE VIRTUAL TABLE search_index USING fts5"
    "(tokens, content='search_text', content_rowid='submission_id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER search_text_new AFTER INSERT ON search_text BEGIN "
    "INSERT INTO search_index(rowid, tokens) VALUES (new.submission_id, new.tokens); END",
    "CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN "
    "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.submission_id, old.tokens); END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN "
    "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.submission_id, old.tokens); "
    "INSERT INTO search_index(rowid, tokens) VALUES (new.submission_id, new.tokens); END",
)
VECTOR = (
    "ALTER TABLE search_text ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED",
    "CREATE INDEX search_index ON search_text USING gin (vector)",
)


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_search_text_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_search_text")),
    )
    for statement in VECTOR if op.get_bind().dialect.name == "postgresql" else FTS:
        op.execute(statement)
    _fill()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_text")


def _fill() -> None:
    """Index the pieces that are there, some hundred at a time."""
    bind = op.get_bind()
    last = 0
    while rows := bind.execute(_PIECES, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        texts = {row.id: [row.ref] for row in rows}
        for found in (_TEXTS, _NAMES):
            for number, *parts in bind.execute(found, {"first": rows[0].id, "last": last}):
                texts[number] += parts
        written = [{"piece": number, "tokens": " ".join(tokens("\n".join(parts)))} for number, parts in texts.items()]
        bind.execute(sa.text("INSERT INTO search_text (submission_id, tokens) VALUES (:piece, :tokens)"), written)


_PIECES = sa.text("SELECT id, ref FROM submission WHERE id > :last ORDER BY id LIMIT :batch")
_TEXTS = sa.text(
    "SELECT submission_id, headline, standfirst, body_text FROM revision r WHERE submission_id BETWEEN :first AND :last "
    "AND number = (SELECT max(number) FROM revision s WHERE s.submission_id = r.submission_id AND s.standing)"
)
_NAMES = sa.text(
    "SELECT submission_id, name FROM byline WHERE submission_id BETWEEN :first AND :last ORDER BY position"
)
