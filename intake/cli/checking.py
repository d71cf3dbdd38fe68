"""Look after an installation from the command line: what is wrong with it, and the step to a new version."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from intake.bootstrap import open_newsroom
from intake.cli.doors import door_lines
from intake.cli.saving import FOLDER, telling
from intake.domain.errors import IntakeError
from intake.newsroom import utc_now
from intake.settings import Settings, load
from intake.storage import schema
from intake.upkeep import checkup, dumps
from intake.upkeep.checkup import Line


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--offline", is_flag=True, help="Ask no relay, listener, mailbox or name server.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, offline: bool) -> None:
    """Say what is wrong and how to mend it. Exit 0 when nothing is, 1 otherwise; a "look" is not wrong."""
    lines = list(_examined(load(), offline))
    for line in lines:
        cure = f" – {line.cure}" if line.cure else ""
        click.echo(json.dumps(asdict(line)) if as_json else f"{line.state:5}  {line.name}: {line.found}{cure}")
    ctx.exit(1 if any(line.state == "wrong" for line in lines) else 0)


def _examined(settings: Settings, offline: bool) -> Iterator[Line]:
    yield Line("settings", "ok", f"{len(settings.desks.every)} desks")
    yield checkup.address_line(settings)
    if not offline:
        yield checkup.relay_line(settings)
        yield from door_lines(settings)
        yield from checkup.name_lines(settings)
    try:
        database = dumps.open_existing(settings)
        try:
            found = list(checkup.database_lines(database))
        finally:
            database.close()
        yield from found
        if any(line.state == "wrong" for line in found):
            return  # the rest asks tables that may not be there
        newsroom = open_newsroom(settings)
        try:
            yield from checkup.room_lines(newsroom)
        finally:
            newsroom.database.close()
    except (IntakeError, SQLAlchemyError, OSError) as error:
        yield Line("database", "wrong", str(error).splitlines()[0], "Start the desk once, or mend database and folder.")


@click.command()
@click.option("--backup", "folder", type=FOLDER, help="Where the backup goes; a dated folder beside the state if not.")
def upgrade(folder: Path | None) -> None:
    """Save everything, migrate the database, and check it. Exit 1 when the check fails; it says how to go back."""
    from intake.upkeep.backup import Backup

    settings = load()
    database = dumps.open_existing(settings)
    try:
        here = schema.current(database)
        if here not in schema.revisions():
            raise IntakeError(
                f"The database is at revision {here}, newer than this software. Cure: install the newer software."
            )
        saved = folder or settings.root.with_name(f"{settings.root.name}-before-{utc_now():%Y%m%d-%H%M%S}")
        with telling() as tell:
            Backup(settings, saved, tell).make()
        click.echo(f"Saved to {saved}, which holds the secret key.")
        back = f"To go back: stop the desk, install the version before, empty the folder, intake restore {saved}."
        try:
            schema.upgrade(database)
            wrong = [line for line in checkup.database_lines(database) if line.state == "wrong"]
        except Exception:
            click.echo(back, err=True)
            raise
    finally:
        database.close()
    if wrong:
        raise IntakeError(f"After the migration: {wrong[0].found}. {back}")
    click.echo(f"The database went from revision {here} to {schema.newest()}, and equals the software's.")
