"""Letters are rows: their links are marks, their repeats are capped, and one that waits can be called back whole."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.letter import LINK_MARKS, LetterFault, fill, links_in
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.workflow import letters, review, submit
from tests import factories
from tests.workflow.arrivals import codes


def test_a_stored_link_is_a_mark_and_opens_the_page_once_filled(session: Session, newsroom: Newsroom) -> None:
    piece = submit.submit(session, newsroom, factories.proposal(), confirmed=False)
    byline = piece.bylines[0]
    letter = session.scalars(select(Letter)).one()
    assert links_in(letter.body) == ("link",)
    assert "http" not in letter.body + letter.subject + letter.link_url
    filled = fill(letter.body, letters.links_of(newsroom, letter, byline))
    token = filled.partition("/a/")[2].partition("/confirm")[0]
    assert submit.author_by_token(session, token) == (piece, byline)


def test_an_edited_letter_counts_as_a_persons_and_keeps_its_mark(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Sure?", piece.version, "Dear Huda, are you sure? {link}")
    letter = session.scalars(select(Letter).where(Letter.code == "M4")).one()
    assert (letter.body, letter.automatic) == (f"Dear Huda, are you sure? {LINK_MARKS['link']}", False)


def test_an_edited_letter_has_no_link_of_another_kind(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    with pytest.raises(LetterFault):
        review.ask(session, newsroom, piece, editor, "Sure?", piece.version, "Say {link_yes}")


def test_placeholders_typed_by_people_stay_what_they_are(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor, text=factories.text(headline="{link} {0.__class__}"))
    review.ask(session, newsroom, piece, editor, "Is {link} meant?", piece.version)
    letter = session.scalars(select(Letter).where(Letter.code == "M4")).one()
    assert "Is {link} meant?" in letter.body
    assert links_in(letter.body) == ("link",)


def test_the_cap_counts_one_address_kind_and_time(session: Session, newsroom: Newsroom) -> None:
    submit.submit(session, newsroom, factories.proposal(), confirmed=False)
    factories.pass_time(newsroom, hours=1)

    def lately(address: str, code: str, hours: float) -> int:
        return letters.recently(session, newsroom, (code,), address, timedelta(hours=hours))

    assert lately("huda@author.example", "M1", 2) == 1
    assert lately("huda@author.example", "M1", 1) == 0
    assert lately("huda@author.example", "M2", 2) == 0
    assert lately("other@author.example", "M1", 2) == 0


def waiting(session: Session, newsroom: Newsroom, editor: Actor) -> list[Letter]:
    piece = factories.in_review(session, newsroom, editor)
    queued = [letters.queue(session, newsroom, "M10", piece.bylines[0]) for _ in range(3)]
    for letter in queued:
        letter.due_at = newsroom.now() + timedelta(seconds=20)
    session.flush()
    return queued


def test_letters_that_wait_are_called_back(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    queued = waiting(session, newsroom, editor)
    assert letters.call_back(session, [letter.id for letter in queued[:2]], newsroom.now())
    session.expire_all()
    assert [letter.status for letter in queued] == ["cancelled", "cancelled", "queued"]


@pytest.mark.parametrize("how", ["sent", "leased", "due"])
def test_when_one_has_left_none_is_called_back(session: Session, newsroom: Newsroom, editor: Actor, how: str) -> None:
    queued = waiting(session, newsroom, editor)
    if how == "sent":
        queued[1].status = "sent"
    elif how == "leased":
        queued[1].leased_until = newsroom.now() + timedelta(minutes=5)
    else:
        queued[1].due_at = newsroom.now()
    session.flush()
    assert not letters.call_back(session, [letter.id for letter in queued], newsroom.now())
    session.expire_all()
    assert [letter.status for letter in queued] == ["queued", "sent" if how == "sent" else "queued", "queued"]


def test_an_author_is_written_to_in_their_language(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom, language="ar")
    assert [letter.locale for letter in session.scalars(select(Letter))] == ["ar", "ar"]
    assert codes(session, piece) == ["M1", "M3"]
    assert "بريد الميناء" in session.scalars(select(Letter.body).where(Letter.code == "M3")).one()


def test_a_letter_that_leads_nowhere_can_leave_too(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    # M6b, M7, M11, M13 and others name no page: they failed for good when the worker looked for one.
    piece = factories.in_review(session, newsroom, editor)
    review.decline(session, newsroom, piece, editor, piece.version, "no_room", reason_plain="We ran two this week.")
    letter = session.scalars(select(Letter).where(Letter.code == "M6b")).one()
    assert letters.links_of(newsroom, letter, piece.bylines[0]) == {}
    assert fill(letter.body, {}) == letter.body
