"""The lost link: sent only to the address on file, and nobody learns who wrote what."""

import pytest
from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.workflow.submit import LINKS_A_DAY
from tests import factories
from tests.web.author.visitor import Visitor, told


def sent(newsroom: Newsroom) -> list[str]:
    with newsroom.reading() as session:
        return list(session.scalars(select(Letter.to_address).where(Letter.code == "Ml")))


def ask(visitor: Visitor, email: str, ref: str) -> str:
    page = visitor.send(visitor.open("/write/link"), email=email, ref=ref)
    assert page.status_code == 200
    return page.text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("shape", ["{}", "[{}]", " {} ", "lower", "bare"])
def test_the_link_goes_to_the_address_on_file(visitor: Visitor, newsroom: Newsroom, shape: str) -> None:
    visitor.a_piece(factories.received)
    ref = visitor.pieces()[0].ref
    shapes = {"lower": ref.lower(), "bare": ref.removeprefix("OP-")}
    ask(visitor, "Huda@Author.example", shapes.get(shape) or shape.format(ref))
    assert sent(newsroom) == ["huda@author.example"]


def test_the_answer_is_the_same_whatever_is_asked(visitor: Visitor, newsroom: Newsroom) -> None:
    visitor.a_piece(factories.received)
    ref = visitor.pieces()[0].ref
    right = ask(visitor, "huda@author.example", ref)
    assert ask(visitor, "other@author.example", ref) == right
    assert ask(visitor, "huda@author.example", "OP-AAAAAA") == right
    assert sent(newsroom) == ["huda@author.example"]


def test_a_stranger_cannot_flood_an_author(visitor: Visitor, newsroom: Newsroom) -> None:
    visitor.a_piece(factories.received)
    for _time in range(LINKS_A_DAY + 2):
        ask(visitor, "huda@author.example", visitor.pieces()[0].ref)
    assert len(sent(newsroom)) == LINKS_A_DAY


def test_both_are_needed(visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/write/link"))
    assert page.status_code == 422
    assert told(page) == [
        "Write the address you sent the piece from.",
        "Write the reference of your piece, such as OP-7K2M9Q.",
    ]
