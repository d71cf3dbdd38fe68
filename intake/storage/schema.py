"""The database's shape: bring it up to date, ask where it stands, compare it with the models."""

from importlib.resources import files
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from intake.storage.database import Database
from intake.storage.tables import metadata
from intake.storage.turns import Turn, take_turn


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("intake.storage") / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Migrate up to a revision in one transaction. Does nothing when the database is there already.

    Of processes that start at once one migrates, and the others wait for it.
    """
    with database.engine.execution_options(writing=True).begin() as connection:
        _alone(connection)
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    """Migrate down to a revision (``base`` empties the schema)."""
    with database.engine.execution_options(writing=True).begin() as connection:
        _alone(connection)
        command.downgrade(_config(connection), to)


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A table of years takes its time to rewrite, and whoever waits for that must not give up.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    take_turn(connection, Turn.SCHEMA)


def current(database: Database) -> str | None:
    """Return the revision the database stands at, or nothing for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision this software knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def steps() -> list[tuple[str, str]]:
    """Return each migration, oldest first: the revision below it (``base`` for nothing) and its own."""
    scripts = reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))
    return [(str(script.down_revision or "base"), script.revision) for script in scripts]


def revisions() -> frozenset[str]:
    """Return every revision this software knows."""
    return frozenset(revision for _, revision in steps())


def differences(database: Database) -> list[Any]:
    """Return what Alembic would still change to make the database equal the models; nothing when they agree."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))
