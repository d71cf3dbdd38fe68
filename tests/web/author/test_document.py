"""What stands beside the text of an uploaded document: told to its author, and kept with the piece."""

import io
from random import sample
from typing import Any

import pytest
from lxml import html
from werkzeug.test import TestResponse

from tests.factories_docx import docx, paragraph
from tests.factories_marked import BESIDE, COMMENTS, marked
from tests.factories_pdf import pdf
from tests.web.author.visitor import Visitor, answers


def read_in(visitor: Visitor, content: bytes, name: str = "piece.docx", desk: str = "opinion") -> TestResponse:
    """Read a document into the form and go on to the check page, every other answer given."""
    page = visitor.send(visitor.open(f"/write/{desk}"), "read", upload=(io.BytesIO(content), name))
    assert page.status_code == 200, page.text
    typed = {key: value for key, value in answers("ar" if desk == "rai" else "en").items() if key != "body"}
    return visitor.send(page, "check", **typed)


def beside_of(visitor: Visitor) -> Any:
    (piece,) = visitor.pieces()
    with visitor.newsroom.reading() as session:
        return session.merge(piece).revisions[0].beside


def remarks(page: TestResponse) -> list[str]:
    found: Any = html.fromstring(page.text).xpath("//div[@class='notice is-wait']//li")
    return [" ".join(item.text_content().split()) for item in found]


def test_it_is_told_on_the_check_page_and_kept_with_the_piece(visitor: Visitor) -> None:
    checked = read_in(visitor, marked())
    assert remarks(checked) == BESIDE["warnings"]
    visitor.send(checked, "submit")
    assert beside_of(visitor) == {**BESIDE, "file": "piece.docx"}


def test_an_arabic_form_tells_it_in_arabic(visitor: Visitor) -> None:
    page = visitor.send(
        visitor.open("/write/rai"), "read", upload=(io.BytesIO(pdf([[(72, 800, 12, "The road.")]])), "a.pdf")
    )
    assert remarks(page) == ["قُرئ النص من ملف PDF، فقارنه بالأصل."]


def test_the_form_says_it_at_once_and_what_is_no_matter_of_the_text_is_left_to_editors(visitor: Visitor) -> None:
    macros = docx(paragraph("Text."), word__vbaProject="x").replace(b"vbaProject.xml", b"vbaProject.bin")
    page = visitor.send(visitor.open("/write/opinion"), "read", upload=(io.BytesIO(macros), "a.docm"))
    assert (page.status_code, remarks(page)) == (200, [])


def test_another_document_takes_the_place_of_the_first(visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/write/opinion"), "read", upload=(io.BytesIO(marked()), "one.docx"))
    page = visitor.send(page, "read", upload=(io.BytesIO(docx(paragraph("Other text."))), "two.docx"))
    assert remarks(page) == []
    visitor.send(visitor.send(page, "check", **answers()), "submit")
    assert beside_of(visitor) == {"file": "two.docx"}


def test_a_pen_name_keeps_no_name_that_the_document_holds(visitor: Visitor) -> None:
    pen: dict[str, Any] = {"pseudonym": "A Harbour Hand", "pseudonym_reason": "My family lives beside the port."}
    visitor.send(read_in(visitor, marked()), "submit", **pen)
    assert beside_of(visitor) == {
        "warnings": BESIDE["warnings"],
        "comments": [{"author": "", "text": each["text"]} for each in COMMENTS],
        "properties": {"created": "2026-01-02T08:00:00Z", "modified": "2026-02-03T09:00:00Z"},
    }


@pytest.mark.parametrize("made_up", ["", "made up", "eyJmaWxlIjoiYSJ9.x", "\u202e" * 50])
def test_what_is_not_signed_by_us_is_not_kept(visitor: Visitor, made_up: str) -> None:
    sent = visitor.send(read_in(visitor, marked()), "submit", document=made_up)
    assert (sent.status_code, beside_of(visitor)) == (303, None)


def large(visitor: Visitor, content: bytes) -> tuple[int, str]:
    """Read a large document into the form; return the answer's status and text."""
    page = visitor.send(visitor.open("/write/opinion"), "read", upload=(io.BytesIO(content), "a.docx"))
    page.request.environ["wsgi.input"].close()  # the client leaves the file that it kept the request in
    return page.status_code, page.text


def test_a_document_of_almost_20_mb_is_read_and_one_over_it_is_told(visitor: Visitor) -> None:
    status, text = large(visitor, marked(weight=19_900_000))
    assert (status, "Your file was read in below" in text) == (200, True)
    status, text = large(visitor, bytes(20_100_000))
    assert (status, "The file is over 20 MB." in text) == (422, True)
    assert large(visitor, bytes(25_000_000))[0] == 413


def test_the_fullest_document_and_the_longest_text_still_go_through_the_check_page(visitor: Visitor) -> None:
    letters = [chr(0x20000 + place) for place in range(4_000)]  # four bytes each, and hardly to be packed
    crowd = [{"author": "".join(sample(letters, 300)), "text": "".join(sample(letters, 900))} for _ in range(60)]
    checked = read_in(visitor, marked(comments=crowd))
    longest = "\n\n".join(["\U0001f600" * 19_000] * 2)
    sent = visitor.send(checked, "submit", body=longest)
    assert sent.status_code == 422, "the words are too few for this desk, but the form was read"
    assert visitor.send(checked, "submit").status_code == 303
    kept = beside_of(visitor)["comments"]
    assert (len(kept), {len(each["author"]) + len(each["text"]) for each in kept}) == (50, {800})
