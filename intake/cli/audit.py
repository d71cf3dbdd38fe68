"""The audit log from the command line: prove that nothing in it was changed."""

import json

import click
from sqlalchemy import func, select

from intake.bootstrap import open_newsroom
from intake.storage.audit import AuditEntry, broken


@click.group("audit-log")
def audit_log() -> None:
    """Check the hash-chained log of every act."""


@audit_log.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Recompute the whole chain. Exit 0 when it is whole, 1 when an entry was changed, added or taken away."""
    with open_newsroom().reading() as session:
        entries = session.scalar(select(func.count(AuditEntry.id))) or 0
        wrong = list(broken(session))
    if as_json:
        click.echo(json.dumps({"entries": entries, "broken": wrong}))
    else:
        click.echo(f"{entries} entries, the chain is whole." if not wrong else f"Broken at entry {wrong[0]}.")
    ctx.exit(1 if wrong else 0)
