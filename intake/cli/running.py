"""Start the desk: ``run`` starts all three parts as one process group; each part can also run by itself.

What a part needs is imported where it starts: the listener, by itself, needs neither database nor pages.
"""

import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click

from intake import logbook
from intake.cli.fetching import fetch_all
from intake.cli.group import ProcessGroup
from intake.ingress.mailboxes import load_mailboxes
from intake.settings import Settings, load


@click.command()
def run() -> None:
    """Start pages, mail listener, worker and the fetcher of mailboxes as one group; Ctrl-C stops them cleanly.

    On the first start it prints a one-time link that makes the first account.
    """
    from intake.bootstrap import open_newsroom
    from intake.web.server import Server
    from intake.worker import make_worker
    from intake.workflow.accounts import first_account_link

    newsroom = open_newsroom()
    settings = newsroom.settings
    with newsroom.transaction() as session:
        link = first_account_link(session, newsroom)
    click.echo(f"Pages      {settings.base_url} (listening on {settings.web.host}:{settings.web.port})")
    click.echo(f"Mail       LMTP on {settings.mail.host}:{settings.mail.port}")
    if settings.mail.smtp_port:
        click.echo(f"           SMTP on {settings.mail.smtp_host}:{settings.mail.smtp_port}")
    click.echo(f"State      {settings.root}")
    if not settings.relay.host:
        click.echo(f"Letters    kept as files in {settings.root / 'letters'} (no relay is configured)")
    if link:
        click.echo(f"\nMake the first account here, once, within 24 hours:\n  {link}\n")
    mailboxes = load_mailboxes(settings.desks)
    for mailbox in mailboxes:
        click.echo(f"Mailbox    {mailbox.name}")
    # Made here and once: each part starts as a copy of this process, and shares its memory.
    pages, worker = Server(newsroom), make_worker(newsroom)
    pages.wsgi()
    newsroom.database.close()
    parts = {"web": pages.run, "listen": lambda: _listen(settings), "work": worker.run}
    if mailboxes:
        parts["fetch"] = lambda: fetch_all(settings, mailboxes)
    sys.exit(ProcessGroup({name: partial(_logged, part) for name, part in parts.items()}).run())


def _logged(part: Callable[[], None]) -> None:
    logbook.configure()
    part()


@click.command()
def web() -> None:
    """Serve the pages."""
    from intake.bootstrap import open_newsroom
    from intake.web.server import Server

    logbook.configure()
    newsroom = open_newsroom()
    newsroom.database.close()
    Server(newsroom).run()


@click.command()
def listen() -> None:
    """Take mail over LMTP, and SMTP when it has a port, and put it into the spool. Needs no database."""
    logbook.configure()
    _listen(load())


def _listen(settings: Settings) -> None:
    from intake.ingress.doors import listeners
    from intake.storage import heartbeat
    from intake.storage.spool import Spool

    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)
    with ExitStack() as doors:
        serving = [doors.enter_context(listener) for listener in listeners(settings, spool)]
        while True:
            if all(listener.answers() for listener in serving):
                heartbeat.beat(settings.root, "listener")
            if signal.sigtimedwait(stop, heartbeat.SECONDS):
                break


@click.command()
def work() -> None:
    """File mail, send letters, keep promises: the worker."""
    from intake.bootstrap import open_newsroom
    from intake.worker import make_worker

    logbook.configure()
    make_worker(open_newsroom()).run()
