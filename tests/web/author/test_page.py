"""The page behind the secret link: what it shows in each state, and what its buttons do."""

from typing import Any

import pytest

from intake.domain.proposal import Statement
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.submissions import Submission
from intake.workflow import editing, review, submit
from tests import factories
from tests.factories import StillClock
from tests.web.author.visitor import Visitor, answers, body, told

PAGES = ("", "/confirm", "/proof", "/extension", "/offer", "/withdraw", "/changes", "/revise", "/details")
WRONG = "/a/" + "A" * 32


@pytest.fixture
def editor(newsroom: Newsroom) -> Actor:
    with newsroom.transaction() as session:
        return factories.person(session, newsroom)


def the_piece(visitor: Visitor) -> Submission:
    return visitor.pieces()[-1]


def unconfirmed(session: Any, newsroom: Newsroom, **changed: Any) -> Submission:
    return submit.submit(session, newsroom, factories.proposal(**changed), confirmed=False)


def by_mail(session: Any, newsroom: Newsroom, language: str = "en") -> Submission:
    changed: dict[str, Any] = {"channel": "mail", "statement": Statement()}
    return submit.submit(session, newsroom, factories.proposal(language, **changed), confirmed=True)


@pytest.mark.parametrize("page", PAGES)
def test_wrong_and_revoked_links_open_the_same_nothing(visitor: Visitor, newsroom: Newsroom, page: str) -> None:
    link = visitor.a_piece(factories.received)
    with newsroom.transaction() as session:
        byline = session.merge(the_piece(visitor)).bylines[0]
        byline.link_generation, byline.link_hash = 2, "0" * 64
    revoked, wrong = visitor.open(link + page, 404), visitor.open(WRONG + page, 404)
    assert revoked.text.replace(link, "") == wrong.text.replace(WRONG, "")
    assert {name: revoked.headers[name] for name in ("Referrer-Policy", "Cache-Control")} == {
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_opening_a_page_changes_nothing(visitor: Visitor, newsroom: Newsroom, page: str, language: str) -> None:
    link = visitor.a_piece(unconfirmed, language=language)
    with newsroom.reading() as session:
        before = session.query(AuditEntry).count()
    opened = visitor.open(link + page)
    assert f'<html lang="{language}"' in opened.text
    assert len(opened.data) < 60_000
    with newsroom.reading() as session:
        piece = session.merge(the_piece(visitor))
        assert (piece.status, piece.version, piece.bylines[0].confirmed_at) == ("unconfirmed", 1, None)
        assert session.query(AuditEntry).count() == before


def test_the_button_confirms(visitor: Visitor) -> None:
    link = visitor.a_piece(unconfirmed)
    answer = visitor.send(visitor.open(link + "/confirm"), to="/confirm")
    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    assert the_piece(visitor).status == "received"
    page = visitor.open(link)
    assert "Your address is confirmed." in page.text
    assert "Sunday 29 November" in page.text, "the promise, in the desk's working days"
    assert "Tripoli" in page.text
    assert the_piece(visitor).ref in page.text


def test_a_question_is_answered_on_the_page(visitor: Visitor, newsroom: Newsroom, editor: Actor) -> None:
    link = visitor.a_piece(factories.in_review, editor)
    with newsroom.transaction() as session:
        piece = session.merge(the_piece(visitor))
        review.note(session, newsroom, piece, editor, "Internal: is she the minister's niece?", piece.version)
        review.ask(session, newsroom, piece, editor, "Who paid for the survey?", piece.version)
    during_undo = visitor.open(link).text
    assert "An editor is reading your piece." in during_undo
    assert "Who paid for the survey?" not in during_undo
    assert isinstance(newsroom.clock, StillClock)
    newsroom.clock.move(seconds=30)
    page = visitor.open(link)
    assert page.text.count("Who paid for the survey?") == 2
    assert "minister" not in page.text
    empty = visitor.send(page, to="/words", words=" ")
    assert (empty.status_code, told(empty)) == (422, ["Write something first."])
    answer = visitor.send(page, to="/words", words="The town did.")
    assert answer.status_code == 303
    assert the_piece(visitor).status == "in_review"
    assert "The town did." in visitor.open(link).text


def test_a_message_reaches_the_thread(visitor: Visitor) -> None:
    link = visitor.a_piece(factories.received)
    visitor.send(visitor.open(link), to="/words", words="The vote was moved.")
    assert "The vote was moved." in visitor.open(link).text
    assert the_piece(visitor).status == "received"


@pytest.mark.parametrize("why", ["withdrawn", "placed_elsewhere"])
def test_one_click_takes_the_piece_back_and_it_can_be_offered_again(
    visitor: Visitor, newsroom: Newsroom, why: str
) -> None:
    link = visitor.a_piece(factories.received)
    visitor.send(visitor.open(link + "/withdraw"), why, to="/withdraw")
    assert the_piece(visitor).status == "withdrawn"
    with newsroom.reading() as session:
        assert session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().reason_code == why  # type: ignore[union-attr]
    visitor.send(visitor.open(link + "/offer"), "again", to="/offer")
    assert the_piece(visitor).status == "offered"
    page = visitor.open(link + "/offer")
    assert "Yes, it is free" not in page.text, "nobody takes an offer of their own"
    token = visitor.client.get(link).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    own = visitor.client.post(link + "/offer", data={"csrf_token": token, "answer": "yes"})
    assert (own.status_code, the_piece(visitor).status) == (403, "offered")


@pytest.mark.parametrize(("answer", "status"), [("yes", "in_review"), ("no", "declined")])
def test_the_desk_asks_whether_a_piece_is_free(
    visitor: Visitor, newsroom: Newsroom, editor: Actor, answer: str, status: str
) -> None:
    link = visitor.a_piece(factories.in_review, editor)
    with newsroom.transaction() as session:
        piece = session.merge(the_piece(visitor))
        review.decline(session, newsroom, piece, editor, piece.version, "no_room")
        review.offer(session, newsroom, piece, editor, piece.version)
    assert "Is it still free?" in visitor.open(link).text
    visitor.send(visitor.open(link + "/offer"), answer, to="/offer")
    assert the_piece(visitor).status == status


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_more_time_needs_the_authors_yes(visitor: Visitor, newsroom: Newsroom, editor: Actor, answer: str) -> None:
    link = visitor.a_piece(factories.in_review, editor)
    with newsroom.transaction() as session:
        piece = session.merge(the_piece(visitor))
        assert piece.reply_by is not None
        promised, until = piece.reply_by, piece.reply_by.replace(day=30)
        review.ask_extension(session, newsroom, piece, editor, until, piece.version)
    page = visitor.open(f"{link}/extension?answer={answer}")
    assert the_piece(visitor).reply_by == promised, "the link decides nothing"
    visitor.send(page, answer, to="/extension")
    assert the_piece(visitor).reply_by == (until if answer == "yes" else promised)


def test_a_new_version_is_offered_and_replaces_nothing(visitor: Visitor, newsroom: Newsroom) -> None:
    link = visitor.a_piece(factories.received)
    page = visitor.open(link + "/revise")
    short = visitor.send(page, to="/revise", body="Too short.\n\nBy far.")
    assert short.status_code == 422
    assert told(short) == ["The piece has 4 words; this desk needs at least 400."]
    visitor.send(page, to="/revise", body=body() + "\n\nA last word.", note="Added an ending.")
    with newsroom.reading() as session:
        piece = session.merge(the_piece(visitor))
        assert [(r.number, r.standing) for r in piece.revisions] == [(1, True), (2, False)]
        assert piece.revisions[1].body_text.endswith("A last word.")
    assert "Your newest version waits" in visitor.open(link).text


def test_the_editors_changes_are_shown_word_by_word(visitor: Visitor, newsroom: Newsroom, editor: Actor) -> None:
    link = visitor.a_piece(factories.in_review, editor)
    with newsroom.transaction() as session:
        piece = session.merge(the_piece(visitor))
        text = factories.text(headline="Move the road and let the wall fall")
        editing.edit(session, newsroom, piece, editor, text, piece.version)
    assert f"{link}/changes" in visitor.open(link).text
    page = visitor.open(link + "/changes").text
    assert "<del>go</del><ins>fall</ins>" in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_missing_answers_are_named_and_given(visitor: Visitor, newsroom: Newsroom, language: str) -> None:
    link = visitor.a_piece(by_mail, language=language)
    page = visitor.open(link)
    assert f"{link}/details" in page.text
    given = {key: value for key, value in answers(language).items() if key not in ("headline", "body", "email")}
    answer = visitor.send(visitor.open(link + "/details"), to="/details", **given)
    assert answer.status_code == 303, told(answer)
    with newsroom.reading() as session:
        byline = session.merge(the_piece(visitor)).bylines[0]
        assert (byline.ai_use, byline.exclusivity, byline.terms_version) == ("none", "only", "1")
        assert byline.confirmed_how == "link"
    assert visitor.open(link).text.count(f'class="button" href="{link}/details"') == 0


def test_answers_to_an_unconfirmed_piece_confirm_it(visitor: Visitor) -> None:
    link = visitor.a_piece(unconfirmed)
    answer = visitor.send(visitor.open(link + "/details"), to="/details", terms="y")
    assert answer.status_code == 303, told(answer)
    assert the_piece(visitor).status == "received"


def test_a_sealed_name_is_neither_shown_nor_lost(visitor: Visitor, newsroom: Newsroom) -> None:
    pen: dict[str, Any] = {"pseudonym": "A Harbour Hand", "pseudonym_reason": "My family lives beside the port."}
    visitor.send(visitor.write("opinion", "check", **pen), "submit")
    with newsroom.reading() as session:
        link = visitor.path_of(session.merge(the_piece(visitor)))
    page = visitor.open(link + "/details")
    assert "Huda Mansouri" not in page.text.replace("Huda Mansouri is a harbour engineer", "")
    answer = visitor.send(page, to="/details", city="Tripoli")
    assert answer.status_code == 303, told(answer)
    refused = visitor.send(page, to="/details", pseudonym="")
    assert told(refused) == ["Without a pen name we need the name to print. Write it above."]
    with newsroom.reading() as session:
        byline = session.merge(the_piece(visitor)).bylines[0]
        assert (byline.name, byline.city) == ("A Harbour Hand", "Tripoli")
        assert byline.sealed is not None
        known = newsroom.vault.open(byline.sealed)
        assert (known["name"], known["phone"]) == ("Huda Mansouri", "+218912345678")


def test_an_act_too_late_is_told_and_changes_nothing(visitor: Visitor) -> None:
    link = visitor.a_piece(factories.received)
    late = visitor.open(link + "/withdraw")
    visitor.send(late, "withdrawn", to="/withdraw")
    assert visitor.send(late, "withdrawn", to="/withdraw").status_code == 409


def test_acts_work_without_a_referrer_over_https(visitor: Visitor) -> None:
    link = visitor.a_piece(unconfirmed)
    page = visitor.client.get(link + "/confirm", base_url="https://localhost")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = visitor.client.post(link + "/confirm", base_url="https://localhost", data={"csrf_token": token})
    assert answer.status_code == 303
