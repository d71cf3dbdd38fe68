"""The ground is durable: pragmas, transactions that leave nothing behind, moments in UTC, writers who lose nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.database import WAL_SAFE, Database
from intake.storage.submissions import Author
from tests import databases

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(databases.database_for(tmp_path), tmp_path / "lock")
    yield opened
    opened.close()
    databases.drop(tmp_path)


def pragma(session: Session, name: str) -> object:
    return session.execute(text(f"PRAGMA {name}")).scalar()


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["reading", "transaction"])
def test_every_connection_is_durable(database: Database, how: str) -> None:
    with getattr(database, how)() as session:
        assert pragma(session, "journal_mode") == ("wal" if WAL_SAFE else "delete")
        assert pragma(session, "synchronous") == 2  # FULL
        assert pragma(session, "foreign_keys") == 1
        assert pragma(session, "secure_delete") == 1
        assert pragma(session, "busy_timeout") == 15_000


def test_wal_is_used_only_where_it_is_safe() -> None:
    assert (sqlite3.sqlite_version_info >= (3, 51, 3)) == WAL_SAFE


@pytest.mark.sqlite
def test_an_act_takes_the_write_lock_at_once_and_a_page_does_not(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "intake.sqlite3", timeout=0, isolation_level=None)
    with database.reading() as session:
        session.execute(text("SELECT 1"))
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_reading_session_keeps_nothing(newsroom: Newsroom) -> None:
    with newsroom.reading() as session:
        session.add(Author(address="a@b.example", created_at=NOW))
        session.flush()
    with newsroom.reading() as session:
        assert session.query(Author).count() == 0


@pytest.mark.database
def test_a_rolled_back_transaction_leaves_not_even_a_table(database: Database) -> None:
    def make_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("CREATE TABLE lost (id INTEGER)"))
            session.execute(text("INSERT INTO lost VALUES (1)"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        make_and_fail()
    assert inspect(database.engine).get_table_names() == []


def test_foreign_keys_hold(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session, pytest.raises(IntegrityError):
        session.execute(text("INSERT INTO desk_role (person_id, desk, role) VALUES (999, 'opinion', 'chief')"))


def test_a_moment_without_zone_is_refused_and_any_other_comes_back_in_utc(newsroom: Newsroom) -> None:
    with newsroom.reading() as session:
        session.add(Author(address="a@b.example", created_at=datetime(2026, 11, 24)))  # noqa: DTZ001  # the point
        with pytest.raises(StatementError, match="without time zone"):
            session.flush()
    with newsroom.transaction() as session:
        far = NOW.astimezone(timezone(timedelta(hours=2)))
        session.add(Author(address="a@b.example", created_at=far))
    with newsroom.reading() as session:
        stored = session.query(Author).one().created_at
        assert (stored, stored.tzinfo) == (NOW, UTC)


def test_two_writers_of_fifty_acts_each_lose_none(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        session.add(Author(address="0@b.example", created_at=NOW))
    failed: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(50):
                with newsroom.transaction() as session:
                    author = session.query(Author).with_for_update().one()
                    author.address = f"{int(author.address.partition('@')[0]) + 1}@b.example"
        except Exception as error:  # shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with newsroom.reading() as session:
        assert (failed, session.query(Author).one().address) == ([], "100@b.example")
