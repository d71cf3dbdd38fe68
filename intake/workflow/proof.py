"""The proof: an exact piece pinned with its hash, sent to its authors, approved by all of them or void.

Any change after it was sent voids it. Silence is never consent.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain import disclaimer
from intake.domain.disclaimer import Version
from intake.domain.errors import IllegalAction, Missing
from intake.domain.piece import Credit, Piece, from_json, to_json
from intake.domain.proposal import Facts, Source, Statement, missing
from intake.domain.roles import Actor, Kind
from intake.domain.states import Action, Status
from intake.newsroom import Newsroom
from intake.storage.publications import Approval, DisclaimerPolicy, DisclaimerVersion, Proof
from intake.storage.submissions import Byline, Submission
from intake.workflow import letters
from intake.workflow.review import say
from intake.workflow.transition import byline_of, move
from intake.workflow.wording import when


def versions(session: Session) -> list[Version]:
    """Return every approved disclaimer version, for resolving and for finding copies of one in a body."""
    rows = session.execute(
        select(DisclaimerVersion, DisclaimerPolicy)
        .join(DisclaimerPolicy, DisclaimerVersion.policy_id == DisclaimerPolicy.id)
        .where(DisclaimerVersion.approved_at.is_not(None))
        .order_by(DisclaimerVersion.id)
    )
    return [_version(version, policy) for version, policy in rows]


def _version(version: DisclaimerVersion, policy: DisclaimerPolicy) -> Version:
    return Version(
        id=version.id,
        policy_id=policy.id,
        desk=policy.desk,
        publication=policy.publication,
        language=policy.language,
        genres=frozenset(policy.genres),
        label=version.label,
        text=version.text,
        placement="top" if version.placement == "top" else "end",
        number=version.number,
    )


def assemble(session: Session, newsroom: Newsroom, submission: Submission, pinned: int | None = None) -> Piece:
    """Return the piece as it would be printed now; ``pinned`` is the disclaimer version a proof has fixed.

    Raises NoDisclaimer when the genre needs one and none fits the desk and language.
    """
    desk = newsroom.desk(submission.desk)
    known = versions(session)
    if pinned is not None:
        known = [version for version in known if version.id == pinned]
    notice = disclaimer.notice_for(known, desk.slug, desk.publication, submission.language, submission.genre)
    revision = submission.revision
    return Piece(
        headline=revision.headline,
        standfirst=revision.standfirst,
        body_html=revision.body_html,
        credits=tuple(Credit(byline.name, byline.bio) for byline in submission.bylines),
        disclosure=" ".join(byline.disclosure for byline in submission.bylines if byline.disclosure),
        publication=desk.publication,
        language=submission.language,
        genre=submission.genre,
        notice=notice,
        author_note=_author_note(newsroom, submission),
    )


def _author_note(newsroom: Newsroom, submission: Submission) -> str:
    withheld = any(byline.pseudonym_reason for byline in submission.bylines)
    notes = newsroom.notes.get(submission.language)
    return notes.pseudonym_of(newsroom.desk(submission.desk).publication) if withheld and notes else ""


def current(session: Session, submission: Submission) -> Proof | None:
    """Return the proof that stands: the newest one that is not void."""
    query = select(Proof).where(Proof.submission_id == submission.id, Proof.void_at.is_(None))
    return session.scalar(query.order_by(Proof.id.desc()).limit(1))


def pinned_piece(proof: Proof) -> Piece:
    """Return the piece a proof pinned."""
    return from_json(proof.piece)


def pin_holds(session: Session, newsroom: Newsroom, submission: Submission, proof: Proof) -> bool:
    """Tell whether what would be printed now is still exactly what the proof pinned."""
    now = assemble(session, newsroom, submission, proof.disclaimer_version_id)
    return now.digest() == proof.hash == pinned_piece(proof).digest()


def newer_version(session: Session, newsroom: Newsroom, submission: Submission, proof: Proof) -> Version | None:
    """Return the disclaimer version that a proof sent now would pin, when it is another one than this proof's."""
    known = versions(session)
    desk = newsroom.desk(submission.desk)
    notice = disclaimer.notice_for(known, desk.slug, desk.publication, submission.language, submission.genre)
    if notice is None or notice.version_id == proof.disclaimer_version_id:
        return None
    return next(version for version in known if version.id == notice.version_id)


def send(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> Proof:
    """Pin the piece as it stands and send it to every author to approve (M9). An earlier proof is void."""
    piece = assemble(session, newsroom, submission)
    move(session, newsroom, submission, Action.SEND_PROOF, actor, seen=seen, detail={"hash": piece.digest()})
    void(session, newsroom, submission)
    proof = Proof(
        submission_id=submission.id,
        revision_id=submission.revision.id,
        disclaimer_version_id=piece.notice.version_id if piece.notice else None,
        piece=to_json(piece),
        hash=piece.digest(),
        sent_at=newsroom.now(),
    )
    session.add(proof)
    session.flush()
    letters.queue_all(session, newsroom, "M9", submission)
    return proof


def void(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Make the standing proof, and with it every approval of it, void."""
    proof = current(session, submission)
    if proof is not None:
        proof.void_at = newsroom.now()


def missing_answers(newsroom: Newsroom, byline: Byline) -> tuple[str, ...]:
    """Return what an author still has to answer before the piece can run."""
    submission = byline.submission
    facts = Facts(
        sources=tuple(Source(**source) for source in submission.sources),
        allegation=submission.allegation,
        evidence=submission.allegation_evidence,
        asked=submission.allegation_asked,
    )
    interests = byline.interests
    statement = Statement(
        interests=None if interests is None else {key: (got["yes"], got["text"]) for key, got in interests.items()},
        ai_use=byline.ai_use,  # type: ignore[arg-type]  # the column's values are the type's
        exclusivity=byline.exclusivity,  # type: ignore[arg-type]  # the column's values are the type's
        terms_version=byline.terms_version,
    )
    return missing(facts, statement, newsroom.desk(submission.desk).terms_version)


def approve(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    piece_hash: str,
    *,
    seen: int | None = None,
    byline: Byline | None = None,
    evidence: str = "",
) -> None:
    """Approve a proof by its hash: an author for themselves, or the chief for one author, with written evidence.

    Raises Missing when the hash is not the standing proof's, when answers are still owed, or without evidence. The
    last author's approval moves the piece to approved.
    """
    proof = current(session, submission)
    if proof is None or proof.hash != piece_hash:
        raise Missing("The text has changed since this page was opened. Look at the new proof before you approve.")
    if actor.kind is Kind.AUTHOR:
        byline = byline_of(submission, actor)
        if missing_answers(newsroom, byline):
            raise Missing("A few answers are still missing. Give them on your page, then approve.")
    elif byline is None or byline not in submission.bylines or not evidence.strip():
        raise Missing("Approving for an author needs the author and written evidence: when and how did they agree?")
    given, needed = {approval.byline_id for approval in proof.approvals}, {each.id for each in submission.bylines}
    if byline.id in given:
        raise IllegalAction("This author has approved already. The others' approval is still awaited.")
    done = given | {byline.id} >= needed
    move(
        session,
        newsroom,
        submission,
        Action.APPROVE,
        actor,
        seen=seen,
        to=Status.APPROVED if done else Status.APPROVAL,
        text=evidence or None,
        detail={"hash": proof.hash, "byline": byline.id},
    )
    proof.approvals.append(
        Approval(
            byline_id=byline.id,
            hash=proof.hash,
            at=newsroom.now(),
            person_id=actor.id if actor.kind is Kind.PERSON else None,
            evidence=evidence[:500],
        )
    )


def request_changes(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, what: str) -> None:
    """Take an author's wish for changes: the proof is void, the piece is back with the editor."""
    byline_of(submission, actor)
    move(session, newsroom, submission, Action.REQUEST_CHANGES, actor, text=what)
    say(session, newsroom, submission, actor, what, "changes")
    _take_back(session, newsroom, submission)


def recall(session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, seen: int) -> None:
    """Take a proof back to go on editing. Approvals are void; a planned date is called off (M11u)."""
    move(session, newsroom, submission, Action.RECALL, actor, seen=seen)
    _take_back(session, newsroom, submission)


def _take_back(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    void(session, newsroom, submission)
    call_off(session, newsroom, submission)


def call_off(session: Session, newsroom: Newsroom, submission: Submission) -> None:
    """Take a planned date away and tell every author that it no longer stands (M11u); nothing where there is none."""
    at, zone = submission.publish_at, newsroom.desk(submission.desk).calendar.zone
    submission.publish_at = None
    if at is not None:
        for byline in submission.bylines:
            letters.queue(session, newsroom, "M11u", byline, {"date": when(at, zone, byline.locale)})
