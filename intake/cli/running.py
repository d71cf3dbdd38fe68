"""Start the desk: ``run`` starts all three parts as one process group; each part can also run by itself."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import click

from intake.bootstrap import open_newsroom
from intake.cli.group import ProcessGroup
from intake.newsroom import Newsroom
from intake.workflow.accounts import first_account_link


def _logged() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)


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
    _logged()
    newsroom = open_newsroom()
    newsroom.database.close()
    _serve(newsroom)


def _serve(newsroom: Newsroom) -> None:
    from gunicorn.app.base import BaseApplication

    from intake.web.app import create_app

    wanted = newsroom.settings.web
    options: dict[str, Any] = {
        "bind": f"{wanted.host}:{wanted.port}",
        "workers": wanted.workers,
        "threads": wanted.threads,
        "worker_class": "gthread",
        "preload_app": True,
        "graceful_timeout": 10,
        "timeout": 60,
        "accesslog": None,  # it would write secret links down
        "loglevel": "warning",
        "control_socket_disable": True,
    }

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        """gunicorn with our settings and our application."""

        def load_config(self) -> None:
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Callable[..., Any]:
            return create_app(newsroom)

    Server().run()


@click.command()
def listen() -> None:
    """Take mail over LMTP and put it into the spool. Needs no database."""
    import signal

    from intake.ingress.lmtp import Listener
    from intake.settings import load
    from intake.storage.spool import Spool

    settings = load()
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)
    accepts = settings.desks.for_address
    with Listener(spool, settings.mail.host, settings.mail.port, lambda to: accepts(to) is not None, spool.max_bytes):
        signal.sigwait(stop)


@click.command()
def work() -> None:
    """File mail, send letters, keep promises: the worker."""
    from intake.worker import make_worker

    _logged()
    make_worker(open_newsroom()).run()
