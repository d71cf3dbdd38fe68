"""Bytes from outside are handed on as files only: exact, under a safe name, in a sandbox."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.newsroom import Newsroom
from intake.web.desk.downloads import disposition, misnamed, safe_name
from tests.web.desk.conftest import SignIn
from tests.web.desk.mailbag import held, mail

PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
FILES = (
    ("../../etc/passwd.txt", "text/plain", b"not a password"),
    ("photo.jpg", "image/jpeg", PAGE),
    ("سيرة.txt", "text/plain", "كاتبة من مصراتة".encode()),
)


def test_the_original_comes_as_it_came(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    raw = mail("Files", files=FILES)
    with newsroom.transaction() as session:
        number = held(session, newsroom, raw).id
    answer = client.get(f"/desk/message/{number}/raw")
    assert answer.data == raw
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="message-{number}.eml"')


def test_each_part_is_cut_out_and_never_shown(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        number = held(session, newsroom, mail("Files", files=FILES)).id
    answers = [client.get(f"/desk/message/{number}/part/{position}") for position in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    assert [answer.data for answer in answers[:3]] == [content for _name, _type, content in FILES]
    for answer in answers[:3]:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
    assert [answer.headers["Content-Disposition"] for answer in answers[:3]] == [
        "attachment; filename=\"passwd.txt\"; filename*=UTF-8''passwd.txt",
        "attachment; filename=\"photo.jpg.html\"; filename*=UTF-8''photo.jpg.html",
        "attachment; filename=\".txt\"; filename*=UTF-8''%D8%B3%D9%8A%D8%B1%D8%A9.txt",
    ]
    page = client.get(f"/desk/message/{number}").text
    assert "The name promises another kind of file." in page
    assert page.count("The name promises another kind of file.") == 1


def test_bytes_that_were_erased_are_gone(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        message = held(session, newsroom)
        number = message.id
        newsroom.blobs.delete(message.raw)
    assert client.get(f"/desk/message/{number}/raw").status_code == 410


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("../../x.docx", "", "x.docx"),
        ("a\u202egnp.exe", "", "agnp.exe"),
        ("C:\\dir\\file.pdf", "application/pdf", "C__dir_file.pdf"),
        ("evil.jpg", "text/html", "evil.jpg.html"),
        ('quo"te;%.txt', "text/plain", "quo_te;%.txt"),
        ("\r\nSet-Cookie: x", "", "Set-Cookie_ x"),
        ("", "", "file"),
        ("...", "", "file"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 120 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, media_type: str, safe: str) -> None:
    assert safe_name(name, media_type) == safe


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_no_name_breaks_the_header(name: str) -> None:
    header = disposition(safe_name(name))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header
    assert "\\" not in header


def test_a_name_of_the_same_kind_is_not_accused() -> None:
    assert not misnamed("photo.png", "image/png")
    assert not misnamed("notes", "text/plain")
    assert misnamed("photo.png", "text/html")
