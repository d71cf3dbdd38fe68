"""The decide page: accept, decline or ask, with the letter to the author open for editing beside the piece.

The letter's own placeholder for what the editor writes (the question, the to-do list, the plain reason) stays in
braces in the text field and is filled in when the decision is taken; links stay in braces until the letter is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.errors import IllegalAction, IntakeError, NotAllowed, StaleVersion
from intake.domain.letter import open_for_editing
from intake.domain.states import Action, legal
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.web.accounts import current_actor
from intake.web.desk import stale
from intake.web.desk.access import piece_for
from intake.web.desk.acts import onward
from intake.web.errors import status_of, told
from intake.web.forms.desk import AcceptForm, AskForm, DecideForm, DeclineForm
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import letters, proof, review
from intake.workflow.transition import permit

Verb = Callable[[Session, Newsroom, Submission, Any, str | None], None]


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the three decisions; ``slot`` is the letter's placeholder for what the editor writes."""

    action: Action
    form: type[DecideForm]
    slot: str
    title: str
    button: str
    verb: Verb
    needed: bool = True
    """Whether a letter that has the slot cannot go out without the words."""


def _accept(session: Session, room: Newsroom, piece: Submission, form: Any, letter: str | None) -> None:
    actor = current_actor()
    why = form.why.data if form.why else None
    review.accept(session, room, piece, actor, form.seen.data, letter, todo=form.words.data, reason=why)


def _decline(session: Session, room: Newsroom, piece: Submission, form: Any, letter: str | None) -> None:
    words, why = form.words.data, form.why.data if form.why else None
    actor, seen = current_actor(), form.seen.data
    review.decline(session, room, piece, actor, seen, form.reason.data, letter, reason_plain=words, text=why)


def _ask(session: Session, room: Newsroom, piece: Submission, form: Any, letter: str | None) -> None:
    review.ask(session, room, piece, current_actor(), form.words.data, form.seen.data, letter)


DECISIONS: Mapping[str, Decision] = {
    "accept": Decision(
        action=Action.ACCEPT,
        form=AcceptForm,
        slot="todo",
        title=_l("Accept"),
        button=_l("Accept and send the letter"),
        verb=_accept,
        needed=False,
    ),
    "decline": Decision(
        action=Action.DECLINE,
        form=DeclineForm,
        slot="reason_plain",
        title=_l("Decline"),
        button=_l("Decline and send the letter"),
        verb=_decline,
    ),
    "ask": Decision(
        action=Action.ASK,
        form=AskForm,
        slot="question",
        title=_l("Ask the author"),
        button=_l("Send the question"),
        verb=_ask,
    ),
}

OWED: Mapping[str, str] = {
    "allegation": _l("say whether the piece accuses anyone, and what backs it"),
    "interests": _l("answer the questions about interests"),
    "ai": _l("say whether a machine helped with the text"),
    "exclusivity": _l("say whether the piece was offered or published elsewhere"),
    "terms": _l("agree to our terms"),
}
"""What an author may still owe, as the letter of acceptance says it."""


def decide(ref: str) -> str | tuple[str, int] | AnyResponse:
    """Show the page of a decision, or take it: ``?as=accept``, ``decline`` or ``ask``."""
    piece, chosen = piece_for(ref), DECISIONS.get(request.args.get("as", "")) or abort(404)
    _refuse(piece, chosen.action)
    if request.method == "GET":
        return _page(piece, chosen, _fresh(piece, chosen))
    form = _bound(piece, chosen.form())
    stale.keep(chosen.action, form, chosen.button)
    if "show" in request.form:
        form.letter.data = form.letter.raw_data = None
        _fill(piece, chosen, form)
        return _page(piece, chosen, form)
    if not (form.validate() and _letter_fits(piece, chosen, form)):
        return _page(piece, chosen, form), 422
    try:
        chosen.verb(session(), newsroom(), piece, form, _edited(piece, chosen, form))
    except (StaleVersion, NotAllowed):
        raise
    except IntakeError as refused:
        roll_back()
        form.form_errors.append(told(refused))
        return _page(piece_for(ref), chosen, form), 422 if status_of(refused) == 400 else status_of(refused)
    return onward(piece)


def draft(ref: str) -> Response:
    """Return the letter of a decision as plain text, for the page's script: ``?as=decline&reason=terms``."""
    piece, chosen = piece_for(ref), DECISIONS.get(request.args.get("as", "")) or abort(404)
    _refuse(piece, chosen.action)
    code = _code(chosen, request.args.get("reason", "")) or abort(404)
    return Response(_draft(piece, code), mimetype="text/plain", headers={"X-Letter": code})


def _refuse(piece: Submission, action: Action) -> None:
    """Refuse the page itself to those who could not decide: no use in writing a letter that cannot go."""
    permit(piece, action, current_actor(), "a chief may write a reason")
    if request.method == "GET" and not legal(piece.state, action):
        raise IllegalAction(_("This is not possible while the piece stands as it does. Reload its page."))


def _code(chosen: Decision, reason: str | None) -> str | None:
    """Return which letter a decision sends; nothing while no reason is chosen."""
    if chosen.action is Action.DECLINE:
        return review.DECLINE_REASONS.get(reason or "")
    return {Action.ACCEPT: "M8", Action.ASK: "M4"}[chosen.action]


def _draft(piece: Submission, code: str) -> str:
    slots = {decision.slot: f"{{{decision.slot}}}" for decision in DECISIONS.values()}
    values = slots | {"editor": current_actor().name, "limit": "200"}
    return letters.for_editing(letters.draft(newsroom(), code, piece.bylines[0], values))


def _fresh(piece: Submission, chosen: Decision) -> DecideForm:
    form = _bound(piece, chosen.form(formdata=None, seen=piece.version))
    reason = request.args.get("reason", "")
    if chosen.action is Action.DECLINE and reason in review.DECLINE_REASONS:
        form.reason.data = reason
    if chosen.action is Action.ACCEPT:
        form.words.data = _todo(piece)
    _fill(piece, chosen, form)
    return form


def _bound(piece: Submission, form: DecideForm) -> DecideForm:
    """Return the form without the reason that only a piece of one's own wants."""
    address = current_actor().address.casefold()
    if form.why is not None and address not in {one.author.address.casefold() for one in piece.bylines}:
        del form.why
    return form


def _fill(piece: Submission, chosen: Decision, form: Any) -> None:
    code = _code(chosen, form.reason.data if "reason" in form else None)
    form.drafted.data = code or ""
    form.letter.data = _draft(piece, code) if code else ""


def _todo(piece: Submission) -> str:
    """Return what the first author still owes as a list in their own language."""
    byline = piece.bylines[0]
    with force_locale(byline.locale):
        return "\n".join(f"– {OWED[key]}" for key in proof.missing_answers(newsroom(), byline))


def _letter_fits(piece: Submission, chosen: Decision, form: Any) -> bool:
    """Tell whether letter, reason and words belong together; what does not is said beside its field."""
    code = _code(chosen, form.reason.data if "reason" in form else None) or ""
    letter, words, slot = form.letter.data, form.words.data, f"{{{chosen.slot}}}"
    has_slot = chosen.slot in newsroom().letters.declared[code].placeholders
    if form.drafted.data != code and letter not in ("", _as_typed(form.drafted.data, piece)):
        form.letter.errors = [_("You changed this letter, but it belongs to another reason. Show the letter again.")]
        return False
    standing = letter if letter and form.drafted.data == code else _draft(piece, code)
    if has_slot and chosen.needed and not words and slot in standing:
        form.words.errors = [_("Write this first: the letter would have a gap without it.")]
        return False
    if has_slot and words and slot not in standing and words not in standing:
        form.letter.errors = [
            _("The letter no longer holds %(slot)s, where your words belong. Put it back.", slot=slot)
        ]
        return False
    return True


def _as_typed(code: str, piece: Submission) -> str:
    return _draft(piece, code).strip() if code in newsroom().letters.declared else ""


def _edited(piece: Submission, chosen: Decision, form: Any) -> str | None:
    """Return the letter as the editor changed it, or nothing when the standard one is to go."""
    letter: str = form.letter.data
    if not letter or letter == _as_typed(form.drafted.data, piece):
        return None
    before, slot, after = letter.rpartition(f"{{{chosen.slot}}}")
    words = open_for_editing(form.words.data) or "–"
    return f"{before}{words}{after}" if slot else letter


def _page(piece: Submission, chosen: Decision, form: DecideForm) -> str:
    return render_template(
        "desk/decide.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        revision=piece.revision,
        chosen=chosen,
        name=request.args["as"],
        form=form,
        byline=piece.bylines[0],
    )
