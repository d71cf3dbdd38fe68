"""Fetch mail from mailboxes into the spool."""

import signal
import threading

import click

from intake import logbook
from intake.ingress.mailboxes import Mailbox, load_mailboxes
from intake.settings import Settings, load


@click.command()
@click.option("--check", is_flag=True, help="Only sign in to each mailbox, open its folder, and say what was found.")
def fetch(check: bool) -> None:
    """Fetch mail by IMAP from the mailboxes that mailboxes.toml names, until it is stopped. Needs no database."""
    settings = load()
    mailboxes = load_mailboxes(settings.desks)
    if not mailboxes:
        raise click.ClickException("mailboxes.toml names no mailbox. Cure: copy config/examples/imap/mailboxes.toml.")
    if check:
        _check(mailboxes)
        return
    logbook.configure()
    fetch_all(settings, mailboxes)


def fetch_all(settings: Settings, mailboxes: tuple[Mailbox, ...]) -> None:
    """Fetch from each mailbox, in a thread of its own, until SIGTERM or SIGINT."""
    from intake.ingress.imap import Fetcher
    from intake.storage import heartbeat
    from intake.storage.spool import Spool

    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)
    stopping = threading.Event()
    fetchers = [Fetcher(one, spool, spool.max_bytes, settings.desks, settings.root) for one in mailboxes]
    threads = [threading.Thread(target=fetcher.run, args=(stopping,), daemon=True) for fetcher in fetchers]
    for thread in threads:
        thread.start()
    while True:
        if all(fetcher.lives for fetcher in fetchers):
            heartbeat.beat(settings.root, "fetcher")
        if signal.sigtimedwait(stop, heartbeat.SECONDS):
            break
    stopping.set()
    for thread in threads:
        thread.join(10)  # a mail in hand is stored; one that was not marked is only looked at again


def _check(mailboxes: tuple[Mailbox, ...]) -> None:
    from intake.ingress.imap import found_in

    wrong = False
    for mailbox in mailboxes:
        ok, found = found_in(mailbox)
        wrong = wrong or not ok
        click.echo(f"{'ok   ' if ok else 'wrong'}  {mailbox.name}: {found}")
    if wrong:
        raise SystemExit(1)
