"""The ground every table stands on: column types, engine, and the two ways to open a session.

SQLite and PostgreSQL are opened by URL alone. Nothing here knows a table; nothing below the rim commits.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

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


class Base(DeclarativeBase):
    """Every table's base: names for constraints that both databases and the migrations share."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Document, list[Any]: Document}  # noqa: RUF012 - SQLAlchemy's declaration


def make_engine(url: str) -> Engine:
    """Return an engine for a ``sqlite:///…`` or ``postgresql+psycopg://…`` URL, with durable SQLite settings."""
    engine = create_engine(url, json_serializer=_json)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin)
    return engine


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
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Database:
    """Sessions on one database: ``reading()`` for pages, ``transaction()`` for acts."""

    def __init__(self, url: str, turn: Path | None = None) -> None:
        """Open the database at ``url``; ``turn`` is the file whose lock gives SQLite's writers fair turns."""
        self.engine = make_engine(url)
        self._writing = self.engine.execution_options(writing=True)
        self._turn = turn if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is rolled back at the end, whatever was done in it."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back and re-raises. Writers queue before BEGIN."""
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
