"""The web application: settings of the framework, the rooms' routes, one request hook.

Each face has its own file of views; this one only puts them together.
"""

import logging
from datetime import timedelta
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.newsroom import Newsroom
from intake.settings import data_dir
from intake.web import (
    accounts,
    assets,
    beside,
    errors,
    headers,
    rooms,
    sentences,
    trail,
    transaction,
    unchanged,
    webhooks,
    wellformed,
)
from intake.web.appearance import init_appearance
from intake.web.language import init_language

log = logging.getLogger("intake.web")


class Pages(Flask):
    """Flask, but an error is logged without the path, which may be somebody's secret link."""

    def log_exception(self, exc_info: Any) -> None:
        """Log what broke a page."""
        log.error("a page broke", exc_info=exc_info)


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, but a visitor who brings none costs no signature."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the cookie, or an empty one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def create_app(newsroom: Newsroom) -> Flask:
    """Return the WSGI application of a newsroom."""
    limits = newsroom.settings.limits
    app = Pages("intake.web", static_folder=None, template_folder=str(data_dir("templates").absolute()))
    app.config.update(
        SECRET_KEY=newsroom.key("sessions").hex(),
        MAX_CONTENT_LENGTH=limits.request_bytes,
        MAX_FORM_MEMORY_SIZE=4 * limits.text_bytes,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=newsroom.settings.base_url.startswith("https:"),
        SESSION_COOKIE_NAME="desk",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=limits.session_hours),
        WTF_CSRF_SSL_STRICT=False,  # it wants a referrer, which pages behind a secret link never send
        WTF_CSRF_TIME_LIMIT=None,  # an author may write for two hours; the token is bound to the session
    )
    app.session_interface = Sessions()
    app.extensions["newsroom"] = newsroom
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    trail.init(app, newsroom.settings)
    assets.init(app)
    wellformed.init(app)
    csrf = CSRFProtect(app)
    transaction.init(app)
    headers.init(app)
    init_language(app)
    init_appearance(app)
    errors.init(app)
    sentences.init(app)
    beside.init(app)
    accounts.init(app)
    rooms.init(app)
    webhooks.init(app, csrf)
    app.wsgi_app = unchanged.answering(app.wsgi_app, newsroom, app.config["SESSION_COOKIE_NAME"])  # type: ignore[method-assign,assignment]  # Flask's own way
    if newsroom.settings.web.trusted_proxies:
        hops = newsroom.settings.web.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as above
    return app
