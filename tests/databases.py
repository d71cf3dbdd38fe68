"""The database a test run works on: SQLite in each test's folder, or a PostgreSQL server with a database a test.

``pytest --database postgresql`` chooses; both variables below are inherited by every process a test starts. Databases
are named after the run and the test's folder, so that a child that is given the folder finds the same one.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake.storage.database import address_of
from tests.spare_databases import Spares

CHOSEN, SERVER, RUN = "TESTS_DATABASE", "TESTS_POSTGRESQL", "TESTS_RUN"
"""Which database; where the server is; what this run's databases begin with. No setting of the program's own."""
DEFAULT_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


def on_postgresql() -> bool:
    """Tell whether this run's newsrooms live on PostgreSQL."""
    return os.environ.get(CHOSEN) == "postgresql"


def server() -> URL:
    """Return the URL of the server's own database, through which others are made."""
    return address_of(os.environ.get(SERVER) or DEFAULT_SERVER)


def unreachable() -> str:
    """Return why the server cannot be used, or nothing when it answers."""
    try:
        with _maintenance() as connection:
            connection.execute(text("SELECT 1"))
    except OperationalError as error:
        return str(error.orig).strip()
    return ""


def shown_server() -> str:
    """Return the server's URL without its password."""
    return server().render_as_string()


def settings_for(folder: Path) -> dict[str, str]:
    """Return the variables that put a newsroom with this folder on the chosen database, which is made when absent."""
    return {"INTAKE_DATABASE": database_for(folder)} if on_postgresql() else {}


def database_for(folder: Path) -> str:
    """Return the URL of a folder's database on the chosen kind; PostgreSQL's is made when absent."""
    if not on_postgresql():
        return f"sqlite:///{folder / 'intake.sqlite3'}"
    name = _name(folder)
    with _maintenance() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    return server().set(database=name).render_as_string(hide_password=False)


def spares(template: Path) -> Spares:
    """Return where copies of the database of a newsroom's folder come from and go to."""
    return Spares(server(), _name(template))


def take(spare: Spares, folder: Path) -> None:
    """Give a folder a copy of its own."""
    spare.take(_name(folder))


def give_back(spare: Spares, folder: Path) -> None:
    """Take a folder's copy away; whoever is still connected to it is cut off."""
    spare.give_back(_name(folder))


def without_trigger(session: Session, trigger: str, table: str) -> None:
    """Take a trigger away: what only someone with the database's own password could do."""
    where = f" ON {table}" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER {trigger}{where}"))


def drop(folder: Path) -> None:
    """Take the database of a folder away; whoever is still connected to it is cut off."""
    if on_postgresql():
        with _maintenance() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{_name(folder)}" WITH (FORCE)')


def drop_all() -> None:
    """Take away every database this run has left."""
    with _maintenance() as connection:
        left = text("SELECT datname FROM pg_database WHERE starts_with(datname, :run)")
        for name in connection.scalars(left, {"run": f"{os.environ[RUN]}_"}).all():
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def begin() -> None:
    """Give this run its name, unless the process that started this one did."""
    os.environ.setdefault(RUN, f"intake_test_{os.getpid()}")


def _name(folder: Path) -> str:
    return f"{os.environ[RUN]}_{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"


@contextmanager
def _maintenance() -> Iterator[Connection]:
    # CREATE and DROP DATABASE stand outside any transaction.
    patience: dict[str, Any] = {"connect_timeout": 5}
    engine = create_engine(server(), isolation_level="AUTOCOMMIT", connect_args=patience)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
