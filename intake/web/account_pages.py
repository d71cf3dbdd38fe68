"""The first sign-in: the installation's first account, or an invited person's password, by a one-time link.

Opening the link changes nothing; the link is used up by the form behind it.
"""

from flask import Blueprint, abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_security import hash_password, login_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from intake.domain.errors import Missing
from intake.domain.links import token_hash
from intake.storage.people import AccountLink, Person
from intake.web import errors
from intake.web.accounts import Login
from intake.web.forms.accounts import FirstAccount, FirstPassword
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import accounts

pages = Blueprint("accounts", __name__, url_prefix="/account")

Answer = Response | str | tuple[str, int]


@pages.route("/start/<token>", methods=["GET", "POST"])
def start(token: str) -> Answer:
    """Show the form behind a one-time link, or make the account and sign its owner in."""
    link = session().scalar(select(AccountLink).where(AccountLink.token_hash == token_hash(token)))
    if link is None:
        abort(404)
    if link.used_at is not None or link.expires_at <= newsroom().now():
        return errors.page(410, _("This link has been used or has run out."), _start_cure(link))
    invited = session().get(Person, link.person_id) if link.person_id else None
    if invited is not None and not invited.active:
        abort(404)
    form = FirstPassword() if invited else FirstAccount()
    if not form.validate_on_submit():
        return _form(form, invited, 422 if form.errors else 200)
    hashed, told = hash_password(str(form.password.data)), {}
    if invited is None:
        told = {"address": form.email.data, "name": form.name.data}
    try:
        person = accounts.redeem(session(), newsroom(), link, hashed, **told)
    except Missing as refused:
        roll_back()
        form.form_errors.append(errors.told(refused))
        return _form(form, invited, 422)
    session().flush()
    login_user(session().get_one(Login, person.id), authn_via=["link"])
    flash(_("Your account is ready, and you are signed in."), "good")
    return redirect("/desk/")


def _form(form: FirstPassword | FirstAccount, invited: Person | None, status: int) -> tuple[str, int]:
    return render_template("accounts/start.html", form=form, invited=invited, first=invited is None), status


def _start_cure(link: AccountLink) -> str:
    if link.person_id is None:
        return str(
            _("Start the installation again: while there is no account, it prints a new link. Otherwise sign in.")
        )
    return str(_("Ask an administrator to invite you again, or choose a new password at the sign-in."))
