"""Start the desk: ``run`` starts all three parts as one process group; each part can also run by itself."""

import sys

import click

from intake import logbook
from intake.bootstrap import open_newsroom
from intake.cli.group import ProcessGroup
from intake.workflow.accounts import first_account_link


@click.command()
def run() -> None:
    """Start pages, mail listener and worker as one group; Ctrl-C stops them cleanly.

    On the first start it prints a one-time link that makes the first account.
    """
    newsroom = open_newsroom()
    settings = newsroom.settings
    with newsroom.transaction() as session:
        link = first_account_link(session, newsroom)
    newsroom.database.close()
    click.echo(f"Pages      {settings.base_url} (listening on {settings.web.host}:{settings.web.port})")
    click.echo(f"Mail       LMTP on {settings.mail.host}:{settings.mail.port}")
    click.echo(f"State      {settings.root}")
    if not settings.relay.host:
        click.echo(f"Letters    kept as files in {settings.root / 'letters'} (no relay is configured)")
    if link:
        click.echo(f"\nMake the first account here, once, within 24 hours:\n  {link}\n")
    sys.exit(ProcessGroup({name: [sys.executable, "-m", "intake", name] for name in ("web", "listen", "work")}).run())


@click.command()
def web() -> None:
    """Serve the pages."""
    logbook.configure()
    newsroom = open_newsroom()
    newsroom.database.close()

    from intake.web.server import Server

    Server(newsroom).run()


@click.command()
def listen() -> None:
    """Take mail over LMTP and put it into the spool. Needs no database."""
    import signal

    from intake.ingress.lmtp import Listener
    from intake.settings import load
    from intake.storage import heartbeat
    from intake.storage.spool import Spool

    logbook.configure()
    settings = load()
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)
    accepts = settings.desks.for_address
    listener = Listener(
        spool, settings.mail.host, settings.mail.port, lambda to: accepts(to) is not None, spool.max_bytes
    )
    with listener:
        while True:
            if listener.answers():
                heartbeat.beat(settings.root, "listener")
            if signal.sigtimedwait(stop, heartbeat.SECONDS):
                break


@click.command()
def work() -> None:
    """File mail, send letters, keep promises: the worker."""
    from intake.worker import make_worker

    logbook.configure()
    make_worker(open_newsroom()).run()
