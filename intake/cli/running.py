"""Start the desk: ``run`` starts all three parts as one process group; each part can also run by itself.

What a part needs is imported where it starts: the listener, by itself, needs neither database nor pages.
"""

import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import click

from intake import logbook
from intake.cli.fetching import fetch_all
from intake.cli.group import ProcessGroup, Work
from intake.ingress.mailboxes import load_mailboxes
from intake.settings import Settings, load

if TYPE_CHECKING:
    from intake.newsroom import Newsroom


@click.command()
def run() -> None:
    """Start pages, mail listener, worker and the fetcher of mailboxes as one group; Ctrl-C stops them cleanly.

    On the first start it prints a one-time link that makes the first account.
    """
    from intake.bootstrap import open_newsroom
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
    newsroom.database.close()
    # Pages first: they answer while the rest is imported. The work comes last, for it needs the most.
    parts: dict[str, Callable[[], Work]] = {
        "web": partial(_pages, newsroom),
        "listen": lambda: partial(_listen, settings),
    }
    if mailboxes:
        parts["fetch"] = lambda: partial(fetch_all, settings, mailboxes)
    parts["work"] = partial(_working, newsroom)
    sys.exit(ProcessGroup({name: partial(_logged, make) for name, make in parts.items()}).run())


def _pages(newsroom: "Newsroom") -> Work:
    """Return the serving of the pages, with the application made: the web processes are copies of it."""
    from intake.web.server import Server

    pages = Server(newsroom)
    pages.wsgi()
    return pages.run


def _working(newsroom: "Newsroom") -> Work:
    from intake.worker import make_worker

    return make_worker(newsroom).run


def _logged(make: Callable[[], Work]) -> Work:
    work = make()

    def logged() -> None:
        logbook.configure()
        work()

    return logged


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
