"""The piece page: the text, everything known about it, and the acts that are open to the one who looks.

It decides nothing: an act that should not be offered is refused by the workflow all the same.
"""

from collections.abc import Mapping

from flask import current_app, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm

from intake.domain.errors import Missing, NotAllowed
from intake.domain.roles import Actor, Role
from intake.domain.states import Action, actions_in, legal
from intake.storage.queries import evidence, outbox
from intake.storage.queries import piece as pieces
from intake.storage.queries.held import WAITING
from intake.storage.queries.piece import Act, LetterLine
from intake.storage.submissions import Revision, Submission
from intake.web.accounts import current_actor
from intake.web.desk import stale
from intake.web.desk.access import last_decision, piece_for, readable_desks, undoable
from intake.web.errors import told
from intake.web.forms.desk import ExtensionForm, MergeForm, NoteForm, ReasonForm, RecommendForm, SealForm
from intake.web.transaction import newsroom, roll_back, session
from intake.workflow import proof, publish, review
from intake.workflow.transition import permit

FORMS: Mapping[str, type[FlaskForm]] = {
    "note": NoteForm,
    "recommend": RecommendForm,
    "extension": ExtensionForm,
    "merge": MergeForm,
    "confirm": ReasonForm,
    "seal": SealForm,
}
"""The forms of the page that hold more than a button, by the act they are sent to."""


def show(ref: str) -> str:
    """Show a piece."""
    return page(piece_for(ref))


def page(
    piece: Submission, refused: Mapping[str, FlaskForm] | None = None, opened: dict[str, str] | None = None
) -> str:
    """Return the piece page; ``refused`` forms stand as they were sent, ``opened`` is a seal's content, shown once."""
    room, actor = newsroom(), current_actor()
    acts, messages = pieces.history(session(), piece.id), pieces.mail(session(), piece.id)
    thread = pieces.thread(session(), piece.id)
    returned = outbox.returned(session(), [line.id for line in thread if isinstance(line, LetterLine)])
    repeated = pieces.repeated(session(), piece)
    into = {"kept": repeated.ref, "offer": legal(repeated.state, Action.REVISE)} if repeated else {}
    given = {name: form(formdata=None, seen=piece.version, **into) for name, form in FORMS.items()}
    forms = given | dict(refused or {})
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.name}"  # several forms of one page have a field of the same name
    return render_template(
        "desk/piece.html",
        piece=piece,
        desk=room.desk(piece.desk),
        revision=piece.revision,
        offered=_offered(piece),
        acts=acts,
        arrived=_arrived(piece, acts),
        thread=thread,
        returned=returned,
        messages=messages,
        waiting=[message for message in messages if message.disposition in WAITING],
        found=evidence.found(session(), [message.id for message in messages]),
        uploads=pieces.uploads(session(), piece.id),
        earlier=pieces.earlier(session(), piece, readable_desks()),
        gate=publish.findings(session(), room, piece),
        owed={byline.id: proof.missing_answers(room, byline) for byline in piece.bylines},
        possible=possible(piece, actor),
        claimant=pieces.name_of(session(), piece.claimant_id),
        signer=pieces.name_of(session(), piece.allegation_signer_id),
        undo=undoable(piece) or last_decision(),
        repeated=repeated,
        merged_into=pieces.ref_of(session(), piece.merged_into),
        revisions_page=_revisions_page(piece),
        forms=forms,
        failed=bool(refused),
        opened=opened,
    )


def _revisions_page(piece: Submission) -> str:
    """Return the address of the page that compares revisions, where there is one."""
    return url_for("desk.revisions", ref=piece.ref) if "desk.revisions" in current_app.view_functions else ""


def possible(piece: Submission, actor: Actor) -> frozenset[Action]:
    """Return the acts that this person could carry out on the piece as it stands."""
    never = {
        Action.UNCLAIM: piece.claimant_id != actor.id and Role.CHIEF not in actor.on(piece.desk),
        Action.ASK_EXTENSION: piece.extended or piece.extension_until is not None or piece.reply_by is None,
        Action.SIGN: not piece.allegation or piece.allegation_signer_id is not None or piece.claimant_id == actor.id,
        Action.OPEN_SEALED: not any(byline.sealed for byline in piece.bylines),
        Action.UNDO: undoable(piece) is None,
    }
    open_to = {act for act in actions_in(piece.state) if not never.get(act) and _permitted(piece, act, actor)}
    if Action.TAKE_OFFER in open_to and pieces.offered_by(session(), piece.id) != "author":
        open_to.remove(Action.TAKE_OFFER)  # the desk's own offer: its author has to say yes
    return frozenset(open_to)


def _permitted(piece: Submission, action: Action, actor: Actor) -> bool:
    try:
        permit(piece, action, actor, "a chief may write a reason")
    except NotAllowed:
        return False
    return True


def _offered(piece: Submission) -> Revision | None:
    """Return the author's newest revision that nobody has taken over or gone past yet."""
    last = piece.revisions[-1]
    return None if last.standing else last


def _arrived(piece: Submission, acts: tuple[Act, ...]) -> list[Act]:
    """Return what its author did since the piece was claimed."""
    since = piece.claimed_at
    return [act for act in acts if since and act.kind == "author" and act.at > since and act.action != Action.SUBMIT]


def open_seal(ref: str) -> str | tuple[str, int]:
    """Open the seal of one author, for a chief with a reason; what lay in it is shown on this answer only."""
    piece = piece_for(ref)
    form = SealForm()
    stale.keep(Action.OPEN_SEALED, form, gettext("Open the seal"))
    if not form.validate():
        return page(piece, {"seal": form}), 422
    try:
        opened = review.open_seal(
            session(),
            newsroom(),
            piece,
            current_actor(),
            form.byline.data or 0,
            form.text.data or "",
            form.seen.data or 0,
        )
    except Missing as missing:
        roll_back()
        form.text.errors = [told(missing)]
        return page(piece_for(ref), {"seal": form}), 422
    session().flush()
    return page(piece, opened=opened)
