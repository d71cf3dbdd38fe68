"""Accounts from the command line: a fresh first link, and who has which role."""

import json

import click
from sqlalchemy import select

from intake.bootstrap import open_newsroom
from intake.storage.people import Person
from intake.workflow.accounts import first_account_link


@click.group()
def accounts() -> None:
    """Make the first account and list the others."""


@accounts.command("first-link")
def first_link() -> None:
    """Print a fresh one-time link for the first account; the one printed before is void. Exit 1 when one exists."""
    newsroom = open_newsroom()
    with newsroom.transaction() as session:
        link = first_account_link(session, newsroom)
    if link is None:
        raise click.ClickException("There is an account already. An administrator invites others at /desk/people.")
    click.echo(link)


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_accounts(as_json: bool) -> None:
    """List every account with its roles."""
    newsroom = open_newsroom()
    with newsroom.reading() as session:
        for person in session.scalars(select(Person).order_by(Person.email)):
            roles = {held.desk: held.role for held in person.desk_roles}
            if as_json:
                row = {"email": person.email, "name": person.name, "active": person.active, "roles": roles}
                click.echo(json.dumps(row | {"administrator": person.administrator}, ensure_ascii=False))
            else:
                held = ", ".join(f"{desk}: {role}" for desk, role in roles.items()) or "no desk"
                click.echo(f"{person.email}  {person.name}  {held}{'' if person.active else '  (inactive)'}")
