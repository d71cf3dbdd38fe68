"""Held mail: the tray, one message as it was read, and what an editor does with it or with many."""

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from intake.domain.errors import IllegalAction, Missing
from intake.storage.messages import InboundMessage
from intake.storage.queries import evidence, held
from intake.web.accounts import current_actor
from intake.web.desk.access import readable_desks
from intake.web.forms.held import BulkForm, PutIntoForm, SettleForm
from intake.web.transaction import newsroom, session
from intake.web.wellformed import row_number
from intake.workflow import held as acts


def tray() -> str:
    """Show the tray. Argument: before, the id behind which the page starts."""
    rows, following = held.tray(session(), readable_desks(), request.args.get("before", type=row_number))
    settles = any(current_actor().rank(row.desk) >= 2 for row in rows)  # reader is 1, editor 2
    return render_template(
        "desk/held.html", rows=rows, following=following, paged="before" in request.args, settles=settles
    )


def message_for(message_id: int) -> InboundMessage:
    """Return a message of a desk that the actor may read. Aborts with 404."""
    return held.message(session(), readable_desks(), message_id) or abort(404)


def show(message_id: int) -> str:
    """Show one message as it was read: its text, what was found wrong with it, its files."""
    message = message_for(message_id)
    return render_template(
        "desk/message.html",
        message=message,
        reading=message.reading or {},
        found=evidence.found(session(), [message.id])[message.id],
        ref=held.ref_of(session(), message.submission_id),
        waiting=message.disposition in held.WAITING,
    )


def take_in(message_id: int) -> Response:
    """Make a piece of the message and open it."""
    message = _settled(message_id)
    piece = acts.take_in(session(), newsroom(), message, current_actor())
    flash(_("Taken in. Its author is told the reference and the promise."), "good")
    return redirect(url_for("desk.piece", ref=piece.ref))


def answer(message_id: int) -> Response:
    """Send the sender the letter that explains how to submit."""
    acts.answer_held(session(), newsroom(), _settled(message_id), current_actor())
    flash(_("The sender gets the letter that explains how to send a piece."), "good")
    return redirect(url_for("desk.held"))


def spike(message_id: int) -> Response:
    """Put the message aside without an answer."""
    acts.spike_held(session(), newsroom(), _settled(message_id), current_actor())
    flash(_("Put aside. Its bytes are kept."), "good")
    return redirect(url_for("desk.held"))


def _settled(message_id: int) -> InboundMessage:
    if not SettleForm().validate():
        abort(400)
    found = held.messages(session(), readable_desks(), [message_id])
    return found[0] if found else abort(404)


def put_into(message_id: int) -> Response:
    """Put the message into the piece whose reference was written, and open the piece."""
    form = PutIntoForm()
    if not form.validate():
        flash(_("Write the reference of the piece, such as OP-7K3M9Q."), "wait")
        return redirect(url_for("desk.message", message_id=message_id))
    found = held.messages(session(), readable_desks(), [message_id])
    message = found[0] if found else abort(404)
    try:
        piece = acts.put_into(session(), newsroom(), message, form.ref.data or "", current_actor())
    except Missing as missing:
        flash(_(str(missing)), "wait")
        return redirect(url_for("desk.message", message_id=message_id))
    flash(_("The mail stands with this piece now."), "good")
    return redirect(url_for("desk.piece", ref=piece.ref))


def settle_ticked() -> Response:
    """Deal with every ticked message in one way; one that somebody else has dealt with meanwhile is left alone."""
    form = BulkForm()
    if not form.validate():
        flash(_("Tick the messages first."), "wait")
        return redirect(url_for("desk.held"))
    verb = VERBS[form.act.data]
    done = [_tried(message, verb) for message in held.messages(session(), readable_desks(), form.ids())]
    number = sum(done)
    flash(_told(form.act.data, number), "good" if number else "wait")
    if left := len(form.ids()) - number:
        told = ngettext(
            "%(num)s was left: dealt with already, or not to be dealt with so.",
            "%(num)s were left: dealt with already, or not to be dealt with so.",
            left,
        )
        flash(told, "wait")
    return redirect(url_for("desk.held"))


VERBS: Mapping[str, Callable[..., object]] = {
    "take_in": acts.take_in,
    "answer": acts.answer_held,
    "spike": acts.spike_held,
}
"""What can be done with many messages at once."""


def _told(act: str, number: int) -> str:
    told: str
    if act == "take_in":
        told = ngettext("%(num)s message taken in.", "%(num)s messages taken in.", number)
    elif act == "answer":
        told = ngettext("%(num)s message answered.", "%(num)s messages answered.", number)
    else:
        told = ngettext("%(num)s message put aside.", "%(num)s messages put aside.", number)
    return told


def _tried(message: InboundMessage, verb: Callable[..., object]) -> bool:
    try:
        verb(session(), newsroom(), message, current_actor())
    except IllegalAction:
        return False
    return True
