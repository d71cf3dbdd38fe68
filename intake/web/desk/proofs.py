"""The proof page: exactly what would be printed, the lines of the gate, what looks like a second disclaimer.

Sending, recalling, a chief's approval for an author and a chief's override start here.
"""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intake.domain import traces
from intake.domain.disclaimer import NoDisclaimer, Version
from intake.domain.gate import FIRM, Finding, Line
from intake.domain.piece import Piece
from intake.domain.states import Action
from intake.storage.publications import Approval, Proof, Publication
from intake.storage.queries.piece import name_of
from intake.storage.submissions import Byline, Submission
from intake.web.accounts import current_actor
from intake.web.desk.access import piece_for
from intake.web.desk.attempt import Answer, attempt
from intake.web.desk.piece import possible
from intake.web.errors import told
from intake.web.forms.desk import ActForm
from intake.web.forms.printing import ApproveForm, OverrideForm, offered
from intake.web.transaction import newsroom, session
from intake.workflow import proof, publish


@dataclass(frozen=True, slots=True)
class Standing:
    """How a piece stands on its way to print. ``newer`` is a disclaimer version younger than the pinned one."""

    proof: Proof | None
    approvals: tuple[tuple[Byline, Approval | None, str | None], ...]
    newer: Version | None
    publication: Publication | None

    @property
    def waiting(self) -> tuple[Byline, ...]:
        """Return the authors whose approval is still missing."""
        return tuple(byline for byline, approval, _by in self.approvals if approval is None)


def standing(piece: Submission) -> Standing:
    """Return how a piece stands on its way to print."""
    pinned = proof.current(session(), piece)
    given = {approval.byline_id: approval for approval in pinned.approvals} if pinned else {}
    return Standing(
        proof=pinned,
        approvals=tuple((byline, given.get(byline.id), _recorded_by(given.get(byline.id))) for byline in piece.bylines),
        newer=proof.newer_version(session(), newsroom(), piece, pinned) if pinned else None,
        publication=publish.publication_if_any(session(), piece),
    )


def _recorded_by(approval: Approval | None) -> str | None:
    return name_of(session(), approval.person_id) if approval else None


def show(ref: str) -> str:
    """Show the proof page."""
    return page(piece_for(ref))


def page(piece: Submission, approving: FlaskForm | None = None, overriding: FlaskForm | None = None) -> str:
    """Return the proof page; refused forms stand as they were sent."""
    now = standing(piece)
    found = publish.findings(session(), newsroom(), piece)
    printed, missing = printed_now(piece, now.proof)
    return render_template(
        "desk/proof.html",
        piece=piece,
        desk=newsroom().desk(piece.desk),
        possible=possible(piece, current_actor()),
        standing=now,
        printed=printed,
        no_disclaimer=missing,
        gate=found,
        shortcodes=traces.shortcodes(publish.printed_text(piece)),
        look_alikes=publish.look_alikes(session(), newsroom(), piece),
        approving=approving or _approving(piece, now),
        overriding=overriding or _overriding(piece, found),
        failed=bool(approving or overriding),
    )


def printed_now(piece: Submission, pinned: Proof | None) -> tuple[Piece | None, str]:
    """Return the piece as it would be printed, or why it cannot be assembled."""
    version = pinned.disclaimer_version_id if pinned else None
    try:
        return proof.assemble(session(), newsroom(), piece, version), ""
    except NoDisclaimer as error:
        return None, told(error)


def _approving(piece: Submission, now: Standing, **given: object) -> ApproveForm:
    form = ApproveForm(seen=piece.version, piece_hash=now.proof.hash if now.proof else "", **given)
    form.byline.choices = offered((byline.id, byline.name) for byline in now.waiting)
    return form


def _overriding(piece: Submission, found: tuple[Finding, ...]) -> OverrideForm:
    form = OverrideForm(seen=piece.version)
    if not form.is_submitted():
        form.line.choices = offered(
            (one.line.value, one.line.value) for one in found if not one.passes and one.line not in FIRM
        )
    return form


def send(ref: str) -> Answer:
    """Pin the piece and send the proof to its authors."""
    form: Any = ActForm()

    def verb(piece: Submission) -> None:
        proof.send(session(), newsroom(), piece, current_actor(), form.seen.data)

    said, button = _("The proof is on its way to its authors."), _("Send the proof")
    return attempt(ref, Action.SEND_PROOF, form, verb, _only_page, said, button=button, onward="desk.proof")


def _only_page(piece: Submission, _form: FlaskForm) -> str:
    return page(piece)


def recall(ref: str) -> Answer:
    """Take the proof back to go on editing."""
    form: Any = ActForm()

    def verb(piece: Submission) -> None:
        proof.recall(session(), newsroom(), piece, current_actor(), form.seen.data)

    said = _("The proof is void. You can edit the text again.")
    return attempt(ref, Action.RECALL, form, verb, _only_page, said, button=_("Recall the proof"))


def approve(ref: str) -> Answer:
    """Record, as a chief and with written evidence, that an author agreed to this proof."""
    piece = piece_for(ref)
    form: Any = _approving(piece, standing(piece))

    def verb(piece: Submission) -> None:
        byline = next(each for each in piece.bylines if each.id == form.byline.data)
        proof.approve(
            session(),
            newsroom(),
            piece,
            current_actor(),
            form.piece_hash.data,
            seen=form.seen.data,
            byline=byline,
            evidence=form.evidence.data,
        )

    def again(piece: Submission, refused: FlaskForm) -> str:
        return page(piece, approving=refused)

    said, button = _("The approval is recorded."), _("Record the approval")
    return attempt(ref, Action.APPROVE, form, verb, again, said, button=button, onward="desk.proof")


def override(ref: str) -> Answer:
    """Let one line of the gate pass, as a chief and in writing."""
    form: Any = OverrideForm()

    def verb(piece: Submission) -> None:
        publish.override(
            session(),
            newsroom(),
            piece,
            current_actor(),
            Line(form.line.data),
            form.reason.data,
            form.seen.data,
        )

    def again(piece: Submission, refused: FlaskForm) -> str:
        return page(piece, overriding=refused)

    said, button = _("The line passes. The reason is kept."), _("Let it pass")
    return attempt(ref, Action.OVERRIDE, form, verb, again, said, button=button, onward="desk.proof")
