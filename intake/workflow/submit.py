"""A proposal becomes a piece: by form or by mail, confirmed or not, completed later by its author.

It reads no mail and no form; both hand it a ``Proposal``.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intake.domain.addresses import normalise_address
from intake.domain.errors import Missing
from intake.domain.links import author_token, token_hash
from intake.domain.proposal import AuthorDetails, Facts, Proposal, Statement
from intake.domain.roles import Actor, Kind
from intake.domain.states import Action, Status, legal
from intake.manuscripts.beside import without_names
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import Letter
from intake.storage.submissions import Author, Byline, Revision, Submission
from intake.storage.turns import Turn, take_turn, take_turns
from intake.workflow import letters, proof, repeating
from intake.workflow.promise import promise
from intake.workflow.transition import byline_of, move, permit, refuse_stale

REF_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DAY = timedelta(days=1)
_BY_REF = select(Submission.ref).where(Submission.ref.in_(bindparam("refs", expanding=True)))
_BY_ADDRESS = select(Author).where(Author.address.in_(bindparam("addresses", expanding=True)))
RECEIPTS_A_DAY = 5
"""Receipts of pieces that come by mail to one address: whoever forges a sender cannot flood it."""
LINKS_A_DAY = 3
"""How often a day the link to a piece is sent again to one address: strangers can ask for it too."""


def submit(
    session: Session,
    newsroom: Newsroom,
    proposal: Proposal,
    *,
    confirmed: bool,
    in_reply_to: str = "",
    silent: bool = False,
) -> Submission:
    """File a proposal as a piece and return it.

    ``confirmed`` tells whether the address counts as the author's already, or mail's rule lets the piece into the
    queue at once. Effects: submission, first revision, byline, author when new; a promise when it is received; audit
    entry; M2 (mail), M3 (confirmed form), or M1 (unconfirmed form) and M1m (mail). But for M3 they are not repeated
    beyond the day's cap for one address, so that strangers cannot flood it: the piece is filed all the same, its
    reminder goes out later, and its author can ask for the link. The same ``form_key`` again returns the first piece.
    A text that nearly repeats an open piece of its author's becomes a piece all the same, and names that one.
    ``in_reply_to`` is the Message-ID that the letter answers, where a mail brought the piece; ``silent`` forbids one.
    """
    if proposal.form_key:
        take_turn(session, Turn.FORM, proposal.form_key)
        twin = session.scalar(select(Submission).where(Submission.form_key == proposal.form_key))
        if twin is not None:
            return twin
    # What is looked up comes first, and what is made is written at once: each flush in between costs filed mail dear.
    address = normalise_address(proposal.author.address)
    ref, author = free_refs(session, 1)[0], authors(session, [address]).get(address)
    repeated = repeating.repeated(session, newsroom, author, proposal.desk, proposal.text)
    draft = begin(session, newsroom, proposal, ref, author, confirmed=confirmed, repeated=repeated)
    session.flush()
    finish(session, newsroom, draft, in_reply_to=in_reply_to, silent=silent)
    return draft.byline.submission


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece in the session whose rows have no numbers before the next flush. ``unknown``: its author is new."""

    proposal: Proposal
    byline: Byline
    unknown: bool


def begin(
    session: Session,
    newsroom: Newsroom,
    proposal: Proposal,
    ref: str,
    author: Author | None,
    *,
    confirmed: bool,
    repeated: str | None,
) -> Draft:
    """Put a piece's rows into the session, and its author's when there is none; asks and writes nothing.

    The caller holds the turn of the author's address, flushes, and then calls ``finish``. ``repeated`` is the reference
    of the piece that this one nearly repeats.
    """
    submission = _new(session, newsroom, proposal, ref)
    submission.repeats = repeated
    submission.status = (Status.RECEIVED if confirmed else Status.UNCONFIRMED).value
    if proposal.suspected:
        submission.status, submission.came_from = Status.SPIKED.value, submission.status
    if confirmed:
        promise(newsroom, submission)
    writer = author or _new_author(session, newsroom, proposal.author)
    return Draft(proposal, _first_byline(session, newsroom, submission, writer, proposal), unknown=author is None)


def finish(session: Session, newsroom: Newsroom, draft: Draft, *, in_reply_to: str, silent: bool) -> Letter | None:
    """Give a piece that has its numbers what needs them: secret link, audit entry and letter, which is returned."""
    proposal, byline = draft.proposal, draft.byline
    submission = byline.submission
    byline.link_hash = token_hash(author_token(newsroom.key("author-links"), byline.id, byline.link_generation))
    append(
        session,
        at=newsroom.now(),
        actor_kind=Kind.AUTHOR.value,
        actor_id=byline.id,
        action=Action.SUBMIT.value,
        submission_id=submission.id,
        to_status=submission.status,
        version=submission.version,
        reason_code=proposal.suspected,
        detail={"channel": proposal.channel, "desk": proposal.desk},
        later=True,
    )
    if proposal.suspected or silent:
        return None
    return _acknowledge(session, newsroom, byline, in_reply_to, unknown=draft.unknown)


def _new(session: Session, newsroom: Newsroom, proposal: Proposal, ref: str) -> Submission:
    text, facts = proposal.text, proposal.facts
    submission = Submission(
        ref=ref,
        desk=proposal.desk,
        language=proposal.language,
        channel=proposal.channel,
        version=1,
        created_at=newsroom.now(),
        changed_at=newsroom.now(),
        headline=text.headline,
        words=text.words,
        suspected=proposal.suspected,
        form_key=proposal.form_key,
    )
    _write_facts(submission, facts)
    submission.revisions.append(
        Revision(
            number=1,
            made_by="author",
            standing=True,
            headline=text.headline,
            standfirst=text.standfirst,
            body_html=text.body_html,
            body_text=text.body_text,
            words=text.words,
            beside=_beside(proposal),
            created_at=newsroom.now(),
        )
    )
    session.add(submission)
    return submission


def _beside(proposal: Proposal) -> dict[str, Any] | None:
    if not proposal.beside:
        return None
    return without_names(proposal.beside) if proposal.author.pseudonym else dict(proposal.beside)


def free_refs(session: Session, count: int) -> list[str]:
    """Return so many references that no piece has, each once."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {"OP-" + "".join(secrets.choice(REF_LETTERS) for _ in range(6)) for _ in range(count - len(free))}
        free |= drawn - set(session.scalars(_BY_REF, {"refs": list(drawn)}))
    return list(free)


def _first_byline(
    session: Session, newsroom: Newsroom, submission: Submission, author: Author, proposal: Proposal
) -> Byline:
    byline = Byline(
        submission=submission, author=author, position=0, locale=proposal.author.locale, name="", link_hash=""
    )
    # Numbers of rows can come again, after a purge (SQLite) or a restore: an old link must not open another's piece.
    byline.link_generation = secrets.randbelow(2**30) + 1
    byline.link_hash = secrets.token_hex(32)  # stands in until the row has the id that the link is derived from
    write_details(newsroom, byline, proposal.author)
    write_statement(newsroom, byline, proposal.statement)
    session.add(byline)
    return byline


def authors(session: Session, addresses: Collection[str]) -> dict[str, Author]:
    """Return the authors that these addresses have, by address; the turn of each, known or not, is the caller's."""
    take_turns(session, Turn.ADDRESS, addresses)
    return {author.address: author for author in session.scalars(_BY_ADDRESS, {"addresses": list(addresses)})}


def _new_author(session: Session, newsroom: Newsroom, details: AuthorDetails) -> Author:
    author = Author(address=normalise_address(details.address), locale=details.locale, created_at=newsroom.now())
    session.add(author)
    return author


def write_details(newsroom: Newsroom, byline: Byline, details: AuthorDetails) -> None:
    """Write who an author is onto a byline; with a pseudonym the real name and phone are sealed, not stored.

    With a pseudonym, what is left empty (name, phone, other spelling) keeps what was sealed before: the author's page
    never shows it, so it cannot be handed in again.
    """
    byline.name = details.pseudonym or details.name
    byline.pseudonym_reason = details.pseudonym_reason if details.pseudonym else None
    kept, before, byline.sealed = details, byline.sealed, None
    if details.pseudonym:
        record = {"name": details.name, "phone": details.phone, "other": details.other_spelling}
        if before is not None:
            known = newsroom.vault.open(before)
            record = {key: value or known.get(key, "") for key, value in record.items()}
        byline.sealed = newsroom.vault.seal(record)
        kept = replace(details, phone="", other_spelling="")
    for name in ("other_spelling", "phone", "contact_otherwise", "city", "country"):
        setattr(byline, name, getattr(kept, name))
    for name in ("role", "organisation", "role_page", "bio"):
        setattr(byline, name, getattr(kept, name))
    byline.earlier_works = list(details.earlier_works)


def write_statement(newsroom: Newsroom, byline: Byline, statement: Statement) -> None:
    """Write what an author declares onto a byline, and when the terms were agreed to."""
    if statement.interests is None:
        byline.interests = None
    else:
        byline.interests = {key: {"yes": yes, "text": text} for key, (yes, text) in statement.interests.items()}
    byline.disclosure = statement.disclosure
    byline.ai_use, byline.ai_tool = statement.ai_use, statement.ai_tool
    byline.exclusivity, byline.exclusivity_where = statement.exclusivity, statement.exclusivity_where
    if statement.terms_version != byline.terms_version:
        byline.terms_version = statement.terms_version
        byline.terms_at = newsroom.now() if statement.terms_version else None


def _write_facts(submission: Submission, facts: Facts) -> None:
    submission.why_now, submission.useless_after = facts.why_now, facts.useless_after
    submission.sources = [{"claim": source.claim, "link": source.link} for source in facts.sources]
    submission.allegation, submission.allegation_evidence = facts.allegation, facts.evidence
    submission.allegation_asked = facts.asked


def _acknowledge(
    session: Session, newsroom: Newsroom, byline: Byline, in_reply_to: str, *, unknown: bool
) -> Letter | None:
    """Queue the letter that says it is here. ``unknown``: the address has none of ours yet, so none is counted."""
    submission, address = byline.submission, byline.author.address
    if submission.state is Status.UNCONFIRMED:
        return ask_to_confirm(session, newsroom, byline, in_reply_to=in_reply_to)
    if submission.channel != "mail":
        return letters.queue(session, newsroom, "M3", byline, in_reply_to=in_reply_to)
    if unknown or letters.recently(session, newsroom, ("M2",), address, DAY) < RECEIPTS_A_DAY:
        return letters.queue(session, newsroom, "M2", byline, in_reply_to=in_reply_to)
    return None


def ask_to_confirm(
    session: Session, newsroom: Newsroom, byline: Byline, *, in_reply_to: str | None = None
) -> Letter | None:
    """Ask an author to confirm the address (M1; M1m for mail, without words of the sender's), within the day's cap."""
    most = newsroom.settings.limits.confirmations_a_day
    if letters.recently(session, newsroom, ("M1", "M1m"), byline.author.address, DAY) < most:
        code = "M1m" if byline.submission.channel == "mail" else "M1"
        return letters.queue(session, newsroom, code, byline, in_reply_to=in_reply_to)
    return None


def confirm(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    *,
    seen: int | None = None,
    text: str | None = None,
) -> None:
    """Confirm a piece's address: by its author on the page, or by an editor with a written reason (``text``).

    Effects: the byline and its author count as confirmed; an unconfirmed piece is received, gets a fresh promise, and
    M3 tells it. A piece that mail brought into the queue already keeps its promise.
    """
    byline = byline_of(submission, actor) if actor.kind is Kind.AUTHOR else submission.bylines[0]
    if actor.kind is Kind.PERSON and not (text or "").strip():
        raise Missing("Confirming for an author needs a written reason: how do you know the address is theirs?")
    if submission.state is Status.UNCONFIRMED:
        promise(newsroom, submission)
        move(session, newsroom, submission, Action.CONFIRM, actor, seen=seen, text=text)
        mark_confirmed(newsroom, byline, actor)
        letters.queue(session, newsroom, "M3", byline)
    elif byline.confirmed_at is None:
        refuse_stale(submission, actor, seen)
        permit(submission, Action.CONFIRM, actor, text)
        mark_confirmed(newsroom, byline, actor)
        _note(session, newsroom, submission, actor, "confirm_address", text)


def mark_confirmed(newsroom: Newsroom, byline: Byline, actor: Actor) -> None:
    """Note that the address is the author's, and how that is known: by the software's act, its domain proves it."""
    byline.confirmed_at = byline.author.confirmed_at = newsroom.now()
    byline.confirmed_how = {Kind.AUTHOR: "link", Kind.PERSON: "editor", Kind.SYSTEM: "dmarc"}[actor.kind]


def complete(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    details: AuthorDetails,
    facts: Facts,
    statement: Statement,
) -> None:
    """Write the answers an author gives after the piece came in. The address stays the one it came from.

    Answering on the secret page confirms the address (see ``confirm``). When a proof is out and the answers change
    what it prints (byline, bio, disclosure), it is void and the piece goes back to the editor.
    """
    byline = byline_of(submission, actor)
    confirm(session, newsroom, submission, actor)
    move(session, newsroom, submission, Action.COMPLETE, actor)
    write_details(newsroom, byline, details)
    if details.pseudonym:  # its document named whoever wrote it
        for revision in submission.revisions:
            revision.beside = without_names(revision.beside) if revision.beside else None
    write_statement(newsroom, byline, statement)
    _write_facts(submission, facts)
    pinned = proof.current(session, submission)
    if pinned is None or proof.pin_holds(session, newsroom, submission, pinned):
        return
    if legal(submission.state, Action.REQUEST_CHANGES):
        proof.request_changes(session, newsroom, submission, actor, "The answers changed what is printed.")
    else:  # a proof from before the piece was closed and opened again
        proof.void(session, newsroom, submission)


def _note(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, action: str, text: str | None
) -> None:
    append(
        session,
        at=newsroom.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action,
        submission_id=submission.id,
        from_status=submission.status,
        to_status=submission.status,
        version=submission.version,
        text=text,
    )


def send_link_again(session: Session, newsroom: Newsroom, ref: str, address: str) -> None:
    """Queue the letter with an author's secret link (Ml) when reference and address belong together, else nothing.

    It goes only to the address on file, and at most ``LINKS_A_DAY`` times. The caller learns nothing from it, so that
    nobody can find out who wrote what.
    """
    query = select(Byline).join(Submission).join(Author).where(Submission.ref == ref, Author.address == address)
    byline = session.scalar(query)
    if byline is None or byline.submission.state in (Status.SPIKED, Status.PURGED):
        return
    if letters.recently(session, newsroom, ("Ml",), address, DAY) < LINKS_A_DAY:
        letters.queue(session, newsroom, "Ml", byline)


def is_known(session: Session, address: str) -> bool:
    """Tell whether an address was confirmed by its author before: a piece from it need not be confirmed again."""
    return session.scalar(select(Author.confirmed_at).where(Author.address == address)) is not None


def author_actor(byline: Byline) -> Actor:
    """Return the actor that the holder of a byline's secret link is."""
    return Actor(Kind.AUTHOR, id=byline.id, name=byline.name, address=byline.author.address)


def author_by_token(session: Session, token: str) -> tuple[Submission, Byline] | None:
    """Return the piece and byline that a secret link's token opens, or nothing."""
    byline = session.scalar(select(Byline).where(Byline.link_hash == token_hash(token)))
    return (byline.submission, byline) if byline is not None else None
