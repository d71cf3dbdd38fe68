"""The command line. Each group of commands has a file; it is loaded only when one of its commands is called."""

import importlib
import sys

import click

from intake import __version__
from intake.domain.errors import IntakeError

PLACES = {
    "run": "running:run",
    "demo": "demo:demo",
    "web": "running:web",
    "listen": "running:listen",
    "work": "running:work",
    "fetch": "fetching:fetch",
    "receive": "receiving:receive",
    "import": "importing:import_mail",
    "inspect": "reading:inspect",
    "read": "reading:read",
    "spool": "spooling:spool",
    "accounts": "accounts:accounts",
    "audit-log": "audit:audit_log",
    "migrate": "upkeep:migrate",
    "backup": "saving:backup",
    "restore": "saving:restore",
    "upgrade": "checking:upgrade",
    "doctor": "checking:doctor",
}
"""Each command, and where it is defined."""


class _Commands(click.Group):
    """Finds a command by its place, so that ``--help`` of one does not load the web framework of another."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in PLACES:
            return None
        module, name = PLACES[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(f"intake.cli.{module}"), name)
        return command


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="intake")
def commands() -> None:
    """Op-Ed Intake: pieces come in by mail and form, are reviewed, and run with their disclaimer."""


def main() -> None:
    """Run a command and end the process: 0 done, 1 refused with cause and cure, 2 wrong usage."""
    try:
        commands(prog_name="intake")
    except IntakeError as error:
        click.echo(f"intake: {error}", err=True)
        sys.exit(1)
