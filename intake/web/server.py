"""The pages as processes: gunicorn with our settings, our application and our logbook.

Its own access log stays off: it would write secret links down. ``trail`` writes a line for each request instead.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from intake.newsroom import Newsroom


class Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's errors by way of the root logger, where the logbook takes the texts of requests out of them."""

    def setup(self, cfg: Any) -> None:
        """Take no file and no form of its own."""
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)


class Server(BaseApplication):  # type: ignore[misc]  # as above
    """gunicorn, serving one newsroom's pages. ``run`` ends the process."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        settings = newsroom.settings
        named = settings.metrics.folder
        self._counts = (Path(named) if named else settings.root / "metrics") / str(settings.web.port)
        share_counts(self._counts)
        super().__init__()

    def run(self) -> None:
        """Serve until SIGTERM, counting from nothing."""
        share_counts(self._counts)
        super().run()

    def load_config(self) -> None:
        """Set what the settings and this house want; gunicorn asks for it."""
        wanted = self._newsroom.settings.web
        options: dict[str, Any] = {
            "bind": f"{wanted.host}:{wanted.port}",
            "workers": wanted.workers,
            "threads": wanted.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "graceful_timeout": 10,
            "timeout": 60,
            "accesslog": None,
            "logger_class": Log,
            "control_socket_disable": True,
            "child_exit": _forget,
        }
        for key, value in options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Callable[..., Any]:
        """Return the application."""
        # Here, because the client of the counters chooses how to count when it is first imported.
        from intake.web.app import create_app

        return create_app(self._newsroom)


def share_counts(folder: Path) -> None:
    """Let the web processes share their counts in a folder, emptied of an earlier life's.

    Effects: makes the folder, removes its ``*.db``, and sets the variable that the counters' client reads.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _forget(_server: object, worker: Any) -> None:
    """Take a dead process out of what counts the living; what it has counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # it ships no types here
