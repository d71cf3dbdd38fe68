"""Filing a piece: the day's cap on letters that strangers can trigger, sealed names, answers given later."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import NotAllowed
from intake.domain.proposal import AuthorDetails
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import review, submit
from intake.workflow.letters import author_link
from tests import factories
from tests.factories import StillClock

PEN: dict[str, Any] = {"pseudonym": "A Harbour Hand", "pseudonym_reason": "My family lives beside the port."}


def filed(session: Session, newsroom: Newsroom, address: str = "huda@author.example") -> Submission:
    return submit.submit(session, newsroom, factories.proposal(address=address), confirmed=False)


def confirmations(session: Session) -> list[str]:
    return list(session.scalars(select(Letter.to_address).where(Letter.code == "M1").order_by(Letter.id)))


def test_one_address_gets_one_confirmation_a_day_and_every_piece_is_filed(newsroom: Newsroom) -> None:
    clock = newsroom.clock
    assert isinstance(clock, StillClock)
    with newsroom.transaction() as session:
        pieces = [filed(session, newsroom), filed(session, newsroom), filed(session, newsroom, "other@author.example")]
        assert [piece.status for piece in pieces] == ["unconfirmed"] * 3
        assert confirmations(session) == ["huda@author.example", "other@author.example"]
        clock.move(hours=25)
        filed(session, newsroom)
        assert confirmations(session)[2:] == ["huda@author.example"]


def test_an_address_is_known_once_its_author_confirmed_it(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        piece = filed(session, newsroom)
        assert not submit.is_known(session, "huda@author.example")
        submit.confirm(session, newsroom, piece, factories.author(piece))
        session.flush()
        assert submit.is_known(session, "huda@author.example")


def test_what_is_left_empty_beside_a_pen_name_stays_sealed(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        byline = filed(session, newsroom).bylines[0]
        real = AuthorDetails(name="Huda Mansouri", address="huda@author.example", phone="+218912345678", **PEN)
        submit.write_details(newsroom, byline, real)
        hidden = AuthorDetails(name="", address="huda@author.example", phone="+218911111111", **PEN)
        submit.write_details(newsroom, byline, hidden)
        assert byline.sealed is not None
        known = newsroom.vault.open(byline.sealed)
        assert (known["name"], known["phone"]) == ("Huda Mansouri", "+218911111111")
        assert (byline.name, byline.phone) == ("A Harbour Hand", "")


def test_giving_up_the_pen_name_opens_no_seal(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        byline = filed(session, newsroom).bylines[0]
        submit.write_details(newsroom, byline, AuthorDetails(name="Huda", address="huda@author.example", **PEN))
        submit.write_details(newsroom, byline, AuthorDetails(name="Huda M.", address="huda@author.example"))
        assert (byline.name, byline.sealed, byline.pseudonym_reason) == ("Huda M.", None, None)


@pytest.mark.parametrize("by_author", [True, False])
def test_nobody_says_yes_to_an_offer_of_their_own(newsroom: Newsroom, by_author: bool) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.received(session, newsroom)
        author = factories.author(piece)
        review.withdraw(session, newsroom, piece, author)
        one, other = (author, editor) if by_author else (editor, author)
        review.offer(session, newsroom, piece, one, piece.version)
        with pytest.raises(NotAllowed):
            review.answer_offer(session, newsroom, piece, one, yes=True, seen=piece.version)
        review.answer_offer(session, newsroom, piece, other, yes=True, seen=piece.version)
        assert piece.status == "in_review"


@pytest.mark.sqlite  # it gives a number again by itself; elsewhere a restored backup does
def test_the_link_of_a_piece_that_is_gone_opens_no_other_with_its_number(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        byline = filed(session, newsroom).bylines[0]
        link = author_link(newsroom, byline)
        number = byline.id
        session.delete(byline)
        session.flush()
        other = filed(session, newsroom).bylines[0]
        assert other.id == number
        assert author_link(newsroom, other) != link
        assert submit.author_by_token(session, link.rpartition("/")[2]) is None
