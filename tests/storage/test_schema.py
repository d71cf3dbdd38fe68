"""The migrations end where the models are."""

from pathlib import Path

from intake.newsroom import Newsroom
from intake.storage import schema
from tests import factories


def test_the_migrated_schema_equals_the_models(newsroom: Newsroom) -> None:
    assert schema.current(newsroom.database) == schema.newest()
    assert schema.differences(newsroom.database) == []


def test_an_empty_database_goes_all_the_way_down_and_up(tmp_path: Path) -> None:
    database = factories.make_newsroom(tmp_path).database
    schema.downgrade(database, "base")
    schema.upgrade(database)
    assert schema.differences(database) == []
    database.close()
