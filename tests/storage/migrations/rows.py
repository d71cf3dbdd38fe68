"""Two rows in each table of a database, as its present schema wants them: by its own columns, not by the models.

So a revision of years ago is filled as it was then. A new column needs nothing here unless a CHECK bounds its values.
"""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from intake.storage.database import Database

BOUND: dict[str, Any] = {
    "submission.status": "received",
    "submission.no_promise": "author",
    "desk_role.role": "editor",
    "disclaimer_version.placement": "end",
    "inbound_message.disposition": "held",
    "letter.status": "queued",
    "letter_bounce.kind": "permanent",
    "message_check.status": "queued",
    "message_check.kind": "sender",
    "message_evidence.kind": "sender",
    "revision.made_by": "author",
    "thread_entry.kind": "note",
    "attachment.media_type": "image/png",
}
"""Columns whose CHECK lets only certain values in."""

MOMENT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


def reflected(connection: sa.Connection) -> list[sa.Table]:
    """Return the database's tables as they are, parents first."""
    metadata = sa.MetaData()
    # SQLite keeps its full-text index in tables of its own, which follow ``search_text``.
    metadata.reflect(connection, only=lambda name, _: not name.startswith("search_index"))
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def fill(database: Database) -> Rows:
    """Put two rows into every table that has none, and return every row of every table, in order."""
    with database.engine.execution_options(writing=True).begin() as connection:
        tables = reflected(connection)
        for table in tables:
            if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
                for number in (1, 2):
                    connection.execute(table.insert().values(_row(table, number)))
        return _rows(connection, tables)


def kept(database: Database) -> Rows:
    """Return every row of every table, in order."""
    with database.engine.connect() as connection:
        return _rows(connection, reflected(connection))


def _rows(connection: sa.Connection, tables: list[sa.Table]) -> Rows:
    return {table.name: [dict(row) for row in connection.execute(_ordered(table)).mappings()] for table in tables}


def _ordered(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).order_by(*table.primary_key.columns)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    written = [column for column in table.columns if column.computed is None]
    return {column.name: _value(table, column, number) for column in written}


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    bound = BOUND.get(f"{table.name}.{column.name}")
    if bound is not None:
        return bound
    if column.foreign_keys or column.primary_key:
        return number
    values: dict[type[Any], Any] = {
        sa.Boolean: number == 1,
        sa.JSON: {"number": number},
        sa.DateTime: MOMENT,
        sa.Date: date(2026, 3, number),
        sa.Integer: number,
        sa.LargeBinary: bytes([number]),
        sa.String: f"{column.name} مقال {number}"[: getattr(column.type, "length", None) or 40],
    }
    return next(value for kind, value in values.items() if isinstance(column.type, kind))
