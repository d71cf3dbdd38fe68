"""Databases for the migrations: a SQLite file, and a PostgreSQL database of its own that is dropped afterwards.

The PostgreSQL server is the one ``TESTS_POSTGRESQL`` names. Without one its tests are skipped loudly, and fail in CI.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from intake.storage.database import Database

SERVER = os.environ.get("TESTS_POSTGRESQL") or "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return an empty database of each kind."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield made
        made.close()
        return
    url = make_url(SERVER).set(drivername="postgresql+psycopg")
    name = f"intake_migrations_{uuid.uuid4().hex[:12]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except OperationalError as error:
        why = f"LOUD: no migration was tried on PostgreSQL: {error.orig}"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    made = Database(url.set(database=name).render_as_string(hide_password=False))
    yield made
    made.close()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()
