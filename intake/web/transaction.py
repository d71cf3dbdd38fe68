"""One session a request: reading for GET, one transaction for everything else, committed before the answer leaves.

An answer of 400 and above rolls back: what a page refuses leaves no trace. Views never commit.
"""

from contextlib import ExitStack

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init(app: Flask) -> None:
    """Close each request's session: commit with the answer, or roll back."""
    app.after_request(_settle)
    app.teardown_request(_abandon)


def newsroom() -> Newsroom:
    """Return the newsroom the application serves."""
    found: Newsroom = current_app.extensions["newsroom"]
    return found


def session() -> Session:
    """Return the request's session, opened at first use."""
    if "session" not in g:
        room = newsroom()
        g.session_stack = ExitStack()
        reading = request.method in SAFE or g.get("read_only", False)
        opened = room.reading() if reading else room.transaction()
        g.session = g.session_stack.enter_context(opened)
    found: Session = g.session
    return found


def read_only() -> None:
    """Make this request keep nothing, whatever its method: it then never waits for, or holds, the writers' turn."""
    g.read_only = True


def roll_back() -> None:
    """Undo what the request has written so far; its session stays usable for reading the page anew."""
    if "session" in g:
        _abandon(None)
        g.pop("_login_user", None)  # Flask-Login keeps the account it read; it must be read anew, too


def _settle(response: Response) -> Response:
    if response.status_code >= 400:
        _abandon(None)
    elif "session_stack" in g:
        g.pop("session")
        g.pop("session_stack").close()
    return response


def _abandon(_error: BaseException | None) -> None:
    if "session_stack" in g:
        g.pop("session").rollback()
        g.pop("session_stack").close()
