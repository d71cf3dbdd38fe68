"""Who is at the desk and what they may see there: the signed-in actor, the readable desks, one piece by reference.

A piece of a desk that the actor may not read does not exist for them (404). What they may do is the workflow's rule.
"""

import math
from dataclasses import dataclass

from flask import abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from intake.domain.letter import veil
from intake.domain.roles import may_read
from intake.storage.queries.queue import held_waiting
from intake.storage.submissions import Submission
from intake.web.accounts import current_actor
from intake.web.language import house_name, prefer
from intake.web.transaction import SAFE, newsroom, session
from intake.web.wellformed import row_number


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the desk's navigation; ``count`` is empty where nothing waits."""

    href: str
    label: str
    current: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """A decision that can still be taken back, and for how many seconds."""

    piece: Submission
    seconds: int


def sign_in_first() -> Response | None:
    """Send a stranger to the sign-in and back again; put the pages into the person's own language."""
    if not current_user.is_authenticated:
        if request.method not in SAFE:
            abort(401)
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    prefer(current_user.locale)
    return None


def readable_desks() -> tuple[str, ...]:
    """Return the slugs of the desks the actor may read, in the installation's order."""
    actor = current_actor()
    return tuple(desk.slug for desk in newsroom().desks.every if may_read(actor, desk.slug))


def piece_for(ref: str) -> Submission:
    """Return a piece by its reference, locked for an act where the request is one. Aborts with 404."""
    found = select(Submission).where(Submission.ref == ref, Submission.desk.in_(readable_desks()))
    if request.method not in SAFE:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session().scalar(found) or abort(404)


def seen() -> int:
    """Return the version of the piece that the posted form was made from. Aborts with 400 when it names none."""
    version = request.form.get("seen", type=row_number)
    if version is None:
        abort(400)
    return version


def veiled(text: str) -> str:
    """Return a letter's text with words where its secret links will stand: no page shows those."""
    return veil(text, _("[private link]"))


def frame() -> dict[str, object]:
    """Return what every page of the desk shows around its content; nothing for a stranger's error page."""
    if "actor" not in g and not current_user.is_authenticated:
        return {}
    room, actor = newsroom(), current_actor()
    return {
        "desk_nav": places(),
        "person": actor.name,
        "actor": actor,
        "sign_out": url_for("security.logout"),
        "publication": house_name(),
        "desks": room.desks,
        "undo": last_decision(),
    }


def undoable(piece: Submission) -> Undo | None:
    """Return what the actor could take back about a piece: their own last decision, while its letter waits."""
    now = newsroom().now()
    if not piece.undo or piece.undo_until is None or piece.undo_until <= now or piece.undo["by"] != current_actor().id:
        return None
    return Undo(piece, math.ceil((piece.undo_until - now).total_seconds()))


def last_decision() -> Undo | None:
    """Return the decision of a moment ago, whichever page is open now."""
    if "undo" not in cookie:
        return None
    mine = select(Submission).where(Submission.ref == cookie["undo"], Submission.desk.in_(readable_desks()))
    piece = session().scalar(mine)
    found = undoable(piece) if piece else None
    if found is None:
        del cookie["undo"]
    return found


def places() -> list[Place]:
    """Return the desk's navigation, with how many mails wait to be sorted."""
    waiting = held_waiting(session(), readable_desks())
    named = (
        ("desk.queue", _("Queue"), ""),
        ("desk.held", _("Held mail"), waiting),
        ("desk.outbox", _("Letters"), ""),
    )
    return [
        Place(url_for(endpoint), label, request.endpoint == endpoint, count)
        for endpoint, label, count in named
        if endpoint in current_app.view_functions
    ]
