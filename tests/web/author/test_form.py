"""The way through the form: read a file, add a line, check, change, send, receipt."""

import io
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from tests import factories, factories_docx, factories_odt
from tests.web.author.visitor import Visitor, answers, body, told


def letters(newsroom: Newsroom) -> list[str]:
    with newsroom.reading() as session:
        return list(session.scalars(select(Letter.code).order_by(Letter.id)))


def said_in(page: TestResponse, ref: str) -> str:
    """Return what a receipt says, but for its reference."""
    return page.text.split("<main")[1].split("</main>")[0].replace(ref, "")


def summary(page: Any) -> dict[str, str]:
    """Return what a check page shows, by question."""
    rows: Any = html.fromstring(page.text).xpath("//dl[@class='answers']/div")
    return {row[0].text_content(): " ".join(row[1].text_content().split()) for row in rows}


@pytest.mark.parametrize(
    ("desk", "title", "said"),
    [("opinion", "Send us your opinion piece", "Your piece has been sent"), ("rai", "أرسل إلينا مقالك", "أُرسل مقالك")],
)
def test_a_piece_goes_from_form_to_receipt(visitor: Visitor, desk: str, title: str, said: str) -> None:
    assert title in visitor.open(f"/write/{desk}").text
    checked = visitor.write(desk, "check")
    assert visitor.pieces() == [], "nothing is stored before it is sent"
    sent = visitor.send(checked, "submit")
    assert sent.status_code == 303
    receipt = visitor.open(sent.headers["Location"])
    (piece,) = visitor.pieces()
    assert said in receipt.text
    assert piece.ref in receipt.text
    assert (piece.status, piece.desk, piece.channel, piece.form_key is None) == ("unconfirmed", desk, "form", False)
    assert letters(visitor.newsroom) == ["M1"]


def test_everything_typed_is_stored_as_it_was_checked(visitor: Visitor) -> None:
    typed: dict[str, Any] = {
        "standfirst": "The wall costs more than the road.",
        "sources-0-claim": "Cost of the wall",
        "sources-0-link": "https://example.org/audit",
        "useless_after": "2126-12-01",
        "paid-answer": "yes",
        "paid-text": "By the port.",
        "disclosure": "The port paid the author.",
        "earlier_works-1": "On dredging",
    }
    checked = visitor.write("opinion", "check", **typed)
    shown = summary(checked)
    assert shown["Telephone"] == "+218912345678"
    assert shown["Are you related to, or in business or in dispute with, a person named in it?"] == "No"
    visitor.send(checked, "submit")
    with visitor.newsroom.reading() as session:
        piece = session.merge(visitor.pieces()[0])
        byline = piece.bylines[0]
        assert piece.headline == answers()["headline"]
        assert piece.revision.standfirst == typed["standfirst"]
        assert piece.revision.body_text == body()
        assert piece.sources == [{"claim": "Cost of the wall", "link": "https://example.org/audit"}]
        assert str(piece.useless_after) == "2126-12-01"
        assert (piece.allegation, byline.phone, byline.author.address) == (
            False,
            "+218912345678",
            "huda@author.example",
        )
        assert byline.interests is not None
        assert byline.interests["paid"] == {"yes": True, "text": "By the port."}
        assert sorted(byline.interests) == ["asked", "drafted", "funded", "office", "paid", "tie"]
        assert (byline.disclosure, byline.ai_use, byline.exclusivity) == ("The port paid the author.", "none", "only")
        assert (byline.terms_version, byline.earlier_works, byline.locale) == ("1", ["On dredging"], "en")


def test_a_pen_name_seals_the_name(visitor: Visitor) -> None:
    pen: dict[str, Any] = {
        "pseudonym": "A Harbour Hand",
        "pseudonym_reason": "My family lives beside the port authority.",
    }
    visitor.send(visitor.write("opinion", "check", **pen), "submit")
    with visitor.newsroom.reading() as session:
        byline = session.merge(visitor.pieces()[0]).bylines[0]
        assert (byline.name, byline.phone) == ("A Harbour Hand", "")
        assert byline.sealed is not None
        assert visitor.newsroom.vault.open(byline.sealed)["name"] == "Huda Mansouri"


def test_the_same_form_sent_twice_is_one_piece_with_one_receipt(visitor: Visitor) -> None:
    checked = visitor.write("opinion", "check")
    first, second = visitor.send(checked, "submit"), visitor.send(checked, "submit")
    assert len(visitor.pieces()) == 1
    assert first.headers["Location"] == second.headers["Location"]
    assert letters(visitor.newsroom) == ["M1"]


def test_a_form_corrected_after_going_back_is_not_lost(visitor: Visitor) -> None:
    checked = visitor.write("opinion", "check")
    visitor.send(checked, "submit")
    visitor.send(checked, "submit", headline="Move the road, keep the wall")
    assert len(visitor.pieces()) == 2


def test_change_keeps_every_answer(visitor: Visitor) -> None:
    changed = visitor.send(visitor.write("opinion", "check", role="Engineer"), "change")
    assert changed.status_code == 200
    again = visitor.send(changed, "check")
    assert summary(again)["What you do"] == "Engineer"


def test_what_was_checked_is_checked_again_when_sent(visitor: Visitor) -> None:
    checked = visitor.write("opinion", "check")
    refused = visitor.send(checked, "submit", headline="")
    assert (refused.status_code, told(refused)) == (422, ["Give the piece a headline."])
    assert visitor.pieces() == []


def test_lines_for_sources_grow_to_twenty_five(visitor: Visitor) -> None:
    page = visitor.open("/write/opinion")
    for _press in range(20):
        if "Add another source" in page.text:
            page = visitor.send(page, "add_source", headline="Kept")
    assert 'name="sources-24-claim"' in page.text
    assert 'name="sources-25-claim"' not in page.text
    assert 'value="Kept"' in page.text


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"body": body() + "\n\nIt cost 48 million dinars."}, "you named no source"),
        ({"body": body("ar")}, "another script"),
        ({"body": body(words=960)}, "longer than most"),
        ({}, "shorter than most"),
    ],
)
def test_the_check_page_points_at_what_to_look_at_again(visitor: Visitor, changed: dict[str, Any], hint: str) -> None:
    assert hint in visitor.write("opinion", "check", **changed).text


def documents() -> dict[str, bytes]:
    texts = factories.PARAGRAPHS_EN
    return {
        "piece.docx": factories_docx.docx("".join(factories_docx.paragraph(text) for text in texts)),
        "piece.odt": factories_odt.odt("".join(factories_odt.p(text) for text in texts)),
        "piece.rtf": ("{\\rtf1\\ansi " + "\\par ".join(texts) + "}").encode("cp1252"),
        "piece.md": "\n\n".join(texts).encode(),
    }


@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("piece.docx", "read"),
        ("piece.docx", "check"),
        ("piece.odt", "read"),
        ("piece.rtf", "read"),
        ("piece.md", "read"),
    ],
)
def test_a_document_is_read_into_the_form(visitor: Visitor, name: str, button: str) -> None:
    page = visitor.send(visitor.open("/write/opinion"), button, upload=(io.BytesIO(documents()[name]), name))
    assert "Your file was read in below" in page.text
    found: Any = html.fromstring(page.text).xpath("//textarea[@name='body']")
    assert found[0].text.strip().split("\n\n") == list(factories.PARAGRAPHS_EN)


def test_the_file_field_names_what_it_takes(visitor: Visitor) -> None:
    page: Any = html.fromstring(visitor.open("/write/opinion").text)
    assert page.xpath("//input[@type='file']/@accept") == [".docx,.odt,.rtf,.pdf,.md,.txt,.html"]


@pytest.mark.parametrize(("desk", "said"), [("opinion", "old Word document (.doc)"), ("rai", "مستند وورد قديم")])
def test_an_unreadable_file_is_told_at_its_field_and_text_is_kept(visitor: Visitor, desk: str, said: str) -> None:
    upload = (io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), "piece.docx")
    page = visitor.send(visitor.open(f"/write/{desk}"), "read", upload=upload, headline="Kept headline")
    assert page.status_code == 422
    assert said in told(page)[0]
    assert 'value="Kept headline"' in page.text


@pytest.mark.parametrize(
    ("seconds", "changed", "why"),
    [(60, {"website": "https://spam.example"}, "trap"), (3, {}, "too_fast"), (60, {"form_key": "made up"}, "no_form")],
)
def test_what_looks_like_a_machine_is_kept_aside_and_answered_alike(
    visitor: Visitor, seconds: int, changed: dict[str, Any], why: str
) -> None:
    sent = visitor.send(visitor.write("opinion", "check", seconds, **changed), "submit")
    receipt = visitor.open(sent.headers["Location"])
    (piece,) = visitor.pieces()
    assert (piece.status, piece.suspected, letters(visitor.newsroom)) == ("spiked", why, [])
    genuine = visitor.open(visitor.send(visitor.write(), "submit").headers["Location"])
    assert said_in(receipt, piece.ref) == said_in(genuine, visitor.pieces()[1].ref)


def test_a_known_author_need_not_confirm_again_and_the_receipt_does_not_tell(visitor: Visitor) -> None:
    visitor.a_piece(factories.received)
    first = visitor.open(visitor.send(visitor.write(), "submit").headers["Location"])
    second = visitor.open(visitor.send(visitor.write(email="other@author.example"), "submit").headers["Location"])
    known, stranger = visitor.pieces()[1:]
    assert (known.status, stranger.status) == ("received", "unconfirmed")
    assert said_in(first, known.ref) == said_in(second, stranger.ref)


@pytest.mark.parametrize("field", ["status", "role_on_desk", "id", "desk", "suspected", "version"])
def test_hidden_fields_nobody_asked_for_change_nothing(visitor: Visitor, field: str) -> None:
    smuggled: dict[str, Any] = {field: "published"}
    visitor.send(visitor.write("opinion", "check", **smuggled), "submit", **smuggled)
    (piece,) = visitor.pieces()
    assert (piece.status, piece.desk, piece.version, piece.suspected) == ("unconfirmed", "opinion", 1, None)


def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    assert visitor.client.post("/write/opinion", data=answers() | {"action": "submit"}).status_code == 400
    assert visitor.pieces() == []


def test_a_made_up_receipt_is_no_page(visitor: Visitor) -> None:
    visitor.open("/write/opinion/done/OP-AAAAAA.x", 404)


def test_a_desk_that_is_none_is_no_page(visitor: Visitor) -> None:
    visitor.open("/write/nothing", 404)
    visitor.open("/write/nothing/terms", 404)


@pytest.mark.parametrize(
    ("path", "said"), [("/write/opinion/terms", "Terms for authors"), ("/write/rai/terms", "شروط النشر")]
)
def test_the_terms_can_be_read(visitor: Visitor, path: str, said: str) -> None:
    assert said in visitor.open(path).text


def test_both_desks_can_be_chosen(visitor: Visitor) -> None:
    page = visitor.open("/write").text
    assert 'href="/write/opinion"' in page
    assert 'href="/write/rai"' in page


def test_the_page_is_small(visitor: Visitor) -> None:
    assert len(visitor.open("/write/opinion").data) < 40_000
