"""The database's shape goes up and down, keeps the data where it can, and equals the models."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from intake.newsroom import Newsroom
from intake.storage import schema
from intake.storage.database import Database
from intake.storage.tables import metadata
from tests import databases, factories


def test_the_migrated_schema_equals_the_models(newsroom: Newsroom) -> None:
    assert schema.current(newsroom.database) == schema.newest()
    assert schema.differences(newsroom.database) == []


def test_the_newest_revision_is_told_without_reading_a_migration() -> None:
    assert schema.newest() == schema.steps()[-1][1]
    told = "import sys; from intake.storage import schema; schema.newest(); print('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "False\n"


def rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        names = [table.name for table in metadata.sorted_tables]
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}  # noqa: S608  # ours


def test_down_and_up_again_keeps_every_row(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        factories.published(session, newsroom, editor)
    before, database = rows(newsroom.database), newsroom.database
    schema.downgrade(database, "-1")
    assert schema.current(database) != schema.newest()
    schema.upgrade(database)
    assert (rows(database), schema.current(database)) == (before, schema.newest())
    assert schema.differences(database) == []
    with pytest.raises(DBAPIError, match="written once"), newsroom.transaction() as session:
        session.execute(text("UPDATE audit_entry SET action = 'x'"))


@pytest.mark.database
def test_all_the_way_down_leaves_an_empty_database_that_can_rise(tmp_path: Path) -> None:
    database = Database(databases.database_for(tmp_path))
    schema.upgrade(database)
    assert schema.differences(database) == []
    schema.downgrade(database, "base")
    assert (schema.current(database), inspect(database.engine).get_table_names()) == (None, ["alembic_version"])
    schema.upgrade(database)
    schema.upgrade(database)
    assert (schema.current(database), schema.differences(database)) == (schema.newest(), [])
    database.close()
    databases.drop(tmp_path)


def test_a_difference_from_the_models_is_seen(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        session.execute(text("ALTER TABLE author ADD COLUMN shoe_size INTEGER"))
    assert [change[0] for change in schema.differences(newsroom.database)] == ["remove_column"]
