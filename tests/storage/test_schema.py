"""The migrations end where the models are, and keep what is there on the way up and down."""

from pathlib import Path

from sqlalchemy import select, text

from intake.newsroom import Newsroom
from intake.storage import schema
from intake.storage.publications import PrintedAuthor
from tests import factories


def test_the_migrated_schema_equals_the_models(newsroom: Newsroom) -> None:
    assert schema.current(newsroom.database) == schema.newest()
    assert schema.differences(newsroom.database) == []


def test_printed_names_are_found_again_after_a_way_down_and_up(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        chief = factories.person(session, newsroom)
        factories.published(session, newsroom, chief, language="ar")
    schema.downgrade(newsroom.database, "0002")
    with newsroom.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM publication")) == 1
        assert session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'printed_author'")) == 0
    schema.upgrade(newsroom.database)
    with newsroom.reading() as session:
        rows = session.scalars(select(PrintedAuthor)).all()
        assert [(row.desk, row.slug, row.name) for row in rows] == [("rai", "هدى-المنصوري", "هدى المنصوري")]


def test_an_empty_database_goes_all_the_way_down_and_up(tmp_path: Path) -> None:
    database = factories.make_newsroom(tmp_path).database
    schema.downgrade(database, "base")
    schema.upgrade(database)
    assert schema.differences(database) == []
    database.close()
