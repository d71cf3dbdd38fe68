"""Opening a seal: who may, with what reason, and what it shows."""

import pytest

from intake.domain.errors import Missing, NotAllowed
from intake.domain.proposal import AuthorDetails
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.workflow import review
from tests import factories

SEALED = AuthorDetails(
    name="Real Name", address="a@author.example", phone="+218910000001", pseudonym="A clerk", pseudonym_reason="x" * 30
)


def test_a_seal_opens_for_a_chief_with_a_reason(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        chief = factories.person(session, newsroom)
        editor = factories.person(session, newsroom, Role.EDITOR)
        piece = factories.received(session, newsroom, author=SEALED)
        byline = piece.bylines[0].id
        with pytest.raises(NotAllowed):
            review.open_seal(session, newsroom, piece, editor, byline, "Curious.", piece.version)
        with pytest.raises(Missing):
            review.open_seal(session, newsroom, piece, chief, byline, "", piece.version)
        opened = review.open_seal(session, newsroom, piece, chief, byline, "A court asks.", piece.version)
        assert opened == {
            "name": "Real Name",
            "phone": "+218910000001",
            "other": "",
            "byline": str(byline),
            "address": "a@author.example",
        }


def test_an_open_name_has_no_seal(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        chief = factories.person(session, newsroom)
        piece = factories.received(session, newsroom)
        with pytest.raises(Missing):
            review.open_seal(session, newsroom, piece, chief, piece.bylines[0].id, "A court asks.", piece.version)
