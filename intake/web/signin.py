"""Round the sign-in: delay after failed tries, how long a sign-in lasts, where it leads, whose language pages speak.

The forms and letters of the sign-in are in ``accounts``.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, current_app, request, session, url_for
from flask_login import current_user, logout_user
from flask_security.signals import user_authenticated
from werkzeug.exceptions import TooManyRequests

from intake.web.language import house_name, prefer
from intake.web.throttle import Pace, Throttle
from intake.web.transaction import newsroom, read_only

SINCE = "since"
"""The key of the session under which the moment of signing in stands."""

UNUSED = ("security.verify", "security.static")
"""Routes that Flask-Security always brings along and nothing here leads to."""

ONE = Pace(free=4)
"""One client at one address: the ordinary case of a forgotten password."""
CLIENT = Pace(free=20)
"""One client at many addresses; an office may share one."""
ADDRESS = Pace(free=10, longest=timedelta(seconds=30))
"""Many clients at one address; the short wait keeps its owner from being shut out by strangers."""


def init(app: Flask) -> None:
    """Put the delay, the end of a sign-in and the person's language in place."""
    app.extensions["throttle"] = Throttle(app.extensions["newsroom"].now)
    app.before_request(_enter)
    app.context_processor(_who)
    user_authenticated.connect(_begun, app)


def local(address: str) -> str:
    """Return an address that stays on this site, or nothing: no scheme, no host, no trick with slashes."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() else ""


class Attempt:
    """One try at an address from the client of this request."""

    def __init__(self, address: str, purpose: str = "login") -> None:
        """Name the address that was typed; ``purpose`` keeps tries of different kinds apart."""
        typed, client = address.strip().lower(), request.remote_addr or ""
        self._one, self._client, self._address = (
            _veiled(f"{purpose}:{kind}:{about}")
            for kind, about in (("one", f"{client} {typed}"), ("client", client), ("address", typed))
        )

    def begin(self) -> None:
        """Count the try. Aborts with 429, and counts nothing, while an earlier one has to cool down."""
        keys = ((self._one, ONE), (self._client, CLIENT), (self._address, ADDRESS))
        wait = _throttle().enter(keys)
        if wait > timedelta(0):
            raise TooManyRequests(retry_after=int(wait.total_seconds()) + 1)

    def succeed(self) -> None:
        """Forget what failed before."""
        _throttle().forgive(self._one, self._address)
        _throttle().take_back(self._client)


def _veiled(key: str) -> str:
    return hmac.new(newsroom().key("tries"), key.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found


def _enter() -> None:
    """End a sign-in that has lasted its time; speak the person's language. Pages for readers ask for nobody."""
    if request.endpoint in UNUSED:
        abort(404)
    if request.endpoint == "security.login":
        read_only()  # hashing takes a tenth of a second: strangers must not hold the writers' turn for it
    if not request.path.startswith(("/desk", "/account")):
        return
    if current_user.is_authenticated and _over():
        logout_user()
        session.clear()
    if current_user.is_authenticated:
        prefer(current_user.locale)


def _over() -> bool:
    try:
        since = datetime.fromisoformat(session[SINCE])
    except (KeyError, ValueError):
        return True
    return newsroom().now() - since >= timedelta(hours=newsroom().settings.limits.session_hours)


def _begun(_app: Flask, **_who: Any) -> None:
    """Keep nothing of the visitor's earlier session but the sign-in itself."""
    for key in [key for key in session if key not in ("_user_id", "_id", "_fresh", "fs_cc", "fs_paa", "identity.name")]:
        session.pop(key)
    session[SINCE] = newsroom().now().isoformat()


def _who() -> dict[str, Any]:
    """Give templates of the desk and the accounts who is signed in, and where they can go from any page."""
    given: dict[str, Any] = {"password_least": current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]}
    if request.path.startswith("/account"):
        given["publication"] = house_name()
    if request.path.startswith(("/desk", "/account")) and current_user.is_authenticated:
        given["person"] = current_user.name
        given["profile"] = url_for("people.profile")
        given["people"] = url_for("people.everybody") if current_user.administrator else ""
        given["sign_out"] = url_for("security.logout")
    return given
