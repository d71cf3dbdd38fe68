"""What is no text is refused before any view, and what is too large before it is read."""

import io

import pytest
from flask.testing import FlaskClient

from intake.newsroom import Newsroom
from tests.web.apps import quick_app
from tests.web.conftest import SignIn

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("typed", [b"a=%00", b"a=x\x00y", b"a=%ED%A0%80", b"a=%FF", b"%00=a", b"a=%EF%BF%BD"])
def test_broken_text_is_refused(newsroom: Newsroom, typed: bytes) -> None:
    answer = quick_app(newsroom).test_client().post("/write/link", data=typed, content_type=FORM)
    assert answer.status_code == 400
    assert "unreadable" in answer.text


@pytest.mark.parametrize("typed", [b"\x00", b"\xed\xa0\x80", b"\xff"])
def test_broken_text_is_refused_in_parts_too(newsroom: Newsroom, typed: bytes) -> None:
    parts = b'--b\r\nContent-Disposition: form-data; name="headline"\r\n\r\nx' + typed + b"\r\n--b--\r\n"
    client = quick_app(newsroom).test_client()
    answer = client.post("/write/opinion", data=parts, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert "unreadable" in answer.text


def test_a_broken_address_is_refused(newsroom: Newsroom) -> None:
    assert quick_app(newsroom).test_client().get("/write?x=%00").status_code == 400


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b"])
def test_twenty_megabytes_are_too_large(newsroom: Newsroom, kind: str) -> None:
    answer = (
        quick_app(newsroom).test_client().post("/write/opinion", data=b"body=" + b"x" * 20_000_000, content_type=kind)
    )
    assert answer.status_code == 413


def test_half_a_million_tags_are_too_large(newsroom: Newsroom) -> None:
    tags = b"body=" + b"<b>" * 500_000
    assert quick_app(newsroom).test_client().post("/write/opinion", data=tags, content_type=FORM).status_code == 413


@pytest.mark.parametrize("number", [2**31, 2**64])
def test_a_number_that_no_row_has_is_not_found_and_breaks_no_list(sign_in: SignIn, number: int) -> None:
    client = sign_in()
    pages = [f"/desk/message/{number}", f"/desk/letters/{number}", f"/desk/people/{number}", f"/articles/{number}/x"]
    assert [client.get(page).status_code for page in pages] == [404] * 4
    lists = ["/desk/held", "/desk/letters"]
    assert [client.get(f"{page}?before={number}").status_code for page in lists] == [200] * 2


def test_a_refused_body_is_read_to_its_end(client: FlaskClient) -> None:
    body = io.BytesIO(b"x" * 200_000)
    answer = client.post("/write/opinion", input_stream=body, content_length=200_000)
    assert (answer.status_code, body.tell()) == (400, 200_000)
