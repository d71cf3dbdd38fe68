"""The author's page and the pages behind it, as they are read. Opening one changes nothing (see ``author_acts``)."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_wtf import FlaskForm

from intake.domain.states import OPEN, Status
from intake.storage.queries.author_page import published_at, thread
from intake.storage.queries.piece import offered_by
from intake.web.author_access import Access, follow
from intake.web.forms.answers import pasteable, stored
from intake.web.forms.author import DeskForm, DetailsForm, RevisionForm, StatementForm, WordsForm
from intake.web.transaction import newsroom, session
from intake.workflow import proof

room = Blueprint("author_page", __name__, url_prefix="/a/<token>")


@room.get("")
def piece(token: str) -> str:
    """Show the state, the promise, the thread, the text, and what can be done."""
    return show_piece(follow(token))


def show_piece(access: Access, words: WordsForm | None = None) -> str:
    """Render the main page; ``words`` is a refused answer or message, kept."""
    submission, form = access.submission, words or WordsForm(formdata=None)
    if access.shown is Status.NEEDS_AUTHOR:
        form.words.label.text = gettext("Your answer")
    return render_template(
        "author/piece.html",
        access=access,
        desk=access.desk,
        thread=thread(session(), submission.id, access.desk_until),
        missing=missing(access),
        ours=_offered_by_desk(access),
        published=published_at(session(), submission.id),
        form=form,
        failed=words is not None,
    )


def missing(access: Access) -> tuple[str, ...]:
    """Return the answers still owed, while they matter."""
    return proof.missing_answers(newsroom(), access.byline) if access.shown in OPEN else ()


def _offered_by_desk(access: Access) -> bool:
    offered = access.shown is access.submission.state is Status.OFFERED
    return offered and offered_by(session(), access.submission.id) != access.actor.kind.value


@room.get("/confirm")
def confirm(token: str) -> str:
    """Show the button that confirms the address."""
    return _plain("author/confirm.html", follow(token))


@room.get("/withdraw")
def withdraw(token: str) -> str:
    """Show the buttons that take the piece back."""
    return _plain("author/withdraw.html", follow(token))


@room.get("/extension")
def extension(token: str) -> str:
    """Show the question for more time; ``answer`` in the address only says which button comes first."""
    return _plain("author/extension.html", follow(token), leaning=request.args.get("answer", ""))


@room.get("/offer")
def offer(token: str) -> str:
    """Show the question whether the piece is still free, or the button that offers it again."""
    access = follow(token)
    return _plain("author/offer.html", access, ours=_offered_by_desk(access))


def _plain(template: str, access: Access, **more: Any) -> str:
    return render_template(template, access=access, desk=access.desk, form=FlaskForm(formdata=None), **more)


@room.get("/changes")
def changes(token: str) -> str:
    """Show what the editor changed, word by word."""
    access = follow(token)
    return render_template("author/changes.html", access=access, desk=access.desk, changes=access.changes())


@room.get("/revise")
def revise(token: str) -> str:
    """Show the form for a new version, filled with the author's newest text."""
    access = follow(token)
    newest = access.offered or access.revision
    return show_revision(access, RevisionForm(access.desk, formdata=None, data=pasteable(newest)))


def show_revision(access: Access, form: RevisionForm) -> str:
    """Render the form for a new version."""
    return render_template("author/revise.html", access=access, desk=access.desk, form=form)


@room.get("/details")
def details(token: str) -> str:
    """Show the answers given so far, to complete or correct them."""
    access = follow(token)
    return show_details(access, details_form(access, formdata=None, data=stored(access.submission, access.byline)))


def details_form(access: Access, **given: Any) -> DeskForm:
    """Return the form of an author's answers: while a proof is out, only what is not printed about them is asked."""
    if proof.current(session(), access.submission) is not None and access.submission.state in OPEN:
        form: DeskForm = StatementForm(access.desk, **given)
    else:
        form = DetailsForm(access.desk, **given)
        if access.byline.sealed is not None:
            form.keep_sealed()
    if given:
        form.terms_version.data = access.desk.terms_version
        form.terms.data = access.byline.terms_version == access.desk.terms_version
    return form


def show_details(access: Access, form: DeskForm) -> str:
    """Render the form of an author's answers."""
    return render_template(
        "author/details.html",
        access=access,
        desk=access.desk,
        form=form,
        about=isinstance(form, DetailsForm),
        missing=missing(access),
        to=request.args.get("to", ""),
    )


@room.get("/proof")
def show(token: str) -> str:
    """Show exactly what will be printed, and what stands before an approval."""
    return show_proof(follow(token))


def show_proof(access: Access, problem: str = "", words: WordsForm | None = None) -> str:
    """Render the proof; ``problem`` says why an approval was refused, ``words`` is a refused wish for changes."""
    form = words or WordsForm(formdata=None)
    form.words.label.text = gettext("What should be changed?")
    standing = proof.current(session(), access.submission) if access.can("request_changes") else None
    return render_template(
        "author/proof.html",
        access=access,
        desk=access.desk,
        proof=standing,
        piece=proof.pinned_piece(standing) if standing else None,
        approved=standing is not None and access.byline.id in {given.byline_id for given in standing.approvals},
        missing=missing(access),
        problem=problem,
        form=form,
        failed=bool(problem or words),
    )
