"""The people of the installation: one's own profile, and, for administrators, everybody's account and roles."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from intake.domain.errors import IntakeError, Missing
from intake.domain.roles import Actor
from intake.storage.people import Person
from intake.storage.queries import people as query
from intake.web.accounts import current_actor
from intake.web.desk.access import places
from intake.web.errors import status_of, told
from intake.web.forms.people import ROLES, Act, Invitation, Profile, Roles
from intake.web.language import house_name
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import accounts

pages = Blueprint("people", __name__, url_prefix="/desk")

Answer = Response | str | tuple[str, int]


@pages.context_processor
def _frame() -> dict[str, object]:
    return {"desk_nav": places() if current_user.is_authenticated else (), "publication": house_name()}


def administrator() -> Actor:
    """Return the signed-in administrator. Aborts with 401 for a stranger, 403 for anybody else."""
    actor = current_actor()
    if not actor.administrator:
        abort(403)
    return actor


@pages.get("/people")
def everybody() -> str:
    """Show every account with its roles."""
    actor = administrator()
    roles = {role: str(name).partition(":")[0] for role, name in ROLES.items()}
    desks = {desk.slug: desk for desk in newsroom().desks.every}
    everyone = query.everybody(session())
    return render_template("desk/people.html", everybody=everyone, me=actor.id, roles=roles, desks=desks)


@pages.route("/people/invite", methods=["GET", "POST"])
def invite() -> Answer:
    """Make an account and send its owner the link."""
    actor = administrator()
    form = Invitation.for_desks(newsroom().desks.every, {})
    if not form.validate_on_submit():
        return render_template("desk/invite.html", form=form), 422 if form.errors else 200
    try:
        whose = str(form.email.data), str(form.name.data)
        accounts.invite(session(), newsroom(), actor, *whose, form.chosen, locale=form.locale.data)
    except Missing as refused:
        roll_back()
        form.email.errors = [told(refused)]
        return render_template("desk/invite.html", form=form), 422
    flash(_("The account is made, and a letter with the link is on its way."), "good")
    return redirect(url_for("people.everybody"))


@pages.route("/people/<int(max=2147483647):number>", methods=["GET", "POST"])
def one(number: int) -> Answer:
    """Show one account, and change its roles."""
    actor, person = administrator(), _person(number)
    held = {role.desk: role.role for role in person.desk_roles}
    form = Roles.for_desks(newsroom().desks.every, held)
    if form.validate_on_submit():
        _change_roles(actor, person, held, form)
        flash(_("The roles are saved."), "good")
        return redirect(url_for("people.one", number=number))
    context = {"form": form, "account": person, "me": actor.id, "act": Act()}
    return render_template("desk/account.html", **context), 422 if form.errors else 200


@pages.post("/people/<int(max=2147483647):number>/<any(activate, deactivate, invite):act>")
def do(number: int, act: str) -> Answer:
    """Switch an account off or on, or send its link again."""
    actor, person = administrator(), _person(number)
    if act == "invite":
        accounts.invite_again(session(), newsroom(), actor, person)
        flash(_("A letter with a new link is on its way. Earlier links no longer work."), "good")
    else:
        accounts.set_active(session(), newsroom(), actor, person, active=act == "activate")
        done = _("The account can sign in again.") if act == "activate" else _("The account can no longer sign in.")
        flash(done, "good")
    return redirect(url_for("people.one", number=number))


@pages.route("/profile", methods=["GET", "POST"])
def profile() -> Answer:
    """Show one's own name, language and keys, and change them."""
    actor = current_actor()
    person = session().get_one(Person, actor.id)
    form = Profile(obj=person)
    if not form.validate_on_submit():
        return render_template("desk/profile.html", form=form, me=person), 422 if form.errors else 200
    wanted = {"name": form.name.data, "locale": form.locale.data, "shortcuts": form.shortcuts.data}
    try:
        accounts.set_profile(session(), newsroom(), actor, **wanted)
    except IntakeError as refused:
        roll_back()
        form.name.errors = [told(refused)]
        return render_template("desk/profile.html", form=form, me=person), status_of(refused)
    flash(_("Your profile is saved."), "good")
    return redirect(url_for("people.profile"))


def _person(number: int) -> Person:
    return session().get(Person, number) or abort(404)


def _change_roles(actor: Actor, person: Person, held: Mapping[str, str], form: Roles) -> None:
    chosen = form.chosen
    for desk in newsroom().desks.every:
        role = chosen.get(desk.slug)
        if held.get(desk.slug, "") != (role.value if role else ""):
            accounts.set_role(session(), newsroom(), actor, person, desk.slug, role)
