"""The proof pins one exact text; only every author's yes to that very text counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed, StaleVersion
from intake.domain.roles import Actor, Kind, Role
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.publications import Approval, Proof
from intake.storage.submissions import Byline, Submission
from intake.workflow import editing, proof, publish, submit
from tests import factories
from tests.workflow.arrivals import codes


def proved(session: Session, newsroom: Newsroom, editor: Actor, **changed: object) -> tuple[Submission, Proof]:
    piece = factories.accepted(session, newsroom, editor, **changed)
    return piece, proof.send(session, newsroom, piece, editor, piece.version)


def second_author(session: Session, newsroom: Newsroom, piece: Submission) -> Actor:
    """Add a co-author, whose own way in is a later room's, and return them."""
    other = factories.received(session, newsroom, address="salma@author.example").bylines[0]
    byline = Byline(
        submission=piece,
        author=other.author,
        position=1,
        locale="en",
        name="Salma",
        link_hash="s" * 64,
        confirmed_at=newsroom.now(),
    )
    submit.write_statement(newsroom, byline, factories.statement())
    session.add(byline)
    session.flush()
    session.refresh(piece, ["bylines"])
    return submit.author_actor(byline)


def test_a_proof_pins_text_version_and_hash(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece, sent = proved(session, newsroom, editor)
    pinned = proof.pinned_piece(sent)
    assert (pinned.digest(), sent.revision_id, piece.status) == (sent.hash, piece.revision.id, "approval")
    assert pinned.notice is not None
    assert pinned.notice.version_id == sent.disclaimer_version_id
    assert proof.pin_holds(session, newsroom, piece, sent)
    assert codes(session)[-1] == "M9"


@pytest.mark.parametrize("field", ["name", "bio", "disclosure"])
def test_a_pin_sees_every_printed_line(session: Session, newsroom: Newsroom, editor: Actor, field: str) -> None:
    piece, sent = proved(session, newsroom, editor)
    setattr(piece.bylines[0], field, "changed")
    assert not proof.pin_holds(session, newsroom, piece, sent)


def test_an_author_approves_this_very_hash(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece, sent = proved(session, newsroom, editor)
    with pytest.raises(Missing):
        proof.approve(session, newsroom, piece, factories.author(piece), "0" * 64)
    assert (piece.status, list(session.scalars(select(Approval)))) == ("approval", [])
    proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)
    assert (piece.status, [a.hash for a in sent.approvals]) == ("approved", [sent.hash])


def test_the_hash_of_an_earlier_proof_is_stale(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece, first = proved(session, newsroom, editor)
    proof.recall(session, newsroom, piece, editor, piece.version)
    assert (piece.status, first.void_at) == ("accepted", newsroom.now())
    editing.edit(session, newsroom, piece, editor, factories.text(headline="Another headline"), piece.version)
    second = proof.send(session, newsroom, piece, editor, piece.version)
    with pytest.raises(Missing):
        proof.approve(session, newsroom, piece, factories.author(piece), first.hash)
    proof.approve(session, newsroom, piece, factories.author(piece), second.hash)
    assert piece.status == "approved"


def test_two_authors_are_both_needed_and_each_once(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.accepted(session, newsroom, editor)
    salma = second_author(session, newsroom, piece)
    sent = proof.send(session, newsroom, piece, editor, piece.version)
    proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)
    assert piece.status == "approval"
    with pytest.raises(IllegalAction):
        proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)
    proof.approve(session, newsroom, piece, salma, sent.hash)
    assert piece.status == "approved"


def test_an_approval_waits_for_the_missing_answers(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece, sent = proved(session, newsroom, editor, statement=factories.statement(ai_use=None))
    assert proof.missing_answers(newsroom, piece.bylines[0]) == ("ai",)
    with pytest.raises(Missing):
        proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)


def test_only_a_chief_approves_for_an_author_with_evidence(
    session: Session, newsroom: Newsroom, editor: Actor, chief: Actor
) -> None:
    piece, sent = proved(session, newsroom, editor)
    byline = piece.bylines[0]
    foreign = factories.received(session, newsroom, address="other@author.example").bylines[0]
    with pytest.raises(NotAllowed):
        proof.approve(
            session, newsroom, piece, editor, sent.hash, seen=piece.version, byline=byline, evidence="By phone."
        )
    for given, evidence in ((None, "By phone."), (byline, "  "), (foreign, "By phone.")):
        with pytest.raises(Missing):
            proof.approve(
                session, newsroom, piece, chief, sent.hash, seen=piece.version, byline=given, evidence=evidence
            )
    proof.approve(session, newsroom, piece, chief, sent.hash, seen=piece.version, byline=byline, evidence="By phone.")
    approval = session.scalars(select(Approval)).one()
    assert (piece.status, approval.person_id, approval.evidence) == ("approved", chief.id, "By phone.")


def test_a_stranger_and_a_stale_chief_approve_nothing(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece, sent = proved(session, newsroom, chief)
    with pytest.raises(NotAllowed):
        proof.approve(session, newsroom, piece, Actor(Kind.AUTHOR, id=999), sent.hash)
    with pytest.raises(StaleVersion):
        proof.approve(
            session,
            newsroom,
            piece,
            chief,
            sent.hash,
            seen=piece.version - 1,
            byline=piece.bylines[0],
            evidence="By phone.",
        )


def test_changes_asked_for_void_every_approval(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece, sent = proved(session, newsroom, editor)
    proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)
    with pytest.raises(Missing):
        proof.request_changes(session, newsroom, piece, factories.author(piece), "  ")
    assert piece.status == "approved"
    proof.request_changes(session, newsroom, piece, factories.author(piece), "The second paragraph.")
    assert (piece.status, proof.current(session, piece)) == ("accepted", None)


@pytest.mark.parametrize("who", ["editor", "author"])
def test_taking_back_a_planned_piece_calls_its_date_off(
    session: Session, newsroom: Newsroom, publisher: Actor, who: str
) -> None:
    piece = factories.approved(session, newsroom, publisher)
    publish.schedule(session, newsroom, piece, publisher, newsroom.now() + timedelta(days=2), piece.version)
    if who == "editor":
        proof.recall(session, newsroom, piece, publisher, piece.version)
    else:
        proof.request_changes(session, newsroom, piece, factories.author(piece), "Not on that day.")
    letter = session.scalars(select(Letter).where(Letter.code == "M11u")).one()
    assert (piece.status, piece.publish_at) == ("accepted", None)
    assert "Thursday 26 November" in letter.body


def test_a_new_role_does_not_open_another_desks_proof(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.accepted(session, newsroom, editor)
    stranger = factories.person(session, newsroom, Role.CHIEF, "Other Desk", desks=("rai",))
    with pytest.raises(NotAllowed):
        proof.send(session, newsroom, piece, stranger, piece.version)
    assert piece.status == "accepted"
