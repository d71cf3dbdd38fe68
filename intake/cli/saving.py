"""Save and bring back an installation from the command line. The work is done in ``upkeep``."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from intake.settings import load
from intake.upkeep.agreement import Report
from intake.upkeep.manifest import Manifest, Tell

FOLDER = click.Path(file_okay=False, path_type=Path)


@contextmanager
def telling() -> Iterator[Tell]:
    """Show progress on a terminal's standard error, and nothing where none watches."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def backup(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Save everything into a new FOLDER, while the desk runs and mail comes in.

    The backup holds the secret key: keep it as safe as the installation itself. Exit 1 when the installation lacks a
    file that a row names; the backup is made all the same.
    """
    from intake.upkeep.backup import Backup

    with telling() as tell:
        made = Backup(load(), folder, tell).make()
    if as_json:
        click.echo(json.dumps(summary(made) | {"folder": str(folder.absolute())}))
    else:
        click.echo(f"Saved {len(made.files)} files, {made.bytes:,} bytes, at schema revision {made.revision}.")
        click.echo(f"{folder.absolute()} holds the secret key: keep it as safe as the installation itself.")
    for sha in made.missing:
        click.echo(
            f"wrong: a row names the file {sha}, which is not there. Cure: take it from an older backup.", err=True
        )
    ctx.exit(1 if made.missing else 0)


def summary(made: Manifest) -> dict[str, object]:
    """Return a manifest without its list of files."""
    return asdict(made) | {"files": len(made.files), "bytes": made.bytes}


@click.command()
@click.argument("folder", type=FOLDER, metavar="BACKUP")
@click.option("--into", "target", type=FOLDER, help="Restore into this folder instead of the settings' own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def restore(ctx: click.Context, folder: Path, target: Path | None, as_json: bool) -> None:
    """Bring a BACKUP back into an empty installation, and prove it: exit 0 only when everything agrees.

    Each file is checked against the backup's list before anything is written, and each row against its file after.
    """
    from intake.upkeep import restore as restoring

    with telling() as tell:
        report = restoring.restore(restoring.into(load(), target), folder, tell)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"proven": not report.wrong}))
    else:
        _print(report)
    ctx.exit(1 if report.wrong else 0)


def _print(report: Report) -> None:
    click.echo(", ".join(f"{count} {what}" for what, count in report.counted.items()))
    for line in report.noted:
        click.echo(f"look: {line}")
    for line in report.wrong:
        click.echo(f"wrong: {line}", err=True)
    click.echo("Restored, but not whole." if report.wrong else "Restored and proven: rows and files agree.")
