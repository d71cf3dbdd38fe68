"""The page for a stale act (409): what changed since, what was typed, and the same form with the new version.

It writes nothing: the refused act left no trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import g, render_template, request
from flask_wtf import FlaskForm
from markupsafe import Markup

from intake.domain.errors import StaleVersion
from intake.domain.states import Action, legal
from intake.storage.queries import piece as pieces
from intake.web.desk.access import piece_for
from intake.web.transaction import newsroom, roll_back, session


@dataclass(frozen=True, slots=True)
class Typed:
    """What a desk form held when it was sent.

    ``now`` names, for a text field, what stands in its place at present; ``letters`` keeps further posted values.
    """

    action: Action
    form: FlaskForm
    button: str
    now: Mapping[str, str | Markup] = field(default_factory=dict)


def keep(action: Action, form: FlaskForm, button: str, now: Mapping[str, str | Markup] | None = None) -> None:
    """Remember what was typed, in case the act turns out stale. ``button`` says on the page what sending does."""
    g.typed = Typed(action, form, button, now or {})


def page(error: StaleVersion) -> tuple[str, int]:
    """Answer a stale act of any desk page."""
    roll_back()
    typed: Typed | None = g.get("typed")
    submission = piece_for(request.view_args["ref"] if request.view_args else "")
    if typed:
        typed.form.seen.data, typed.form.seen.raw_data = submission.version, None
    changes = pieces.changes_since(session(), submission, error.seen)
    return (
        render_template(
            "desk/stale.html",
            piece=submission,
            desk=newsroom().desk(submission.desk),
            typed=typed,
            possible=typed is not None and legal(submission.state, typed.action),
            changes=changes,
        ),
        409,
    )
