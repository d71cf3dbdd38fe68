"""The proof: exactly what will be printed, approved by its hash, and only when nothing is owed."""

from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake.domain.proposal import Statement
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.publications import Proof
from intake.storage.submissions import Submission
from intake.workflow import proof, review, submit
from tests import factories
from tests.factories import StillClock
from tests.web.author.visitor import Visitor, answers, told


@pytest.fixture
def editor(newsroom: Newsroom) -> Actor:
    with newsroom.transaction() as session:
        return factories.person(session, newsroom)


def proved(session: Any, newsroom: Newsroom, editor: Actor, language: str = "en", **changed: Any) -> Submission:
    piece = submit.submit(session, newsroom, factories.proposal(language, **changed), confirmed=True)
    review.claim(session, newsroom, piece, editor, piece.version)
    review.accept(session, newsroom, piece, editor, piece.version)
    piece.bylines[0].disclosure = "The port paid the author."
    proof.send(session, newsroom, piece, editor, piece.version)
    assert isinstance(newsroom.clock, StillClock)
    newsroom.clock.move(minutes=1)
    return piece


def the_piece(visitor: Visitor) -> Submission:
    return visitor.pieces()[-1]


def printed(page: TestResponse, part: str) -> str:
    found: Any = html.fromstring(page.text).xpath(f"//article//*[contains(@class, 'article-{part}')]")
    assert len(found) == 1
    return " ".join(found[0].text_content().split())


@pytest.mark.parametrize(
    ("language", "label", "explained"),
    [("en", "Opinion", "editorial policy of The Harbour Post"), ("ar", "رأي", "سياسة التحرير في بريد الميناء")],
)
def test_the_page_shows_what_will_be_printed(
    visitor: Visitor, editor: Actor, language: str, label: str, explained: str
) -> None:
    page = visitor.open(visitor.a_piece(proved, editor, language) + "/proof")
    text = factories.text(language)
    assert printed(page, "label") == label
    assert printed(page, "headline") == text.headline
    assert printed(page, "names") == factories.proposal(language).author.name
    assert printed(page, "bio") == factories.proposal(language).author.bio
    assert printed(page, "body") == text.body_text.replace("\n\n", "")
    assert printed(page, "disclosure").endswith("The port paid the author.")
    assert explained in printed(page, "explainer")


def test_the_proof_tells_of_a_withheld_name(visitor: Visitor, editor: Actor) -> None:
    whole = factories.proposal().author
    pen = replace(whole, pseudonym="A dock worker", pseudonym_reason="My employer would dismiss me for it.")
    page = visitor.open(visitor.a_piece(proved, editor, author=pen) + "/proof")
    note = "The Harbour Post knows the author's identity and withholds it for the author's safety."
    assert printed(page, "note") == note


def test_the_author_approves_this_very_text(visitor: Visitor, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    answer = visitor.send(visitor.open(link + "/proof"), to="/proof")
    assert (answer.status_code, the_piece(visitor).status) == (303, "approved")
    page = visitor.open(link + "/proof").text
    assert "You approved this text." in page
    assert "I approve this text" not in page


def test_another_hash_is_refused(visitor: Visitor, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    answer = visitor.send(visitor.open(link + "/proof"), to="/proof", hash="0" * 64)
    assert (answer.status_code, the_piece(visitor).status) == (422, "approval")
    assert "The text has changed since this page was opened." in answer.text
    assert "<title>Error: " in answer.text


def test_a_page_opened_before_a_new_proof_approves_nothing(visitor: Visitor, newsroom: Newsroom, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    old = visitor.open(link + "/proof")
    with newsroom.transaction() as session:
        piece = session.merge(the_piece(visitor))
        proof.recall(session, newsroom, piece, editor, piece.version)
        piece.bylines[0].bio = "She builds harbours."
        proof.send(session, newsroom, piece, editor, piece.version)
    assert visitor.send(old, to="/proof").status_code == 422
    assert the_piece(visitor).status == "approval"


def test_what_is_owed_comes_before_the_approval(visitor: Visitor, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor, statement=Statement())
    page = visitor.open(link + "/proof")
    assert "disabled" in page.text.split("I approve this text")[0].rsplit("<button", 1)[1]
    forced = visitor.send(page, to="/proof")
    assert (forced.status_code, the_piece(visitor).status) == (422, "approval")
    given = {key: value for key, value in answers().items() if "-" in key or key in ("ai_use", "exclusivity", "terms")}
    details = visitor.open(link + "/details?to=proof")
    assert 'name="bio"' not in details.text, "what is printed about the author is not asked while a proof is out"
    back = visitor.send(details, to="/details", disclosure="The port paid the author.", **given)
    assert (back.status_code, back.headers["Location"]) == (303, link + "/proof"), told(back)
    assert visitor.send(visitor.open(link + "/proof"), to="/proof").status_code == 303
    assert the_piece(visitor).status == "approved"


def test_a_changed_disclosure_sends_the_piece_back(visitor: Visitor, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    back = visitor.send(visitor.open(link + "/details"), to="/details", disclosure="Nobody paid.", terms="y")
    assert back.status_code == 303, told(back)
    assert the_piece(visitor).status == "accepted"


def test_changes_are_asked_for_in_words(visitor: Visitor, newsroom: Newsroom, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    page = visitor.open(link + "/proof")
    silent = visitor.send(page, to="/changes", words="")
    assert (silent.status_code, told(silent)) == (422, ["Write something first."])
    visitor.send(page, to="/changes", words="It was seven, not six.")
    assert the_piece(visitor).status == "accepted"
    with newsroom.reading() as session:
        assert session.scalars(select(Proof.void_at)).one() is not None
    assert "It was seven, not six." in visitor.open(link).text
    assert "There is no proof to read" in visitor.open(link + "/proof").text


def test_the_approval_proves_the_address(visitor: Visitor, newsroom: Newsroom, editor: Actor) -> None:
    link = visitor.a_piece(proved, editor)
    visitor.send(visitor.open(link + "/proof"), to="/proof")
    with newsroom.reading() as session:
        assert session.merge(the_piece(visitor)).bylines[0].confirmed_how == "link"
