"""A database that was used comes back as the template is, or not at all."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from tests import databases, factories
from tests.spare_databases import Spares, _read

DROPPED = "DROP DATABASE IF EXISTS {} WITH (FORCE)"


@pytest.fixture
def spares(tmp_path: Path) -> Iterator[Spares]:
    """Return spares of a template that was made for this test, on the server whatever the run's database is."""
    why = databases.unreachable()
    if why:
        lost = f"LOUD: spare databases were not tried, PostgreSQL does not answer: {why}"
        pytest.fail(lost) if os.environ.get("CI") else pytest.skip(lost)
    template = f"intake_spares_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url(databases.server(), "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {template}")
        room = factories.make_newsroom(tmp_path, INTAKE_DATABASE=url(databases.server(), template))
        room.database.close()
        yield Spares(databases.server(), template)
        for (name,) in server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template]):
            server.execute(DROPPED.format(name))


def url(server: URL, name: str) -> str:
    return server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def names(spares: Spares) -> list[str]:
    with psycopg.connect(url(spares.server, "postgres")) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [spares.template])
        return sorted(name for (name,) in found)


def test_the_next_test_finds_what_the_first_one_found(spares: Spares, tmp_path: Path) -> None:
    name = f"{spares.template}_used"
    spares.take(name)
    with psycopg.connect(url(spares.server, name)) as fresh:
        before = _read(fresh)
    room = factories.make_newsroom(tmp_path, INTAKE_DATABASE=url(spares.server, name))
    with room.transaction() as session:
        factories.published(session, room, factories.person(session, room))
    spares.give_back(name)  # with the newsroom's connections still open
    room.database.close()
    assert len(names(spares)) == 2
    spares.take(name)
    assert names(spares) == [spares.template, name]
    with psycopg.connect(url(spares.server, name)) as again:
        assert _read(again) == before


def test_one_with_another_schema_is_dropped(spares: Spares) -> None:
    name = f"{spares.template}_changed"
    spares.take(name)
    with psycopg.connect(url(spares.server, name)) as changed:
        changed.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    spares.give_back(name)
    assert names(spares) == [spares.template]
