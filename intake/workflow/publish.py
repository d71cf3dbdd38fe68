"""Publication: the gate's evidence, the plan, the act itself, and what happens to a published piece.

The gate is asked inside the transaction that publishes. It pushes nowhere: the built-in site reads the rows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain import gate, traces
from intake.domain.body import text_of
from intake.domain.disclaimer import NoDisclaimer
from intake.domain.errors import GateClosed, Missing, NotAllowed
from intake.domain.gate import Evidence, Finding, Line
from intake.domain.piece import Piece, to_json
from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.domain.states import Action
from intake.domain.text import slug
from intake.newsroom import Newsroom
from intake.storage.publications import Correction, GateOverride, PrintedAuthor, Publication
from intake.storage.submissions import Submission
from intake.workflow import letters, proof
from intake.workflow.editing import write_correction
from intake.workflow.transition import move
from intake.workflow.wording import day, when

ACTS: Mapping[tuple[str, str], str] = {
    ("correct", "en"): "corrected",
    ("correct", "ar"): "تصحيح المقال",
    ("remove", "en"): "removed",
    ("remove", "ar"): "إزالة المقال",
    ("restore", "en"): "restored",
    ("restore", "ar"): "إعادة نشر المقال",
}
"""How M14 names what was done, by letter language."""


def findings(session: Session, newsroom: Newsroom, submission: Submission) -> tuple[Finding, ...]:
    """Return how every line of the gate stands for a piece now."""
    return gate.inspect(evidence(session, newsroom, submission))


def evidence(session: Session, newsroom: Newsroom, submission: Submission) -> Evidence:
    """Gather what the gate judges. Reads; changes nothing."""
    desk, bylines = newsroom.desk(submission.desk), submission.bylines
    standing = proof.current(session, submission)
    pinned = standing.disclaimer_version_id if standing else None
    try:
        piece: Piece | None = proof.assemble(session, newsroom, submission, pinned)
    except NoDisclaimer:
        piece = None
    approved = standing is not None and {a.byline_id for a in standing.approvals} >= {b.id for b in bylines}
    printed = printed_text(submission)
    overrides = session.scalars(select(GateOverride.line).where(GateOverride.submission_id == submission.id))
    return Evidence(
        genre=submission.genre,
        addresses_confirmed=all(byline.confirmed_at is not None for byline in bylines),
        statements_missing=tuple(key for byline in bylines for key in proof.missing_answers(newsroom, byline)),
        identity_level=1 if all(byline.confirmed_at is not None for byline in bylines) else 0,
        identity_required=desk.identity_level,
        proof_hash=standing.hash if standing and approved else None,
        piece_hash=piece.digest() if piece else None,
        interest_declared=any(got["yes"] for byline in bylines for got in (byline.interests or {}).values()),
        disclosure=" ".join(byline.disclosure for byline in bylines),
        exclusivity=tuple(byline.exclusivity for byline in bylines),
        exclusivity_required=desk.exclusivity == "required",
        allegation=submission.allegation,
        allegation_signed=submission.allegation_signer_id is not None,
        disclaimer_resolved=piece is not None and piece.notice is not None,
        shortcodes=traces.shortcodes(printed),
        look_alikes=tuple(found.text for found in look_alikes(session, newsroom, submission)),
        overridden=frozenset(Line(line) for line in overrides),
    )


def printed_text(submission: Submission) -> str:
    """Return every printed word of a piece as plain text."""
    revision = submission.revision
    lines = [revision.headline, revision.standfirst, text_of(revision.body_html)]
    lines += [line for byline in submission.bylines for line in (byline.bio, byline.disclosure)]
    return "\n\n".join(lines)


def look_alikes(session: Session, newsroom: Newsroom, submission: Submission) -> tuple[traces.Found, ...]:
    """Return the sentences of a body that read like a disclaimer: any version ever used, or a known pattern."""
    desk = newsroom.desk(submission.desk)
    known = [version.text.replace("{publication}", desk.publication) for version in proof.versions(session)]
    return traces.find(text_of(submission.revision.body_html), known)


def _through_the_gate(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    lines = gate.closed(findings(session, newsroom, submission))
    if lines:
        raise GateClosed(lines)


def override(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, line: Line, reason: str, seen: int
) -> None:
    """Let one gate line pass for this piece, in writing. The disclaimer and shortcode lines never pass."""
    if line in gate.FIRM:
        raise NotAllowed("Nobody lets this line pass: without it the page would be wrong for its readers.")
    if not reason.strip():
        raise Missing("Letting a line pass needs a written reason. Write it, then act again.")
    move(session, newsroom, submission, Action.OVERRIDE, actor, seen=seen, text=reason, reason_code=line.value)
    given = select(GateOverride).where(GateOverride.submission_id == submission.id, GateOverride.line == line.value)
    if session.scalar(given) is None:
        session.add(
            GateOverride(
                submission_id=submission.id, line=line.value, reason=reason[:500], person_id=actor.id, at=newsroom.now()
            )
        )


def sign_allegation(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Sign, as a second person, that a piece which accuses someone may run."""
    if submission.claimant_id == actor.id:
        raise NotAllowed("The one who handles the piece cannot also sign for its allegation. Ask a second editor.")
    move(session, newsroom, submission, Action.SIGN, actor, seen=seen)
    submission.allegation_signer_id = actor.id


def schedule(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, at: datetime, seen: int
) -> None:
    """Plan a publication for a time in the future (M11). Raises GateClosed, Missing."""
    if at <= newsroom.now():
        raise Missing("Choose a time in the future, or publish now.")
    _through_the_gate(session, newsroom, submission)
    submission.publish_at = at
    move(session, newsroom, submission, Action.SCHEDULE, actor, seen=seen, detail={"at": at.isoformat()})
    zone = newsroom.desk(submission.desk).calendar.zone
    for byline in submission.bylines:
        letters.queue(session, newsroom, "M11", byline, {"date": when(at, zone, byline.locale)})


def unschedule(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Call a plan off; the piece stays approved (M11u)."""
    move(session, newsroom, submission, Action.UNSCHEDULE, actor, seen=seen)
    proof.call_off(session, newsroom, submission)


def publish(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int | None = None
) -> Publication:
    """Publish the approved proof: the gate in this very transaction, the snapshot, the public row, M12.

    Raises GateClosed with the unmet lines. What is printed is the pinned piece and its pinned disclaimer version.
    """
    _through_the_gate(session, newsroom, submission)
    standing = proof.current(session, submission)
    if standing is None:
        raise GateClosed((Line.APPROVAL.value,))
    piece = proof.pinned_piece(standing)
    move(session, newsroom, submission, Action.PUBLISH, actor, seen=seen, detail={"hash": standing.hash})
    submission.publish_at = None
    publication = _row(newsroom, submission, piece)
    session.add(publication)
    session.flush()
    desk = newsroom.desk(submission.desk)
    free_from = newsroom.now() + timedelta(days=desk.republish_after_days)
    for byline in submission.bylines:
        values = {
            "url": newsroom.settings.base_url + publication.path,
            "free_from": day(free_from, desk.calendar.zone, byline.locale),
        }
        letters.queue(session, newsroom, "M12", byline, values)
    return publication


def _row(newsroom: Newsroom, submission: Submission, piece: Piece) -> Publication:
    if piece.notice is None:
        raise GateClosed((Line.DISCLAIMER.value,))
    return Publication(
        submission_id=submission.id,
        desk=submission.desk,
        slug=slug(piece.headline) or submission.ref.lower(),
        language=piece.language,
        genre=piece.genre,
        headline=piece.headline,
        standfirst=piece.standfirst,
        byline=piece.byline[:300],
        body_html=piece.body_html,
        piece=to_json(piece),
        hash=piece.digest(),
        publication_name=piece.publication,
        label=piece.notice.label,
        disclaimer_version_id=piece.notice.version_id,
        disclaimer_text=piece.notice.text,
        published_at=newsroom.now(),
        changed_at=newsroom.now(),
        authors=_authors(submission.desk, piece),
    )


def _authors(desk: str, piece: Piece) -> list[PrintedAuthor]:
    named = ((credit.name, slug(credit.name)) for credit in piece.credits)
    return [PrintedAuthor(desk=desk, slug=short, name=name) for name, short in named if short]


def publication_if_any(session: Session, submission: Submission) -> Publication | None:
    """Return the publication of a piece, or nothing when it was never published."""
    return session.scalar(select(Publication).where(Publication.submission_id == submission.id))


def publication_of(session: Session, submission: Submission) -> Publication:
    """Return the publication of a piece. Raises KeyError when it was never published."""
    found = publication_if_any(session, submission)
    if found is None:
        raise KeyError(submission.ref)
    return found


def correct(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    text: Text,
    note: str,
    seen: int,
) -> Publication:
    """Correct a published piece: new revision, public note, the author told (M14). The disclaimer stays as printed."""
    move(session, newsroom, submission, Action.CORRECT, actor, seen=seen, text=note)
    write_correction(newsroom, submission, actor, text, note)
    session.flush()
    publication = publication_of(session, submission)
    piece = proof.assemble(session, newsroom, submission, publication.disclaimer_version_id)
    _keep_clean(session, newsroom, submission)
    publication.headline, publication.standfirst = piece.headline, piece.standfirst
    publication.body_html, publication.piece, publication.hash = piece.body_html, to_json(piece), piece.digest()
    publication.changed_at = newsroom.now()
    publication.authors[:] = _authors(submission.desk, piece)
    publication.corrections.append(Correction(note=note.strip(), at=newsroom.now()))
    _tell(session, newsroom, submission, "correct", note)
    return publication


def _keep_clean(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Refuse a correction that brings in a shortcode, or a second disclaimer that no chief has let pass."""
    found = findings(session, newsroom, submission)
    lines = gate.closed(tuple(one for one in found if one.line in {Line.SHORTCODE, Line.LOOK_ALIKE}))
    if lines:
        raise GateClosed(lines)


def remove(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, note: str, seen: int
) -> Publication:
    """Take a piece off the site; its address answers 410 with the public note (M14)."""
    move(session, newsroom, submission, Action.REMOVE, actor, seen=seen, text=note)
    publication = publication_of(session, submission)
    publication.removed_at, publication.removal_note = newsroom.now(), note.strip()
    publication.changed_at = newsroom.now()
    _tell(session, newsroom, submission, "remove", note)
    return publication


def restore(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, note: str, seen: int
) -> Publication:
    """Bring a removed piece back, with a public note (M14)."""
    move(session, newsroom, submission, Action.RESTORE, actor, seen=seen, text=note)
    publication = publication_of(session, submission)
    publication.removed_at, publication.removal_note = None, ""
    publication.changed_at = newsroom.now()
    publication.corrections.append(Correction(note=note.strip(), at=newsroom.now()))
    _tell(session, newsroom, submission, "restore", note)
    return publication


def _tell(session: Session, newsroom: Newsroom, submission: Submission, act: str, note: str) -> None:
    zone = newsroom.desk(submission.desk).calendar.zone
    for byline in submission.bylines:
        language = byline.locale
        values = {
            "date": day(newsroom.now(), zone, language),
            "act": ACTS[act, language],
            "note": note,
            "url": newsroom.settings.base_url + publication_of(session, submission).path,
        }
        letters.queue(session, newsroom, "M14", byline, values)
