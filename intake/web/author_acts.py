"""What an author does by the secret link: a POST each, ending on the author's page, or the page again with why not.

Any act but taking the piece back also proves that the address is the author's: the link was mailed there.
"""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from intake.domain.errors import Missing
from intake.domain.states import Status
from intake.web import author_page
from intake.web.author_access import Access, follow
from intake.web.forms.answers import details_of, details_of_form, facts_of_form, statement_of_form, text_of_form
from intake.web.forms.author import DetailsForm, RevisionForm, WordsForm
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import editing, proof, review, submit

room = Blueprint("author_acts", __name__, url_prefix="/a/<token>")


def _back(access: Access, told: str, page: str = "piece", anchor: str = "") -> Response:
    flash(told, "good")
    return redirect(url_for(f"author_page.{page}", token=access.token, _anchor=anchor or None), 303)


def _proves_address(access: Access) -> None:
    submit.confirm(session(), newsroom(), access.submission, access.actor)


@room.post("/confirm")
def confirm(token: str) -> Response:
    """Confirm the address."""
    access = follow(token, to_act=True)
    _proves_address(access)
    return _back(access, _("Thank you. Your address is confirmed."))


@room.post("/words")
def words(token: str) -> Any:
    """Take an answer while one is awaited, else a message to the editor."""
    access, form = follow(token, to_act=True), WordsForm()
    if not form.validate_on_submit():
        return author_page.show_piece(access, form), 422
    _proves_address(access)
    if access.shown is Status.NEEDS_AUTHOR:
        review.answer(session(), newsroom(), access.submission, access.actor, form.said)
        return _back(access, _("Thank you, your answer is with the editor. The clock goes on."))
    review.note(session(), newsroom(), access.submission, access.actor, form.said, None)
    return _back(access, _("Your message is with the editor."), anchor="thread")


@room.post("/revise")
def revise(token: str) -> Any:
    """Offer a new version to the editor."""
    access = follow(token, to_act=True)
    form = RevisionForm(access.desk)
    if not form.validate_on_submit():
        return author_page.show_revision(access, form), 422
    _proves_address(access)
    editing.revise(session(), newsroom(), access.submission, access.actor, text_of_form(form), form.note.data or "")
    return _back(access, _("Your new version is with the editor, beside the one that stands."))


@room.post("/withdraw")
def withdraw(token: str) -> Response:
    """Take the piece back."""
    access = follow(token, to_act=True)
    placed = request.form.get("why") == "placed_elsewhere"
    review.withdraw(session(), newsroom(), access.submission, access.actor, placed_elsewhere=placed)
    return _back(access, _("You took the piece back. We will not publish it."))


@room.post("/extension")
def extension(token: str) -> Response:
    """Answer whether the desk may keep the piece longer."""
    access, yes = follow(token, to_act=True), request.form.get("answer") == "yes"
    _proves_address(access)
    review.extend(session(), newsroom(), access.submission, access.actor, yes=yes)
    return _back(access, _("Thank you. We keep it until then.") if yes else _("The promise stands as it was."))


@room.post("/offer")
def offer(token: str) -> Response:
    """Offer a closed piece again, or answer the desk's question whether it is still free."""
    access, answer = follow(token, to_act=True), request.form.get("answer")
    _proves_address(access)
    if answer == "again":
        review.offer(session(), newsroom(), access.submission, access.actor, None)
        return _back(access, _("You offered the piece again. An editor will answer within seven days."))
    review.answer_offer(session(), newsroom(), access.submission, access.actor, yes=answer == "yes")
    return _back(access, _("Thank you. An editor goes on with it.") if answer == "yes" else _("The piece stays yours."))


@room.post("/details")
def details(token: str) -> Any:
    """Take the answers that were missing, or corrected ones."""
    access = follow(token, to_act=True)
    form = author_page.details_form(access)
    if not form.validate_on_submit():
        return author_page.show_details(access, form), 422
    about = details_of(access.byline)
    if isinstance(form, DetailsForm):
        about = details_of_form(form, access.byline.author.address, access.byline.locale)
    facts, statement = facts_of_form(form), statement_of_form(form)
    submit.complete(session(), newsroom(), access.submission, access.actor, about, facts, statement)
    to_proof = request.args.get("to") == "proof" and access.submission.state is Status.APPROVAL
    return _back(access, _("Thank you. Your answers are kept."), page="show" if to_proof else "piece")


@room.post("/proof")
def decide(token: str) -> Any:
    """Approve the proof by its hash."""
    access = follow(token, to_act=True)
    if not FlaskForm().validate_on_submit():
        return author_page.show_proof(access), 422
    try:
        _proves_address(access)
        proof.approve(session(), newsroom(), access.submission, access.actor, request.form.get("hash", ""))
    except Missing:
        roll_back()
        access = follow(token)
        owed = author_page.missing(access)
        told = (
            _("A few answers are still missing. Give them first, then approve.")
            if owed
            else _("The text has changed since this page was opened. Read it again before you approve.")
        )
        return author_page.show_proof(access, told), 422
    return _back(access, _("Thank you. You approved the text."))


@room.post("/changes")
def changes(token: str) -> Any:
    """Ask for changes on the proof."""
    access, form = follow(token, to_act=True), WordsForm()
    if not form.validate_on_submit():
        return author_page.show_proof(access, words=form), 422
    _proves_address(access)
    proof.request_changes(session(), newsroom(), access.submission, access.actor, form.said)
    return _back(access, _("The editor has your wishes. You will get a new proof."))
