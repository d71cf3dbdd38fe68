"""The author's form: choose a desk, answer, check the answers, send. Nothing is stored before "send".

The questions and their rules are in ``forms.author``; what happens to a piece is the workflow's.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from intake.domain.advice import advice
from intake.domain.desk import Desk
from intake.domain.errors import Stopped, Unreadable
from intake.domain.proposal import Proposal
from intake.manuscripts.kinds import SUFFIXES
from intake.web import beside, errors, opened
from intake.web.forms.answers import UNREADABLE, details_of_form, facts_of_form, statement_of_form, text_of_form
from intake.web.forms.author import PieceForm
from intake.web.forms.carrying import carried
from intake.web.forms.piece import MOST_SOURCES
from intake.web.language import current, prefer
from intake.web.reader import read_document
from intake.web.transaction import newsroom, session
from intake.workflow.submit import is_known, submit

room = Blueprint("author_form", __name__, url_prefix="/write")


@room.get("")
def choose() -> str | Response:
    """Show the desks to choose from; with one desk, go there."""
    desks = newsroom().desks.every
    if len(desks) == 1:
        return redirect(url_for(".write", desk=desks[0].slug))
    return render_template("author/choose.html", desks=desks)


def desk_or_404(slug: str) -> Desk:
    """Return a desk by the name in the address, and let the page speak its language."""
    if slug not in newsroom().desks:
        abort(404)
    desk = newsroom().desk(slug)
    prefer(desk.language)
    return desk


@room.get("/<desk>")
def write(desk: str) -> str:
    """Show the empty form."""
    form = PieceForm(desk_or_404(desk), formdata=None)
    form.form_key.data, form.terms_version.data = opened.seal(newsroom()), form.desk.terms_version
    return _form(form)


@room.post("/<desk>")
def written(desk: str) -> Any:
    """Take the form one step on: read a file, add a line, check, change, or send."""
    form = PieceForm(desk_or_404(desk))
    action = request.form.get("action", "check")
    upload = form.upload.data
    if upload and (action == "read" or (action == "check" and not form.body.data)):
        return _read(form)
    if action == "add_source":
        return _form(_longer(form))
    if action in ("change", "read"):
        return _form(form)
    if not form.validate_on_submit():
        return _form(form), 422
    if action == "submit":
        return _send(form)
    return _check(form)


def _form(form: PieceForm, **more: Any) -> str:
    return render_template(
        "author/form.html",
        form=form,
        desk=form.desk,
        promised=_promise(form.desk),
        cautions=_cautions(form),
        most_sources=MOST_SOURCES,
        readable=",".join(SUFFIXES),
        **more,
    )


def _promise(desk: Desk) -> datetime:
    return desk.calendar.promise(newsroom().now(), desk.promise_days)


def _longer(form: PieceForm) -> PieceForm:
    for _number in range(2):
        if len(form.sources) < MOST_SOURCES:
            form.sources.append_entry()
    return form


def _read(form: PieceForm) -> Any:
    """Put the uploaded document's text into the form, for the author to check."""
    try:
        name = form.upload.data.filename or ""
        told = read_document(form.upload.data.read(), name)
    except Unreadable as error:
        stopped = _(
            "This file could not be read. Save it as a Word document (.docx) or a PDF, or paste the text below."
        )
        form.upload.errors = [stopped if isinstance(error, Stopped) else errors.told(error)]
        return _form(form), 422
    form.body.data = told["text"].replace(UNREADABLE, "")
    if told["headline"] and not form.headline.data:
        form.headline.data = told["headline"].replace(UNREADABLE, "")[:120]
    form.document.data = beside.seal(newsroom(), told, name)
    return _form(form, was_read=True)


def _check(form: PieceForm) -> str:
    text, facts = text_of_form(form), facts_of_form(form)
    return render_template(
        "author/check.html",
        form=form,
        desk=form.desk,
        carried=carried(form),
        text=text,
        facts=facts,
        hints=advice(text, facts, form.desk),
        cautions=_cautions(form),
    )


def _cautions(form: PieceForm) -> list[str]:
    return beside.of_the_text(beside.opened(newsroom(), form.document.data))


def _send(form: PieceForm) -> Response:
    """File the piece and lead to the receipt, which is the same whoever sent it and whatever is thought of it."""
    said = [pair for pair in carried(form) if pair[0] not in ("form_key", "terms_version")]
    proposal = Proposal(
        desk=form.desk.slug,
        language=form.desk.language,
        channel="form",
        text=text_of_form(form),
        author=details_of_form(form, form.email.data or "", current()),
        facts=facts_of_form(form),
        statement=statement_of_form(form),
        suspected=opened.suspicion(newsroom(), form.form_key.data or "", form.website.data or ""),
        form_key=opened.once(form.form_key.data or "", said),
        beside=beside.opened(newsroom(), form.document.data),
    )
    piece = submit(session(), newsroom(), proposal, confirmed=is_known(session(), proposal.author.address))
    receipt = _receipts().dumps(piece.ref)  # no address: what stands in an address of a page ends in logs
    return redirect(url_for(".done", desk=form.desk.slug, receipt=receipt), 303)


def _receipts() -> URLSafeSerializer:
    return URLSafeSerializer(newsroom().key("receipts").hex(), salt="receipt")


@room.get("/<desk>/done/<receipt>")
def done(desk: str, receipt: str) -> str:
    """Say what happens next and when; the receipt is signed, so that nobody makes one up."""
    found = desk_or_404(desk)
    try:
        ref = _receipts().loads(receipt)
    except BadSignature:
        abort(404)
    return render_template("author/done.html", desk=found, ref=ref, promised=_promise(found))


@room.get("/<desk>/terms")
def terms(desk: str) -> str:
    """Show the terms of a desk and their version."""
    return render_template("author/terms.html", desk=desk_or_404(desk))
