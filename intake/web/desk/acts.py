"""The acts of one step: claim, note, ask for time, merge, spike, sign, undo … Each is a row of ``ACTS``.

Decisions with a letter have their own page (``decide``); the text and the printing are elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.domain.errors import Missing
from intake.domain.roles import Actor
from intake.domain.states import Action
from intake.newsroom import Newsroom
from intake.storage.queries.queue import next_to_read
from intake.storage.submissions import Submission
from intake.web.accounts import current_actor
from intake.web.desk import piece as piece_page
from intake.web.desk import stale
from intake.web.desk.access import piece_for, readable_desks
from intake.web.errors import told
from intake.web.forms.desk import ActForm
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import publish, review, sorting, submit

Verb = Callable[[Session, Newsroom, Submission, Actor, Any], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its row in the state table, what its button says, what is said afterwards, and the verb it calls.

    ``moves_on`` tells whether the next piece to read opens afterwards.
    """

    action: Action
    button: str
    said: str
    verb: Verb
    moves_on: bool = False


def _plain(verb: Callable[[Session, Newsroom, Submission, Actor, int], object]) -> Verb:
    """Return a verb of the workflow that needs nothing but the seen version."""
    return lambda session, room, piece, actor, form: verb(session, room, piece, actor, form.seen.data)


def _note(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    review.note(session, room, piece, actor, form.text.data, form.seen.data)


def _recommend(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    review.recommend(session, room, piece, actor, form.text.data, form.seen.data)


def _extension(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    until = form.until_in(room.desk(piece.desk).calendar.zone)
    review.ask_extension(session, room, piece, actor, until, form.seen.data)


def _take_offer(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    review.answer_offer(session, room, piece, actor, yes=True, seen=form.seen.data)


def _refuse_offer(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    review.answer_offer(session, room, piece, actor, yes=False, seen=form.seen.data)


def _merge(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    named = select(Submission).where(Submission.ref == form.kept.data, Submission.desk == piece.desk)
    kept = session.scalar(named)
    if kept is None:
        raise Missing(_("There is no piece %(ref)s on this desk. Check the reference.", ref=form.kept.data))
    sorting.merge(session, room, piece, kept, actor, form.seen.data, offer=form.offer.data)


def _confirm(session: Session, room: Newsroom, piece: Submission, actor: Actor, form: Any) -> None:
    submit.confirm(session, room, piece, actor, seen=form.seen.data, text=form.text.data)


ACTS: Mapping[str, Act] = {
    "claim": Act(Action.CLAIM, _l("Claim"), _l("You have claimed this piece."), _plain(review.claim)),
    "unclaim": Act(Action.UNCLAIM, _l("Give back"), _l("The piece is back in the queue."), _plain(review.unclaim)),
    "note": Act(Action.NOTE, _l("Keep the note"), _l("The note is in the thread."), _note),
    "recommend": Act(Action.RECOMMEND, _l("Recommend"), _l("Your recommendation is in the thread."), _recommend),
    "undo": Act(Action.UNDO, _l("Undo"), _l("Undone. The letter was not sent."), _plain(review.undo)),
    "extension": Act(Action.ASK_EXTENSION, _l("Ask for more time"), _l("The author has been asked."), _extension),
    "offer": Act(Action.OFFER, _l("Ask whether it is free"), _l("The author has been asked."), _plain(review.offer)),
    "take-offer": Act(Action.TAKE_OFFER, _l("Take it up"), _l("The piece is in review again."), _take_offer),
    "refuse-offer": Act(Action.REFUSE_OFFER, _l("Leave it closed"), _l("The piece stays closed."), _refuse_offer),
    "merge": Act(Action.MERGE, _l("Merge"), _l("Merged. Its author is told."), _merge, moves_on=True),
    "split": Act(Action.SPLIT, _l("Take it out again"), _l("The piece stands alone again."), _plain(sorting.split)),
    "spike": Act(Action.SPIKE, _l("Put with the spam"), _l("Put with the spam."), _plain(sorting.spike), moves_on=True),
    "unspike": Act(Action.UNSPIKE, _l("It is no spam"), _l("The piece is back."), _plain(sorting.unspike)),
    "confirm": Act(Action.CONFIRM, _l("Confirm for the author"), _l("The piece is in the queue."), _confirm),
    "sign": Act(Action.SIGN, _l("Sign"), _l("You signed for the allegation."), _plain(publish.sign_allegation)),
}


def carry_out(ref: str, act: str) -> Response | tuple[str, int]:
    """Carry out one act and show what came of it; a form that is not whole comes back with what was typed."""
    chosen, piece = ACTS[act], piece_for(ref)
    form = piece_page.FORMS.get(act, ActForm)()
    stale.keep(chosen.action, form, chosen.button)
    if not form.validate():
        return piece_page.page(piece, {act: form}), 422
    try:
        chosen.verb(session(), newsroom(), piece, current_actor(), form)
    except Missing as missing:
        roll_back()
        form.form_errors.append(told(missing))
        return piece_page.page(piece_for(ref), {act: form}), 422
    flash(chosen.said, "good")
    if chosen.moves_on:
        return onward(piece)
    return redirect(url_for("desk.piece", ref=piece.ref))


def onward(piece: Submission) -> Response:
    """Open the next piece to read, or the queue when nothing waits; a piece that can be undone is remembered."""
    if piece.undo:
        cookie["undo"] = piece.ref
    following = next_to_read(session(), readable_desks(), current_actor().id, but=piece.id)
    return redirect(url_for("desk.piece", ref=following) if following else url_for("desk.queue"))
