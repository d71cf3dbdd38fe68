"""Printing: publish now, on a date, or not after all; and correcting, removing and restoring what is printed."""

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intake.domain.states import Action
from intake.storage.submissions import Submission
from intake.web.accounts import current_actor
from intake.web.desk import proofs
from intake.web.desk.access import piece_for
from intake.web.desk.attempt import Answer, attempt
from intake.web.desk.piece import possible
from intake.web.desk.text import may_act, standing_text
from intake.web.forms.desk import ActForm
from intake.web.forms.printing import CorrectForm, PublicNoteForm, ScheduleForm
from intake.web.transaction import newsroom, session
from intake.workflow import publish


def show(ref: str) -> str:
    """Show what stands between the piece and its readers, and the two ways to print it."""
    return page(piece_for(ref))


def page(piece: Submission, form: FlaskForm | None = None) -> str:
    """Return the page for publishing; a refused form stands as it was sent."""
    now = proofs.standing(piece)
    return render_template(
        "desk/publish.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        possible=possible(piece, current_actor()),
        standing=now,
        gate=publish.findings(session(), newsroom(), piece),
        printed=proofs.printed_now(piece, now.proof)[0],
        form=form if isinstance(form, ScheduleForm) else ScheduleForm(formdata=None, seen=piece.version),
        problems=form.form_errors if form else [],
    )


def schedule(ref: str) -> Answer:
    """Plan the publication for a day and time on the desk's clock."""
    form: Any = ScheduleForm()

    def verb(piece: Submission) -> None:
        at = form.at_in(newsroom().desk(piece.desk).calendar.zone)
        publish.schedule(session(), newsroom(), piece, current_actor(), at, form.seen.data)

    said = _("The piece has a date. Its authors are told.")
    return attempt(ref, Action.SCHEDULE, form, verb, page, said, button=_("Schedule"))


def unschedule(ref: str) -> Answer:
    """Call the plan off."""
    said = _("The date is called off. The piece stays approved.")
    return _plain(ref, Action.UNSCHEDULE, publish.unschedule, said, _("Call the date off"))


def publish_now(ref: str) -> Answer:
    """Publish the approved proof."""
    said = _("Published. Its authors are told.")
    return _plain(ref, Action.PUBLISH, publish.publish, said, _("Publish now"))


def _plain(ref: str, action: Action, verb: Callable[..., object], said: str, button: str) -> Answer:
    form: Any = ActForm()

    def act(piece: Submission) -> None:
        verb(session(), newsroom(), piece, current_actor(), form.seen.data)

    return attempt(ref, action, form, act, page, said, button=button)


def open_correction(ref: str) -> str:
    """Show the printed text in its editor, with the public note."""
    piece = piece_for(ref)
    may_act(piece, Action.CORRECT)
    form = CorrectForm(formdata=None, seen=piece.version)
    form.fill(piece.revision)
    return _correction(piece, form)


def _correction(piece: Submission, form: FlaskForm) -> str:
    found = publish.look_alikes(session(), newsroom(), piece)
    return render_template(
        "desk/correct.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        form=form,
        words=piece.revision.words,
        look_alikes=found,
        problems=form.form_errors,
    )


def correct(ref: str) -> Answer:
    """Correct the printed text, with a public note."""
    form: Any = CorrectForm()

    def verb(piece: Submission) -> None:
        publish.correct(session(), newsroom(), piece, current_actor(), form.written(), form.note.data, form.seen.data)

    return attempt(
        ref,
        Action.CORRECT,
        form,
        verb,
        _correction,
        _("Corrected. The note stands under the piece."),
        button=_("Publish the correction"),
        now=standing_text,
    )


NOTED: dict[str, tuple[Action, Any]] = {
    "remove": (Action.REMOVE, publish.remove),
    "restore": (Action.RESTORE, publish.restore),
}


def open_note(ref: str, act: str) -> str:
    """Show the form for removing or restoring a printed piece."""
    piece = piece_for(ref)
    may_act(piece, NOTED[act][0])
    return _note(act)(piece, PublicNoteForm(formdata=None, seen=piece.version))


def _note(act: str) -> Callable[[Submission, FlaskForm], str]:
    def shown(piece: Submission, form: FlaskForm) -> str:
        desk = newsroom().desk(piece.desk)
        return render_template("desk/public_note.html", piece=piece, desk=desk, form=form, act=act)

    return shown


def note(ref: str, act: str) -> Answer:
    """Remove or restore a printed piece, with a public note."""
    form: Any = PublicNoteForm()
    action, verb = NOTED[act]

    def carry(piece: Submission) -> None:
        verb(session(), newsroom(), piece, current_actor(), form.note.data, form.seen.data)

    said = {
        "remove": _("Removed. Its page shows the note only."),
        "restore": _("Restored. The note stands under the piece."),
    }
    button = {"remove": _("Remove it"), "restore": _("Restore it")}
    return attempt(ref, action, form, carry, _note(act), said[act], button=button[act])
