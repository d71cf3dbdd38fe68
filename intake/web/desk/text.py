"""The text of a piece at the desk: editing it, taking over what its author offered, what changed between revisions."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response

from intake.domain import body
from intake.domain.differences import Change, compare
from intake.domain.errors import IllegalAction
from intake.domain.states import Action, legal
from intake.storage.submissions import Revision, Submission
from intake.web.accounts import current_actor
from intake.web.desk import stale
from intake.web.desk.access import piece_for
from intake.web.desk.attempt import Answer, attempt
from intake.web.forms.desk import ActForm
from intake.web.forms.printing import EditForm, GenreForm, TakeOverForm, lines_form
from intake.web.transaction import newsroom, session
from intake.web.wellformed import row_number
from intake.workflow import editing
from intake.workflow.editing import PrintedLines
from intake.workflow.transition import permit


def open_editor(ref: str) -> str:
    """Show the text in its editor. Raises IllegalAction where the state table lets nobody edit."""
    piece = piece_for(ref)
    may_act(piece, Action.EDIT)
    form = EditForm(formdata=None, seen=piece.version)
    form.fill(piece.revision)
    return _editor(piece, form)


def may_act(piece: Submission, action: Action) -> None:
    """Refuse to open a form that could not be sent: IllegalAction, NotAllowed."""
    if not legal(piece.state, action):
        raise IllegalAction(_("That is not possible in the piece’s present state. Go back to the piece."))
    permit(piece, action, current_actor(), "a chief may write a reason")


def _editor(piece: Submission, form: FlaskForm) -> str:
    return render_template(
        "desk/edit.html", piece=piece, desk=newsroom().desk(piece.desk), form=form, words=piece.revision.words
    )


def save(ref: str) -> Answer:
    """Save what was typed as a new revision."""
    form: Any = EditForm()

    def verb(piece: Submission) -> None:
        editing.edit(
            session(), newsroom(), piece, current_actor(), form.written(), form.seen.data, form.note.data or ""
        )

    return attempt(
        ref,
        Action.EDIT,
        form,
        verb,
        _editor,
        _("The new revision stands. The author can see what changed."),
        button=_("Save as a new revision"),
        now=standing_text,
    )


def standing_text(piece: Submission) -> dict[str, str | Markup]:
    """Return what stands in the place of each text field now, for the page of a stale act."""
    revision = piece.revision
    return {
        "headline": revision.headline,
        "standfirst": revision.standfirst,
        "body": Markup(revision.body_html),  # noqa: S704 - canonical: sanitised when it was written
    }


def take_over(ref: str) -> Response:
    """Make the author's offered revision the text."""
    piece = piece_for(ref)
    form: Any = TakeOverForm()
    stale.keep(Action.EDIT, form, _("Take it over"))
    if not form.validate():
        abort(400)
    offered = next((revision for revision in piece.revisions if revision.id == form.revision.data), None)
    editing.take_over(session(), newsroom(), piece, current_actor(), offered or abort(404), form.seen.data)
    flash(_("The author’s text stands now, as a new revision."), "good")
    return redirect(url_for("desk.piece", ref=piece.ref))


def revisions(ref: str) -> str:
    """Show every revision, and what changed between two of them: ``from`` and ``to``, or the last step."""
    piece = piece_for(ref)
    newest = piece.revisions[-1]
    after = _chosen(piece, "to") or newest
    before = _chosen(piece, "from") or _one_before(piece, after)
    return render_template(
        "desk/revisions.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        before=before,
        after=after,
        changed=differences(before, after),
        offered=None if newest.standing else newest,
        editable=legal(piece.state, Action.EDIT),
    )


def _chosen(piece: Submission, name: str) -> Revision | None:
    number = request.args.get(name, type=row_number)
    return next((revision for revision in piece.revisions if revision.number == number), None)


def _one_before(piece: Submission, after: Revision) -> Revision:
    """Return the revision that stood when this one was written; the first one is compared with itself."""
    earlier = [revision for revision in piece.revisions if revision.number < after.number and revision.standing]
    return earlier[-1] if earlier else after


def differences(before: Revision, after: Revision) -> list[tuple[str, tuple[Change, ...]]]:
    """Return what changed, part by part: the name of the part and its blocks."""
    lines = [
        (_("Headline"), compare([before.headline], [after.headline])),
        (_("Standfirst"), compare(_filled(before.standfirst), _filled(after.standfirst))),
        (_("Text"), compare(_blocks(before), _blocks(after))),
    ]
    return [(name, changes) for name, changes in lines if changes]


def _filled(text: str) -> list[str]:
    return [text] if text else []


def _blocks(revision: Revision) -> list[str]:
    return [block.text for block in body.blocks(revision.body_html)]


def open_lines(ref: str) -> str:
    """Show what is printed about each author, and the genre."""
    piece = piece_for(ref)
    may_act(piece, Action.SET_GENRE)
    return _lines(piece)


def _lines(piece: Submission, lines: FlaskForm | None = None, genre: FlaskForm | None = None) -> str:
    return render_template(
        "desk/lines.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        form=lines or lines_form(piece.bylines, formdata=None, seen=piece.version),
        genre=genre or GenreForm(formdata=None, seen=piece.version, genre=piece.genre),
        editable=legal(piece.state, Action.EDIT),
    )


def save_lines(ref: str) -> Answer:
    """Save byline, biography and disclosure of each author."""
    bylines = piece_for(ref).bylines
    form: Any = lines_form(bylines)

    def verb(piece: Submission) -> None:
        lines = {byline.id: _typed(form, byline.id) for byline in piece.bylines}
        editing.set_printed_lines(session(), newsroom(), piece, current_actor(), lines, form.seen.data)

    return attempt(
        ref,
        Action.EDIT,
        form,
        verb,
        _lines,
        _("The printed lines are saved. The author sees them on the proof."),
        button=_("Save the printed lines"),
    )


def _typed(form: ActForm, byline: int) -> PrintedLines:
    return PrintedLines(*(form[f"{name}_{byline}"].data for name in ("name", "bio", "disclosure")))


def save_genre(ref: str) -> Answer:
    """Save the genre, from which the disclaimer follows."""
    form: Any = GenreForm()

    def verb(piece: Submission) -> None:
        editing.set_genre(session(), newsroom(), piece, current_actor(), form.genre.data, form.seen.data)

    def page(piece: Submission, refused: FlaskForm) -> str:
        return _lines(piece, genre=refused)

    said = _("The genre is saved. The disclaimer follows from it.")
    return attempt(ref, Action.SET_GENRE, form, verb, page, said, button=_("Save the genre"))
