"""Each migration, up and down, with rows in every table, on both databases (P19). A new one is tried by being there.

What a migration does to rows beyond keeping them is shown in a test of its own.
"""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from intake.storage import schema
from intake.storage.database import Database
from tests.storage.migrations.rows import Rows, fill, kept

STEPS = schema.steps()


def common(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Return both without the tables and columns that only one of them has."""

    def cut(rows: Rows, other: Rows) -> Rows:
        return {
            name: [{key: row[key] for key in row if key in other[name][0]} for row in rows[name]]
            for name in rows
            if name in other
        }

    return cut(first, second), cut(second, first)


@pytest.mark.parametrize(("below", "revision"), STEPS, ids=[revision for _, revision in STEPS])
def test_a_migration_keeps_every_row_up_and_down(database: Database, below: str, revision: str) -> None:
    if below != "base":
        schema.upgrade(database, below)
    before = fill(database)
    schema.upgrade(database, revision)
    above = fill(database)
    assert before.keys() - above.keys() == set()
    assert {name: len(rows) for name, rows in above.items()} == dict.fromkeys(above, 2)
    first, second = common(before, above)
    assert first == second
    schema.downgrade(database, below)
    after = kept(database)
    assert after.keys() == before.keys()
    assert common(after, above)[0] == common(after, above)[1]
    assert after == before
    schema.upgrade(database)
    assert schema.differences(database) == []


def test_nothing_points_nowhere_after_all_migrations(database: Database) -> None:
    for _, revision in STEPS:
        schema.upgrade(database, revision)
        fill(database)
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
    assert (schema.current(database), schema.differences(database)) == (schema.newest(), [])


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM disclaimer_version"])
def test_0004_freezes_rows_that_were_there_before(database: Database, change: str) -> None:
    schema.upgrade(database, "0003")
    fill(database)
    schema.upgrade(database, "0004")
    with pytest.raises(DBAPIError, match="written once"), database.transaction() as session:
        session.connection().exec_driver_sql(change)
    schema.downgrade(database, "0003")
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE audit_entry SET action = 'x'")
    assert [row["action"] for row in kept(database)["audit_entry"]] == ["x", "x"]


def test_a_rebuilt_parent_table_keeps_the_rows_that_point_to_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration as one may come: SQLite rebuilds ``submission``, on which most tables hang with ON DELETE CASCADE."""
    shutil.copytree(Path(str(files("intake.storage") / "migrations")), tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "9999_rebuilt.py").write_text(REBUILT.format(below=schema.newest()))
    schema.upgrade(database)
    before = fill(database)
    monkeypatch.setattr(schema, "PLACE", str(tmp_path / "migrations"))
    schema.upgrade(database)
    assert schema.current(database) == "9999"
    assert common(before, kept(database))[1] == before
    schema.downgrade(database, "-1")
    assert kept(database) == before
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE byline SET submission_id = 999")


REBUILT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{below}"


def upgrade():
    with op.batch_alter_table("submission", recreate="auto") as batch:
        batch.alter_column("headline", existing_type=sa.String(300), type_=sa.String(400), existing_nullable=False)


def downgrade():
    with op.batch_alter_table("submission", recreate="auto") as batch:
        batch.alter_column("headline", existing_type=sa.String(400), type_=sa.String(300), existing_nullable=False)
"""
