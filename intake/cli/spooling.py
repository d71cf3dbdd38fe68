"""The spool from the command line: mail that waits to be filed, and mail that was given up on.

Keys may be shortened to what no other mail's key begins with. What an author wrote is printed to whoever calls this.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from intake import quarantine
from intake.bootstrap import open_newsroom
from intake.domain.errors import IntakeError
from intake.newsroom import Newsroom
from intake.quarantine import Lying
from intake.sandbox import Reader
from intake.storage.spool import Spool

SHOWN, MOST = 12, 10_000
"""Digits of a key that a list shows, and waiting mails that it knows."""
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


@click.group()
def spool() -> None:
    """Mail that waits to be filed or was given up on: list it, look at it, try again, let it go."""


def _opened() -> tuple[Newsroom, Spool]:
    newsroom = open_newsroom()
    return newsroom, Spool(newsroom.settings.root / "spool", newsroom.settings.mail.max_bytes)


def _told(mail: Lying) -> dict[str, object]:
    return asdict(mail) | {"received_at": mail.received_at.isoformat() if mail.received_at else None}


@spool.command("list")
@AS_JSON
def list_(as_json: bool) -> None:
    """List every mail that waits (oldest first), then every one that was given up on, with the reason."""
    newsroom, folder = _opened()
    lying = quarantine.listed(newsroom, folder, MOST)
    for mail in lying:
        if as_json:
            click.echo(json.dumps(_told(mail)))
        else:
            why = f"  {mail.why}" if mail.why else ""
            way = f"{mail.mail_from or '<>'} → {mail.recipient or '?'}"
            click.echo(f"{mail.key[:SHOWN]}  {mail.state:10}  {_age(mail):>8}  {mail.bytes:>10,} bytes  {way}{why}")
    if not lying and not as_json:
        click.echo("Nothing waits, and nothing was given up on.")


def _age(mail: Lying) -> str:
    if mail.received_at is None:
        return "?"
    minutes = int((datetime.now(UTC) - mail.received_at).total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


@spool.command()
@click.argument("key")
@click.option("--raw", is_flag=True, help="Write the exact bytes to standard output instead.")
@AS_JSON
def show(key: str, raw: bool, as_json: bool) -> None:
    """Show one mail: where it came from, why it was given up on, and its header as it stands."""
    newsroom, folder = _opened()
    mail = quarantine.found(quarantine.listed(newsroom, folder, MOST), key)
    content = quarantine.raw_of(newsroom, folder, mail)
    if raw:
        sys.stdout.buffer.write(content)
        return
    header = content[:16_384].replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "backslashreplace")
    printable = "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in header)
    if as_json:
        click.echo(json.dumps(_told(mail) | {"header": printable}))
        return
    for name, value in _told(mail).items():
        click.echo(f"{name}: {value}")
    click.echo(f"\n{printable}")


@spool.command()
@click.argument("keys", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every mail that was given up on and is not damaged.")
@AS_JSON
@click.pass_context
def retry(ctx: click.Context, keys: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Read mail again that was given up on, as after an upgrade. Exit 1 when one still cannot be read."""
    newsroom, folder = _opened()
    failed = False
    with Reader() as reader:
        for mail in _chosen(newsroom, folder, keys, every):
            try:
                became, error = quarantine.retry(newsroom, folder, reader, mail), ""
            except IntakeError as refused:
                became, error = mail.state, str(refused)
            failed |= bool(error)
            _say(mail, became, error, as_json)
    ctx.exit(1 if failed else 0)


@spool.command()
@click.argument("keys", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every mail that was given up on.")
@AS_JSON
@click.pass_context
def release(ctx: click.Context, keys: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Let mail go that was given up on and dealt with otherwise: it leaves the tray; its bytes stay among the files."""
    newsroom, folder = _opened()
    failed = False
    for mail in _chosen(newsroom, folder, keys, every):
        error = ""
        try:
            quarantine.release(newsroom, folder, mail)
        except IntakeError as refused:
            error = str(refused)
        failed |= bool(error)
        _say(mail, mail.state if error else "released", error, as_json)
    ctx.exit(1 if failed else 0)


def _chosen(newsroom: Newsroom, folder: Spool, keys: tuple[str, ...], every: bool) -> list[Lying]:
    lying = quarantine.listed(newsroom, folder, MOST)
    if every and not keys:
        return [mail for mail in lying if mail.state == "quarantine"]
    if not keys or every:
        raise click.UsageError("Name one or more keys, or --all.")
    return [quarantine.found(lying, key) for key in keys]


def _say(mail: Lying, became: str, error: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"key": mail.key, "state": became, "error": error}))
    else:
        click.echo(f"{mail.key[:SHOWN]}  {became}{': ' + error if error else ''}", err=bool(error))
