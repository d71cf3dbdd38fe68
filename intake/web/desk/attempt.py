"""One act of a form, tried: carried out and told, or its page again with what was typed and what stands in the way.

A stale version is not its matter: ``stale`` answers it for every page of the desk.
"""

from collections.abc import Callable, Mapping

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response

from intake.domain.errors import GateClosed, Missing, TooLarge
from intake.domain.states import Action
from intake.storage.submissions import Submission
from intake.web.desk import stale
from intake.web.desk.access import piece_for
from intake.web.errors import status_of, told
from intake.web.transaction import roll_back

Answer = Response | tuple[str, int]


def attempt(
    ref: str,
    action: Action,
    form: FlaskForm,
    verb: Callable[[Submission], object],
    page: Callable[[Submission, FlaskForm], str],
    said: str,
    *,
    button: str,
    now: Callable[[Submission], Mapping[str, str | Markup]] | None = None,
    onward: str = "desk.piece",
) -> Answer:
    """Carry out an act and open ``onward`` (an endpoint that takes the reference), saying what was done.

    ``page`` shows the form again: 422 for a form that is not whole or an act that lacks something, 409 for a closed
    gate; whatever the act had written by then is undone. ``button`` and ``now`` (what stands in the place of each text
    field) are for the page of a stale act.
    """
    piece = piece_for(ref)
    stale.keep(action, form, button, now(piece) if now else None)
    if not form.validate():
        return page(piece, form), 422
    try:
        verb(piece)
    except (Missing, GateClosed, TooLarge) as error:
        roll_back()
        form.form_errors.append(told(error) if not isinstance(error, GateClosed) else _("The gate is closed."))
        return page(piece_for(ref), form), status_of(error)
    flash(said, "good")
    return redirect(url_for(onward, ref=piece.ref))
