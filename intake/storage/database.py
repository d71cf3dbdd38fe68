"""The ground every table stands on: column types, engine, and the two ways to open a session.

SQLite and PostgreSQL are opened by URL alone. Nothing here knows a table; nothing below the rim commits. SQLite lets
one writer in at a time; on PostgreSQL writers meet only where ``turns`` or a row's lock makes them.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Row,
    Select,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from intake.domain.errors import SettingsError

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WAL_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Older SQLite can corrupt a WAL database with two connections (sqlite.org/wal.html, the WAL-reset bug)."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC on every database. A naive value is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn an aware datetime into UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the stored moment as aware UTC: SQLite hands it back naive."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
"""A column of plain JSON values."""


A_BLOB = {"blob": True}
"""Marks a column that names a blob: backup, proof and reconciling find it by this (see ``tables.BLOB_COLUMNS``)."""


class Base(DeclarativeBase):
    """Every table's base: names for constraints that both databases and the migrations share."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Document, list[Any]: Document}  # noqa: RUF012 - SQLAlchemy's declaration


POSTGRESQL = {
    "application_name": "op-ed-intake",
    "connect_timeout": "10",
    # Nobody waits longer for a lock than for SQLite's writer; a page's query that takes a minute is lost anyway; a
    # process that died in the middle of an act must not hold its rows for ever.
    "options": "-c timezone=UTC -c lock_timeout=15s -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=10min",
}
"""What every connection asks of PostgreSQL, unless the URL says otherwise (libpq, 34.1.2 parameter key words)."""


def make_engine(url: str) -> Engine:
    """Return an engine for a ``sqlite:///…`` or ``postgresql://…`` URL (psycopg 3 is its driver), set to be durable."""
    where = address_of(url)
    if where.get_backend_name() == "postgresql":
        asked = {key: value for key, value in POSTGRESQL.items() if key not in where.query}
        return create_engine(where, json_serializer=_json, pool_pre_ping=True, connect_args=asked)
    engine = create_engine(where, json_serializer=_json)
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _begin)
    return engine


def address_of(url: str) -> URL:
    """Return a database's URL with the driver this software ships: ``postgresql://`` and ``postgres://`` mean psycopg.

    Raises SettingsError for what is no URL, and for any database other than SQLite and PostgreSQL.
    """
    try:
        where = make_url(url)
    except ArgumentError:
        # The URL is not shown: it may hold a password.
        raise SettingsError(f"database is no URL. {_CURE}") from None
    if where.drivername in {"postgres", "postgresql"}:
        where = where.set(drivername="postgresql+psycopg")
    if where.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise SettingsError(f"database: {where.drivername} is not supported. {_CURE}")
    return where


_CURE = "Cure: leave it empty for SQLite, or write postgresql://user:password@host:5432/name."


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would let DDL survive a rollback
    for pragma in (
        f"journal_mode={'WAL' if WAL_SAFE else 'DELETE'}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("single"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


class Database:
    """Sessions on one database: ``reading()`` for pages, ``transaction()`` for acts."""

    def __init__(self, url: str, turn: Path | None = None) -> None:
        """Open the database at ``url``; ``turn`` is the file whose lock gives SQLite's writers fair turns."""
        self.engine = make_engine(url)
        if self.engine.dialect.name == "sqlite":
            self._reading, self._turn = self.engine, turn
            self._writing = self.engine.execution_options(writing=True)
            self._single = self.engine.execution_options(single=True)
        else:
            self._turn = None
            # A page shows one moment, as on SQLite. An act sees what stands once it has the row's lock, where a
            # snapshot would make it fail and begin again.
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._writing = self.engine.execution_options(isolation_level="READ COMMITTED")
            self._single = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one moment and is rolled back at the end, whatever was done in it."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def by_key(self, statement: Select[*tuple[Any, ...]], **values: Any) -> Row[*tuple[Any, ...]] | None:
        """Return the one row that a statement finds, read by itself: no session, no transaction round it."""
        with self._single.connect() as connection:
            return connection.execute(statement, values).one_or_none()

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a connection that sees one moment, for rows that need no objects; it is rolled back at the end."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back and re-raises. SQLite's writers queue before BEGIN."""
        with ExitStack() as stack:
            if self._turn is not None:
                stack.enter_context(_writers_turn(self._turn))
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session

    def close(self) -> None:
        """Close every pooled connection; needed before and after a fork."""
        self.engine.dispose()


@contextmanager
def _writers_turn(path: Path) -> Iterator[None]:
    # SQLite's busy wait is unfair (p99 of hundreds of ms under eight writers); a blocking lock queues them.
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
