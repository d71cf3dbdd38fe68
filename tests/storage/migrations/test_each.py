"""Each migration, up and down, with rows in every table, on both databases (P19). A new one is tried by being there.

What a migration does to rows beyond keeping them is shown in a test of its own.
"""

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
    fill(database)
    before = kept(database)
    schema.upgrade(database, revision)
    fill(database)
    above = kept(database)
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
