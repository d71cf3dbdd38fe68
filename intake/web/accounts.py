"""Signing in to the desk: Flask-Security-Too on our plain tables, its letters through our outbox.

Second factors are not here yet. Roles are not Flask-Security's: they are held per desk (``storage.people``).
"""

from typing import Any, cast

from flask import Flask, abort, g
from flask_login import current_user
from flask_security import MailUtil, RoleMixin, Security, UserMixin
from flask_security.datastore import SQLAlchemySessionUserDatastore
from werkzeug.local import LocalProxy

from intake.domain.roles import Actor
from intake.storage.people import Person, actor_for
from intake.web.transaction import newsroom, session
from intake.workflow import letters


class Login(Person, UserMixin):
    """A person as the sign-in sees one. Shares the table; carries no roles of its own."""

    roles: list[RoleMixin] = []  # noqa: RUF012 - Flask-Security reads it; nothing is ever put in


class _NoRole(RoleMixin):
    """Stands where Flask-Security wants a role class; desk roles are ours."""

    name = ""


class Datastore(SQLAlchemySessionUserDatastore):
    """Reads and writes through the request's session; the request hook commits."""

    def commit(self) -> None:
        """Do nothing: a letter queued beside the change must not part from it."""


class OutboxMail(MailUtil):
    """Queues the sign-in's letters as rows of the outbox, in our own words."""

    CODES = {"reset_instructions": "A2", "reset_notice": "A3", "change_notice": "A3"}  # noqa: RUF012 - a plain table

    def send_mail(self, template: str, *_said: Any, **context: Any) -> None:
        """Queue the letter for what Flask-Security wants to say; unknown kinds become a plain notice."""
        person = session().get_one(Person, context["user"].id)
        link = context.get("reset_link") or newsroom().settings.base_url + "/account/login"
        letters.queue_to_person(session(), newsroom(), self.CODES.get(template, "A4"), person, {}, link)


def init(app: Flask) -> None:
    """Set up sign-in, sign-out, forgotten and changed passwords under /account."""
    room = app.extensions["newsroom"]
    app.config.update(
        SECURITY_URL_PREFIX="/account",
        SECURITY_PASSWORD_SALT=room.key("passwords").hex(),
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_REGISTERABLE=False,
        SECURITY_JOIN_USER_ROLES=False,  # roles are held per desk; there is nothing to join
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_POST_LOGIN_VIEW="/desk/",
        SECURITY_POST_LOGOUT_VIEW="/account/login",
        SECURITY_POST_RESET_VIEW="/desk/",
        SECURITY_POST_CHANGE_VIEW="/desk/",
        SECURITY_REDIRECT_VALIDATE_MODE=["absolute", "regex"],
        SECURITY_LOGIN_USER_TEMPLATE="accounts/login.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="accounts/forgot.html",  # noqa: S106 - a file name
        SECURITY_RESET_PASSWORD_TEMPLATE="accounts/reset.html",  # noqa: S106 - a file name
        SECURITY_CHANGE_PASSWORD_TEMPLATE="accounts/change.html",  # noqa: S106 - a file name
        SECURITY_DEFAULT_REMEMBER_ME=False,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
    )
    store = Datastore(cast(Any, LocalProxy(session)), Login, _NoRole)
    Security(app, store, mail_util_cls=OutboxMail)


def current_actor() -> Actor:
    """Return the signed-in person as an actor. Aborts with 401 when nobody is signed in."""
    if "actor" not in g:
        if not current_user.is_authenticated:
            abort(401)
        g.actor = actor_for(session().get_one(Person, current_user.id))
    actor: Actor = g.actor
    return actor
