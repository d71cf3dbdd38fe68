"""Signing in and passwords: Flask-Security's forms in our words, with a delay after failed tries.

A password is asked for its length only; longer is better than odd.
"""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_security import hash_password
from flask_security.forms import ChangePasswordForm, ForgotPasswordForm, Form, LoginForm, ResetPasswordForm
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField
from wtforms import Form as AnyForm
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, ValidationError

from intake.domain.addresses import normalise_address
from intake.domain.text import one_line
from intake.web import signin
from intake.web.transaction import roll_back

PASSWORD_LEAST, PASSWORD_MOST = 10, 200


def _l(text: str) -> str:
    """Mark a text for translation; Flask-Security translates it when it is said."""
    return text


MESSAGES: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (_l("The address and the password do not go together. Check both and try again."), "stop"),
    "UNAUTHENTICATED": (_l("Sign in to go on."), "info"),
    "PASSWORD_RESET_REQUEST": (
        _l("If there is an account with this address, a letter with a link is on its way. The link works for 2 hours."),
        "good",
    ),
    "PASSWORD_RESET_EXPIRED": (_l("This link has run out. Ask for a new one here."), "wait"),
    "INVALID_RESET_PASSWORD_TOKEN": (_l("This link has been used or replaced. Ask for a new one here."), "wait"),
    "PASSWORD_RESET_NO_LOGIN": (_l("Your password is set. Sign in with it."), "good"),
    "PASSWORD_CHANGE": (_l("Your password is changed. Your other browsers have to sign in anew."), "good"),
    "EMAIL_NOT_PROVIDED": (_l("Type an e-mail address."), "stop"),
    "INVALID_EMAIL_ADDRESS": (_l("This is no e-mail address. Check it."), "stop"),
    "PASSWORD_NOT_PROVIDED": (_l("Type a password."), "stop"),
    "INVALID_PASSWORD": (_l("This is not your present password. Try again."), "stop"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two passwords differ. Type the same one twice."), "stop"),
    "PASSWORD_IS_THE_SAME": (_l("The new password is the old one. Choose another."), "stop"),
    "PASSWORD_INVALID_LENGTH": (_l("The password is too short. Use %(length)s characters or more."), "stop"),
}
"""What Flask-Security says, in our words; the second part is the colour of the remark."""


def address_line() -> EmailField:
    """Return a field for one mail address."""
    return EmailField(
        lazy_gettext("E-mail address"),
        filters=[line],
        validators=[DataRequired(lazy_gettext("Type an e-mail address.")), _is_address],
    )


def name_line() -> StringField:
    """Return a field for a person's name."""
    return StringField(
        lazy_gettext("Name"),
        filters=[line],
        validators=[
            DataRequired(lazy_gettext("Type a name.")),
            Length(max=120, message=lazy_gettext("Use at most %(max)d characters.", max=120)),
        ],
    )


def line(text: str | None) -> str:
    """Return what was typed as one clean line."""
    return one_line(text or "")


def _is_address(_form: AnyForm, field: Field) -> None:
    try:
        normalise_address(field.data)
    except ValueError:
        raise ValidationError(gettext("This is no e-mail address. Check it.")) from None


def _new(label: str) -> PasswordField:
    return PasswordField(
        label,
        validators=[
            InputRequired(lazy_gettext("Type a password.")),
            Length(
                PASSWORD_LEAST,
                PASSWORD_MOST,
                lazy_gettext("Use between %(min)d and %(max)d characters.", min=PASSWORD_LEAST, max=PASSWORD_MOST),
            ),
        ],
    )


def _again(label: str, first: str) -> PasswordField:
    return PasswordField(
        label, validators=[EqualTo(first, lazy_gettext("The two passwords differ. Type the same one twice."))]
    )


class SignIn(LoginForm):
    """Address and password. Every failed try makes the next one wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep only a way back that stays on this site."""
        super().__init__(*args, **kwargs)
        self.next.data = signin.local(self.next.data or "")

    def validate(self, **kwargs: Any) -> bool:
        """Check address and password. Aborts with 429 while the last failed try still has to cool down."""
        attempt = signin.Attempt(self.email.data or "")
        attempt.begin()
        passed = bool(super().validate(**kwargs))
        if passed:
            attempt.succeed()
        return passed


class Forgot(ForgotPasswordForm):
    """The address of one's account."""

    email = EmailField(lazy_gettext("E-mail address"), validators=ForgotPasswordForm.email.kwargs["validators"])

    def validate(self, **kwargs: Any) -> bool:
        """Find the account. Aborts with 429 for one who asks again and again."""
        signin.Attempt(self.email.data or "", purpose="forgot").begin()
        known = bool(super().validate(**kwargs))
        if known:
            hash_password("as long as for an unknown address")
        else:
            roll_back()  # the view hashes now, for the same reason: not while holding the writers' turn
        return known


class Reset(ResetPasswordForm):
    """A new password, twice."""

    password = _new(lazy_gettext("New password"))
    password_confirm = _again(lazy_gettext("New password again"), "password")


class Change(ChangePasswordForm):
    """The present password, and a new one twice."""

    password = PasswordField(lazy_gettext("Present password"))
    new_password = _new(lazy_gettext("New password"))
    new_password_confirm = _again(lazy_gettext("New password again"), "new_password")


FORMS: dict[str, type[Form]] = {
    "login_form": SignIn,
    "forgot_password_form": Forgot,
    "reset_password_form": Reset,
    "change_password_form": Change,
}


class FirstPassword(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """An invited person's first password, twice."""

    password = _new(lazy_gettext("Password"))
    password_confirm = _again(lazy_gettext("Password again"), "password")


class FirstAccount(FirstPassword):
    """The installation's first account: name, address and password."""

    name = name_line()
    email = address_line()
