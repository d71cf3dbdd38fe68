"""``intake demo``: a made-up newsroom to look at, thrown away at the next start. It is no place for real mail."""

import os
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from intake.newsroom import Newsroom


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("var/demo"))
@click.option("--no-start", is_flag=True, help="Build the demo and end.")
@click.pass_context
def demo(context: click.Context, folder: Path, *, no_start: bool) -> None:
    """Build a made-up newsroom in FOLDER (var/demo) and start it on this machine only.

    An earlier demo in the folder is deleted; a folder that holds anything else is refused. Letters are kept as files,
    whatever the settings say. Exit code 0: built, and stopped by you; 1: refused, with cause and cure.
    """
    from intake.cli.running import run
    from intake.demo import staff, stage

    stage.clear(folder)
    variables = stage.environment(folder, os.environ)
    # Every part, and each child process, reads its settings from here: nothing of a real installation may remain.
    os.environ.clear()
    os.environ.update(variables)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Playing the demo", total=None)
        stage.build(variables, _hashed, lambda done, of: progress.update(bar, completed=done, total=of))
    click.echo("This is a DEMO: nobody in it is real, no letter leaves this machine, the next start deletes it.\n")
    for short, (name, role, _) in staff.PEOPLE.items():
        click.echo(f"  {role.value:<10} {staff.address(short):<28} {name}")
    click.echo(f"  password   {staff.PASSWORD}  (the same for all)\n")
    if not no_start:
        context.invoke(run)


def _hashed(newsroom: Newsroom) -> Callable[[str], str]:
    """Return the sign-in's own way to hash a password."""
    from flask_security import hash_password

    from intake.web.server import Server

    app = Server(newsroom).wsgi()

    def hashed(password: str) -> str:
        with app.app_context():
            return str(hash_password(password))

    return hashed
