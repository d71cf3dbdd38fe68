"""Addresses for machines: /health (this process answers) and /ready (the installation can do its work).

They open no session, set no cookie, tell no secret, and are never cached. Liveness asks no database: a program that
starts a web process anew because the database is away would only make things worse.
"""

from flask import Blueprint, Response, jsonify

from intake import condition
from intake.domain.errors import SettingsError
from intake.ingress.mailboxes import load_mailboxes
from intake.web.transaction import newsroom

room = Blueprint("health", __name__)


@room.get("/health")
def health() -> Response:
    """Say that this process answers."""
    return Response("ok\n", mimetype="text/plain")


@room.get("/ready")
def ready() -> tuple[Response, int]:
    """Say whether mail and forms can be taken (200), or which line fails (503).

    A silent worker, listener or fetcher is told and does not fail it, nor does mail in the spool that the worker may
    not read: the pages work without them, and mail is taken. Which mail that is, ``intake doctor`` tells.
    """
    lines = condition.lines(newsroom())
    told = {name: "ok" if holds else "fails" for name, holds in lines.items()}
    told["spool"] = "ok" if condition.spool_is_open(newsroom()) else "unreadable"
    told |= {
        name: "alive" if lives else "silent" for name, lives in condition.parts(newsroom(), fetches=_fetches()).items()
    }
    good = all(lines.values())
    return jsonify(ready=good, **told), 200 if good else 503


def _fetches() -> bool:
    """Tell whether there are mailboxes to fetch from. A wrong or closed file counts: somebody wants them."""
    try:
        return bool(load_mailboxes(newsroom().desks))
    except (SettingsError, OSError):
        return True
