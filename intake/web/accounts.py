"""Signing in to the desk: Flask-Security-Too on our plain tables, its letters through our outbox.

Second factors are not here yet. Roles are not Flask-Security's: they are held per desk (``storage.people``).
"""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, abort, g, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import EmailValidateException, MailUtil, RoleMixin, Security, UserMixin
from flask_security.datastore import SQLAlchemySessionUserDatastore
from flask_wtf import FlaskForm
from werkzeug.local import LocalProxy

from intake.domain.addresses import normalise_address
from intake.domain.roles import Actor
from intake.storage.people import Person, actor_for
from intake.web import signin
from intake.web.forms import accounts as forms
from intake.web.language import TRANSLATIONS
from intake.web.transaction import newsroom, session
from intake.workflow import letters
from intake.workflow.wording import when

RESET_HOURS = 2
RESET_LETTERS_AN_HOUR = 3


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
    """Queues the sign-in's letters as rows of the outbox, in our own words; compares addresses as the desk does."""

    def normalize(self, email: str) -> str:
        """Return the address as accounts store it. Raises EmailValidateException for what is none."""
        try:
            return normalise_address(email)
        except ValueError:
            raise EmailValidateException(_("This is no e-mail address. Check it.")) from None

    validate = normalize

    def send_mail(self, template: str, *_said: Any, **context: Any) -> None:
        """Queue the letter for what Flask-Security wants to say. Raises KeyError for what we have no words for."""
        person = session().get_one(Person, context["user"].id)
        tell = {"reset_instructions": _reset_letter, "reset_notice": _changed_letter, "change_notice": _changed_letter}
        tell[template.rpartition("/")[2]](person, context.get("reset_token", ""))


def _reset_letter(person: Person, token: str) -> None:
    """A2, with the link built from the configured address: a forged Host header never gets into it."""
    room = newsroom()
    lately = letters.recently(session(), room, ("A2",), person.email, timedelta(hours=1))
    if lately >= RESET_LETTERS_AN_HOUR:
        return  # whoever asks this often is not the one who reads the letters
    link = room.settings.base_url + url_for("security.reset_password", token=token, _external=False)
    values = {"until": when(room.now() + timedelta(hours=RESET_HOURS), _zone(), person.locale)}
    letters.queue_to_person(session(), room, "A2", person, values, link)


def _changed_letter(person: Person, _token: str) -> None:
    room = newsroom()
    link = room.settings.base_url + url_for("security.forgot_password", _external=False)
    letters.queue_to_person(session(), room, "A3", person, {"date": when(room.now(), _zone(), person.locale)}, link)


def _zone() -> Any:
    return newsroom().desks.every[0].calendar.zone


def _page(template: str, **context: Any) -> tuple[str, int] | str:
    """Render a sign-in page; one that refuses a form says so by its status, so that nothing of it is kept."""
    page = render_template(template, **context)
    refused = any(value.errors for value in context.values() if isinstance(value, FlaskForm))
    return (page, 422) if refused else page


def init(app: Flask) -> None:
    """Set up sign-in, sign-out, forgotten and changed passwords under /account."""
    room = app.extensions["newsroom"]
    app.config.update(
        SECURITY_URL_PREFIX="/account",
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_PASSWORD_SALT=room.key("passwords").hex(),
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_HASHING_SCHEMES=["hex_sha256"],  # binds a reset link to the password's salted hash; no secret to slow
        SECURITY_PASSWORD_LENGTH_MIN=forms.PASSWORD_LEAST,
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=RESET_HOURS),
        SECURITY_CHANGEABLE=True,
        SECURITY_REGISTERABLE=False,
        SECURITY_JOIN_USER_ROLES=False,  # roles are held per desk; there is nothing to join
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_PLAINTEXT=False,  # the outbox has its own words
        SECURITY_EMAIL_HTML=False,
        SECURITY_POST_LOGIN_VIEW="/desk/",
        SECURITY_POST_LOGOUT_VIEW="/account/login",
        SECURITY_POST_RESET_VIEW="/account/login",
        SECURITY_POST_CHANGE_VIEW="/desk/profile",
        SECURITY_LOGIN_USER_TEMPLATE="accounts/login.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="accounts/forgot.html",  # noqa: S106 - a file name
        SECURITY_RESET_PASSWORD_TEMPLATE="accounts/reset.html",  # noqa: S106 - a file name
        SECURITY_CHANGE_PASSWORD_TEMPLATE="accounts/change.html",  # noqa: S106 - a file name
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_I18N_DIRNAME=[str(TRANSLATIONS)],
        **{f"SECURITY_MSG_{key}": said for key, said in forms.MESSAGES.items()},
    )
    store = Datastore(cast(Any, LocalProxy(session)), Login, _NoRole)
    security = Security(
        app, store, mail_util_cls=OutboxMail, render_template=cast(Any, _page), **cast(Any, forms.FORMS)
    )
    # It would look for an account at every request, also of a page for everybody; roles here are not its own.
    security.principal.identity_loaders.clear()
    security.want_json(lambda _request: False)  # pages only: there is no interface for programs here
    signin.init(app)


def current_actor() -> Actor:
    """Return the signed-in person as an actor. Aborts with 401 when nobody is signed in."""
    if "actor" not in g:
        if not current_user.is_authenticated:
            abort(401)
        g.actor = actor_for(session().get_one(Person, current_user.id))
    actor: Actor = g.actor
    return actor
