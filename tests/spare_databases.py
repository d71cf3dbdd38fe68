"""PostgreSQL databases that one test hands to the next: making and dropping one takes longer than most tests do.

After a test its database is emptied down to what the template holds. One whose schema the test has changed, or that
somebody will not leave, is dropped instead. A server where the tests are no superuser gets a new one for each test.
"""

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection, sql
from sqlalchemy import URL

PATIENCE = 5.0
"""Seconds that those who are cut off have to be gone."""
SHAPE = """
SELECT md5(string_agg(line, '/' ORDER BY line)) FROM (
  SELECT concat_ws(' ', relname, attname, atttypid, attnotnull) AS line
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS shape"""
"""Tells two schemas apart: columns, triggers, constraints, functions."""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


@dataclass(frozen=True)
class Contents:
    """What a fresh database holds: its schema's print, its tables with their rows, where its sequences stand."""

    shape: str
    rows: dict[str, bytes]
    sequences: list[tuple[str, int | None]]


@dataclass
class Spares:
    """The databases of one process that wait for their next test, all of them copies of ``template``."""

    server: URL
    template: str
    _names: Iterator[int] = field(default_factory=itertools.count)
    _waiting: list[str] = field(default_factory=list)
    _contents: Contents | None = None

    def take(self, name: str) -> None:
        """Make a database of this name, as the template is; nobody may be connected to the template."""
        with self._at("postgres") as connection:
            if self._waiting:
                _rename(connection, self._waiting.pop(), name)
            else:
                copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(copied.format(sql.Identifier(name), sql.Identifier(self.template)))
                # No test ends the server: what it has committed need not outlast one.
                hasty = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
                connection.execute(hasty.format(sql.Identifier(name)))

    def give_back(self, name: str) -> None:
        """Cut off whoever uses the database of this name, and keep it for another test, or drop it."""
        spare = f"{self.template}_{os.getpid()}_{next(self._names)}"
        with self._at("postgres") as connection:
            if _deserted(connection, name) and connection.info.parameter_status("is_superuser") == "on":
                _rename(connection, name, spare)
                if self._emptied(spare):
                    self._waiting.append(spare)
                    return
                name = spare
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _emptied(self, name: str) -> bool:
        """Bring a database back to the template's contents; False when its schema is not the template's any more."""
        if self._contents is None:
            with self._at(self.template) as connection:
                self._contents = _read(connection)
        with self._at(name) as connection:
            if connection.execute(SHAPE).fetchone() != (self._contents.shape,):
                return False
            with connection.transaction():
                _restore(connection, self._contents)
        return True

    @contextmanager
    def _at(self, database: str) -> Iterator[Connection]:
        url = self.server.set(drivername="postgresql", database=database).render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection


def _rename(connection: Connection, old: str, new: str) -> None:
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _deserted(connection: Connection, name: str) -> bool:
    """Cut off every session of a database, and tell whether all went in time."""
    deadline = time.monotonic() + PATIENCE
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    while connection.execute(ended, [name]).fetchall():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _read(connection: Connection) -> Contents:
    shape = connection.execute(SHAPE).fetchone()
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    sequences = connection.execute(SEQUENCES).fetchall()
    return Contents(str(shape and shape[0]), {name: _rows(connection, name) for (name,) in tables}, sequences)


def _rows(connection: Connection, table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
        return b"".join(rows)


def _restore(connection: Connection, contents: Contents) -> None:
    # The tables refuse that written rows go, and point to each other: none of that is asked here.
    connection.execute("SET LOCAL session_replication_role = replica")
    for table in contents.rows:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    for table, rows in contents.rows.items():
        if rows:
            into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(into) as copied:
                copied.write(rows)
    for sequence, last in contents.sequences:
        connection.execute("SELECT setval(%s::regclass, %s, %s)", [sequence, last or 1, last is not None])
