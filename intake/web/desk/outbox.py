"""The outbox: letters that wait, left, were kept or given up; one letter with its links veiled."""

from flask import Response as Download
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake.domain.letter import veil
from intake.storage.kept import kept_letter
from intake.storage.messages import Letter
from intake.storage.queries import outbox
from intake.storage.queries.held import ref_of
from intake.web.accounts import current_actor
from intake.web.desk.access import readable_desks
from intake.web.desk.downloads import handed
from intake.web.forms.held import SettleForm
from intake.web.transaction import newsroom, session
from intake.web.wellformed import row_number
from intake.workflow import letters


def show() -> str:
    """Show the outbox. Arguments: status, before."""
    desks, accounts = readable_desks(), current_actor().administrator
    status = request.args.get("status", "")
    rows, following = outbox.page(
        session(), desks, status, request.args.get("before", type=row_number), accounts=accounts
    )
    return render_template(
        "desk/outbox.html",
        rows=rows,
        following=following,
        status=status,
        states=(*outbox.STATES, outbox.RETURNED),
        returned=outbox.returned(session(), [row.id for row in rows]),
        failed_letters=outbox.given_up(session(), desks, accounts=accounts),
        titles=newsroom().letters.declared,
        relay=bool(newsroom().settings.relay.host),
    )


def letter_for(letter_id: int) -> Letter:
    """Return a letter of a desk that the actor may read; one to a person is an administrator's. Aborts with 404."""
    accounts = current_actor().administrator
    return outbox.letter(session(), readable_desks(), letter_id, accounts=accounts) or abort(404)


def letter(letter_id: int) -> str:
    """Show one letter, its links veiled."""
    found = letter_for(letter_id)
    return render_template(
        "desk/letter.html",
        letter=found,
        text=veil(found.body, _("[private link]")),
        title=newsroom().letters.declared[found.code],
        ref=ref_of(session(), found.submission_id),
        report=outbox.returned(session(), [found.id]).get(found.id),
    )


def try_again(letter_id: int) -> Response:
    """Queue a letter that was given up once more."""
    if not SettleForm().validate():
        abort(400)
    found = letter_for(letter_id)
    letters.try_again(session(), newsroom(), found, current_actor())
    flash(_("The letter is queued again."), "good")
    return redirect(url_for("desk.letter", letter_id=found.id))


def kept(letter_id: int) -> Download:
    """Hand an administrator the file of a letter that was kept for want of a relay; it holds live links."""
    found = letter_for(letter_id)
    if not current_actor().administrator:
        abort(403)
    if found.status != "kept":
        abort(404)
    try:
        return handed(kept_letter(newsroom().settings.root, found.message_id), f"letter-{found.id}.eml")
    except FileNotFoundError:
        abort(410)
