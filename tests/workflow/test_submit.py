"""A proposal becomes a piece: which letter, which promise, what is sealed, and what a later answer voids."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake.domain.errors import Missing, NotAllowed, StaleVersion
from intake.domain.links import author_token
from intake.domain.proposal import AuthorDetails, Facts
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Byline, Submission
from intake.storage.tables import metadata
from intake.workflow import editing, proof, review, submit
from tests import factories
from tests.workflow.arrivals import codes

DETAILS = factories.proposal().author


def test_an_unconfirmed_form_gets_one_letter_and_no_promise(session: Session, newsroom: Newsroom) -> None:
    piece = submit.submit(session, newsroom, factories.proposal(), confirmed=False)
    assert (piece.status, piece.reply_by, codes(session)) == ("unconfirmed", None, ["M1"])


@pytest.mark.parametrize(("channel", "code"), [("form", "M3"), ("mail", "M2")])
def test_a_confirmed_piece_is_promised_at_once(session: Session, newsroom: Newsroom, channel: str, code: str) -> None:
    piece = submit.submit(session, newsroom, factories.proposal(channel=channel), confirmed=True)
    promised = newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert (piece.status, piece.reply_by, codes(session)) == ("received", promised, [code])


def test_the_same_form_sent_twice_is_one_piece(session: Session, newsroom: Newsroom) -> None:
    twice = [submit.submit(session, newsroom, factories.proposal(form_key="k"), confirmed=False).id for _ in range(2)]
    other = submit.submit(session, newsroom, factories.proposal(form_key="l"), confirmed=False).id
    assert twice[0] == twice[1] != other
    assert codes(session) == ["M1"]  # one confirmation a day to one address


def test_suspected_spam_is_spiked_without_a_letter(session: Session, newsroom: Newsroom) -> None:
    piece = submit.submit(session, newsroom, factories.proposal(suspected="too fast"), confirmed=False)
    assert (piece.status, piece.came_from, codes(session)) == ("spiked", "unconfirmed", [])


def test_two_pieces_of_one_address_have_one_author(session: Session, newsroom: Newsroom) -> None:
    first = factories.received(session, newsroom, address="huda@author.example")
    second = factories.received(session, newsroom, address="HUDA@Author.example")
    assert first.bylines[0].author_id == second.bylines[0].author_id


def test_an_author_confirms_once_and_the_promise_stays(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom)
    promised, version = piece.reply_by, piece.version
    factories.pass_time(newsroom, days=1)
    submit.confirm(session, newsroom, piece, factories.author(piece))
    assert (piece.reply_by, piece.version, codes(session)) == (promised, version, ["M1", "M3"])


def unconfirmed(session: Session, newsroom: Newsroom) -> Submission:
    return submit.submit(session, newsroom, factories.proposal(), confirmed=False)


def by_mail(session: Session, newsroom: Newsroom) -> Submission:
    return submit.submit(session, newsroom, factories.proposal(channel="mail"), confirmed=True)


@pytest.mark.parametrize("arrival", [unconfirmed, by_mail])
def test_only_an_editor_with_a_reason_confirms_for_an_author(
    session: Session, newsroom: Newsroom, editor: Actor, reader: Actor, arrival: object
) -> None:
    piece: Submission = arrival(session, newsroom)  # type: ignore[operator]  # one of the two above
    with pytest.raises(Missing):
        submit.confirm(session, newsroom, piece, editor, seen=piece.version, text="  ")
    with pytest.raises(StaleVersion):
        submit.confirm(session, newsroom, piece, editor, seen=piece.version + 1, text="She called.")
    session.flush()
    for nobody in (reader, replace(factories.author(piece), id=999)):
        with pytest.raises(NotAllowed):
            submit.confirm(session, newsroom, piece, nobody, seen=piece.version, text="She called.")
    assert piece.bylines[0].confirmed_at is None
    submit.confirm(session, newsroom, piece, editor, seen=piece.version, text="She called.")
    assert (piece.status, piece.bylines[0].confirmed_how) == ("received", "editor")


def pseudonymous() -> AuthorDetails:
    return replace(
        DETAILS,
        name="Zaynab Realname",
        other_spelling="زينب",
        phone="+218910000001",
        pseudonym="A Port Worker",
        pseudonym_reason="My employer would dismiss me for what I write here.",
        bio="The writer works at the port.",
    )


def test_a_real_name_is_in_no_table_in_clear(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece = factories.published(session, newsroom, chief, author=pseudonymous())
    session.flush()
    cells = [
        str(cell)
        for table in metadata.sorted_tables
        for row in session.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608  # our own table names
        for cell in row
    ]
    assert any("A Port Worker" in cell for cell in cells)
    for secret in ("Zaynab", "Realname", "زينب", "910000001"):
        assert [cell for cell in cells if secret in cell] == []
    sealed = piece.bylines[0].sealed
    assert sealed is not None
    assert newsroom.vault.open(sealed) == {"name": "Zaynab Realname", "phone": "+218910000001", "other": "زينب"}


def complete(session: Session, newsroom: Newsroom, piece: Submission, **changed: str) -> None:
    byline = piece.bylines[0]
    details = replace(DETAILS, name=byline.name, bio=byline.bio)
    submit.complete(
        session,
        newsroom,
        piece,
        factories.author(piece),
        replace(details, **changed),  # type: ignore[arg-type]  # tests name text fields
        Facts(allegation=False),
        factories.statement(),
    )


def proved(session: Session, newsroom: Newsroom, editor: Actor) -> Submission:
    piece = factories.accepted(session, newsroom, editor)
    proof.send(session, newsroom, piece, editor, piece.version)
    return piece


def test_an_answer_that_changes_what_is_printed_voids_the_proof(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = proved(session, newsroom, editor)
    complete(session, newsroom, piece, bio="Another line.")
    assert (piece.status, proof.current(session, piece)) == ("accepted", None)


def test_an_answer_that_prints_nothing_new_leaves_the_proof(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = proved(session, newsroom, editor)
    standing = proof.current(session, piece)
    complete(session, newsroom, piece, phone="+218911111111", city="Tripoli")
    assert (piece.status, proof.current(session, piece)) == ("approval", standing)


def test_a_piece_opened_again_can_be_completed_although_an_old_proof_stands(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = proved(session, newsroom, editor)
    review.withdraw(session, newsroom, piece, factories.author(piece))
    review.offer(session, newsroom, piece, editor, piece.version)
    review.answer_offer(session, newsroom, piece, factories.author(piece), yes=True)
    complete(session, newsroom, piece, bio="Another line.")
    assert (piece.status, proof.current(session, piece)) == ("in_review", None)


def test_completing_confirms_an_address_that_mail_left_open(session: Session, newsroom: Newsroom) -> None:
    piece = by_mail(session, newsroom)
    complete(session, newsroom, piece)
    assert piece.bylines[0].confirmed_at == newsroom.now()


def test_a_token_opens_its_own_piece_and_nothing_else(session: Session, newsroom: Newsroom) -> None:
    pieces = [factories.received(session, newsroom, address=f"a{number}@author.example") for number in range(3)]
    key = newsroom.key("author-links")
    for piece in pieces:
        found = submit.author_by_token(
            session, author_token(key, piece.bylines[0].id, piece.bylines[0].link_generation)
        )
        assert found == (piece, piece.bylines[0])
        assert submit.author_by_token(session, author_token(key, piece.bylines[0].id, 2)) is None
    assert submit.author_by_token(session, "x" * 32) is None


def test_no_stored_letter_opens_an_authors_page(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    factories.published(session, newsroom, chief)
    stored = " ".join(f"{letter.body} {letter.subject} {letter.link_url}" for letter in session.scalars(select(Letter)))
    for byline in session.scalars(select(Byline)):
        assert author_token(newsroom.key("author-links"), byline.id, byline.link_generation) not in stored
    assert "/a/" not in stored


def test_revisions_are_offered_and_taken_over_never_replaced(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    first = piece.revision
    offered = editing.revise(
        session, newsroom, piece, factories.author(piece), factories.text(headline="A second thought"), "shorter"
    )
    assert (piece.revision, piece.headline, offered.standing) == (first, first.headline, False)
    taken = editing.take_over(session, newsroom, piece, editor, offered, piece.version)
    assert (piece.revision, piece.headline, taken.number) == (taken, "A second thought", 3)
    assert [(r.number, r.headline, r.standing) for r in piece.revisions] == [
        (1, "Move the road and let the wall go", True),
        (2, "A second thought", False),
        (3, "A second thought", True),
    ]
    with pytest.raises(Missing):
        editing.take_over(session, newsroom, piece, editor, first, piece.version)
