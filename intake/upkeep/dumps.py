"""One consistent copy of the database while it is written to, and back again.

SQLite by its online backup, PostgreSQL by ``pg_dump`` and ``pg_restore`` (no library writes their format). It copies
no files beside the database.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from intake.settings import Settings
from intake.storage.database import Database, address_of
from intake.upkeep.agreement import named_blobs
from intake.upkeep.manifest import BackupRefused, Kind, Stored, Tell, copy_file, silent, stored

FILES: dict[Kind, str] = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PAGES = 4096
"""Pages of SQLite's that are copied between two words to whoever watches."""


@dataclass(frozen=True)
class Snapshot:
    """The database at one moment: its schema revision, and every blob that its rows name."""

    kind: Kind
    revision: str
    blobs: frozenset[str]


def kind_of(settings: Settings) -> Kind:
    """Return which of the two databases the settings name."""
    return "postgresql" if address_of(settings.database_url).get_backend_name() == "postgresql" else "sqlite"


def open_existing(settings: Settings) -> Database:
    """Open the installation's database as it stands: no migration, and no new file. Raises BackupRefused."""
    path = address_of(settings.database_url).database
    if kind_of(settings) == "sqlite" and not Path(path or "").is_file():
        raise BackupRefused(f"There is no database at {path}. Cure: check folder and database in the settings.")
    return Database(settings.database_url, settings.root / "writers.lock")


def revision_of(session: Session) -> str:
    """Return the schema revision. Raises BackupRefused for a database that was never migrated."""
    if not inspect(session.connection()).has_table("alembic_version"):
        raise BackupRefused("The database is empty: there is nothing to save. Cure: start the desk once.")
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def dump(settings: Settings, database: Database, folder: Path, tell: Tell = silent) -> tuple[Snapshot, Stored]:
    """Copy the database into a backup's folder, and return what it was at that one moment. Raises BackupRefused."""
    kind = kind_of(settings)
    target = folder / FILES[kind]
    snapshot = (_dump_sqlite if kind == "sqlite" else _dump_postgresql)(settings, database, target, tell)
    return snapshot, stored(target)


def _dump_sqlite(settings: Settings, database: Database, target: Path, tell: Tell) -> Snapshot:
    # The writers' turn is ours while pages are copied: else each commit would make SQLite begin the copy anew. Mail
    # is still acknowledged meanwhile, because the spool needs no database, and pages are still read.
    with database.transaction() as session:
        source = sqlite3.connect(f"file:{address_of(settings.database_url).database}?mode=ro", uri=True, timeout=15)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: tell("database", total - left, total))
        finally:
            copy.close()
            source.close()
        return Snapshot("sqlite", revision_of(session), named_blobs(session))


def _dump_postgresql(settings: Settings, database: Database, target: Path, tell: Tell) -> Snapshot:
    tell("database", 0, 1)
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        # However long the dump takes, the snapshot must stand: nothing is asked meanwhile.
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        _refuse_older("pg_dump", session)
        name = str(session.scalar(text("SELECT pg_export_snapshot()")))
        snapshot = Snapshot("postgresql", revision_of(session), named_blobs(session))
        wanted = ("--format=custom", f"--snapshot={name}", "--no-owner", "--no-privileges", f"--file={target}")
        _call("pg_dump", settings, *wanted)
    tell("database", 1, 1)
    return snapshot


def refuse_filled(settings: Settings) -> None:
    """Raise BackupRefused when the database of the settings holds anything already."""
    if kind_of(settings) == "sqlite":
        path = Path(address_of(settings.database_url).database or "")
        if path.exists():
            raise BackupRefused(f"{path} exists. Cure: move it away, or restore into another folder with --into.")
        return
    database = Database(settings.database_url)
    try:
        if inspect(database.engine).get_table_names():
            raise BackupRefused("The database of the settings holds tables already. Cure: name an empty one.")
        with database.reading() as session:
            _refuse_older("pg_restore", session)
    finally:
        database.close()


def load(settings: Settings, folder: Path) -> None:
    """Put a backup's database where the settings want it, which must be empty. Raises BackupRefused."""
    kind = kind_of(settings)
    if kind == "sqlite":
        copy_file(folder / FILES[kind], Path(address_of(settings.database_url).database or ""))
    else:
        wanted = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        _call("pg_restore", settings, *wanted, str(folder / FILES[kind]))


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise BackupRefused(f"{name} is not on this machine. Cure: install it (Debian: apt install postgresql-client).")
    return found


def _refuse_older(name: str, session: Session) -> None:
    said = subprocess.run([_program(name), "--version"], capture_output=True, text=True, timeout=20)  # noqa: S603  # found on PATH, no words of strangers
    ours = re.search(r"\d+", said.stdout)
    theirs = int(str(session.scalar(text("SHOW server_version_num")))) // 10_000
    if not ours or int(ours[0]) < theirs:
        raise BackupRefused(
            f"{name} is of version {said.stdout.strip() or 'unknown'}, older than the server ({theirs}). "
            f"Cure: install postgresql-client-{theirs}."
        )


def _call(name: str, settings: Settings, *wanted: str) -> None:
    url = address_of(settings.database_url)
    # The password goes by the environment: a command line can be read by every user of the machine.
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    place = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [_program(name), *wanted[:-1], f"--dbname={place}", wanted[-1]]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)  # noqa: S603  # our own words and settings
    if done.returncode:
        raise BackupRefused(f"{name} failed: {done.stderr.strip()[-500:]}. Cure: see its own words.")
