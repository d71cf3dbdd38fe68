"""The database's shape: bring it up to date, ask where it stands, compare it with the models.

Alembic is imported where a database is changed or compared: where it stands, and that it stands well, one SELECT tells.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, String, column, inspect, select, table

from intake.domain.errors import IntakeError
from intake.storage.database import Database
from intake.storage.tables import metadata
from intake.storage.turns import Turn, take_turn

if TYPE_CHECKING:
    from alembic.config import Config

PLACE = str(files("intake.storage") / "migrations")
"""Where the migrations lie."""
_REVISION: Select[str] = select(column("version_num", String)).select_from(table("alembic_version"))


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", PLACE)
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Migrate up to a revision in one transaction. Does nothing when the database is there already.

    Of processes that start at once one migrates, and the others wait for it.
    """
    if to == "head" and current(database) == newest():
        return
    from alembic import command

    with _migrating(database) as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    """Migrate down to a revision (``base`` empties the schema)."""
    from alembic import command

    with _migrating(database) as connection:
        command.downgrade(_config(connection), to)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """Open the one transaction of a migration.

    On SQLite foreign keys are not enforced in it: a batch migration rebuilds a table, and dropping the old one would
    delete every row that points to it (sqlite.org/lang_altertable.html, 7). They are checked before the commit.
    """
    with database.engine.execution_options(writing=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _enforce(connection, "OFF")
        try:
            with connection.begin():
                _alone(connection)
                before = _revision(connection)
                yield connection
                if sqlite and before != _revision(connection):
                    _refuse_orphans(connection)
        finally:
            if sqlite:
                _enforce(connection, "ON")


def _enforce(connection: Connection, state: str) -> None:
    # Past SQLAlchemy, which would begin a transaction first: inside one the pragma does nothing.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={state}")


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise IntakeError(
            f"After the migration a row of {orphans[0][0]} would point to none; nothing was changed. "
            "Cure: restore a backup of a day when the database was whole."
        )


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A table of years takes its time to rewrite, and whoever waits for that must not give up.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    take_turn(connection, Turn.SCHEMA)


def current(database: Database) -> str | None:
    """Return the revision the database stands at, or nothing for an empty one."""
    with database.engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(_REVISION)


def newest() -> str:
    """Return the newest revision this software knows: migrations are numbered, in their files' names too."""
    return max(path.name for path in Path(PLACE, "versions").glob("[0-9]*.py")).partition("_")[0]


def steps() -> list[tuple[str, str]]:
    """Return each migration, oldest first: the revision below it (``base`` for nothing) and its own."""
    from alembic.script import ScriptDirectory

    scripts = reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))
    return [(str(script.down_revision or "base"), script.revision) for script in scripts]


def revisions() -> frozenset[str]:
    """Return every revision this software knows."""
    return frozenset(revision for _, revision in steps())


def differences(database: Database) -> list[Any]:
    """Return what Alembic would still change to make the database equal the models; nothing when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        options = {"include_name": _modelled}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what only one of the databases has, behind ``search_text``: its full-text index and what feeds it."""
    return not (name or "").startswith("search_index") and (kind, name) != ("column", "vector")
