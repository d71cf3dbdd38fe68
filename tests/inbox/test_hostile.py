"""The reliability page's hostile inputs 1 to 24 that a reader meets, each through the sandbox as in real life."""

import base64
import time
from typing import Any

import pytest

from intake.domain.errors import Unreadable
from intake.sandbox import Reader
from tests.inbox.letters import DESKS, PIECE, mail, multipart
from tests.inbox.outlook import winmail


def answer(reader: Reader, raw: bytes) -> dict[str, Any]:
    started = time.monotonic()
    try:
        return reader.call("intake.inbox.judgement:judge", raw, desks=DESKS)
    except Unreadable as error:
        return {"disposition": "quarantine", "defects": [str(error)]}
    finally:
        assert time.monotonic() - started < 5


def nested_multiparts(depth: int) -> bytes:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return b"From: a@b.example\nSubject: Op-Ed\n" + parts.encode()


QUARANTINED = {
    "1 semicolons": (
        mail(content_type="text/plain" + ";" * 100_000),
        "the header content-type is larger than 16 KB",
    ),
    "2 nested multiparts": (nested_multiparts(1_000), "the message has more than 500 boundary lines"),
    "2 fewer, but deep": (nested_multiparts(40), "the message is nested deeper than 20 levels"),
    "3 nested messages": (
        b"From: a@b.example\nSubject: Op-Ed\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
        "the message holds more than 50 nested messages",
    ),
    "4 a million parts": (
        mail("--x\n\n" * 1_000_000, content_type="multipart/mixed; boundary=x"),
        "the message has more than 500 boundary lines",
    ),
    "1 semicolons in a part": (
        mail("--x\nContent-Type: text/plain" + ";" * 100_000 + "\n\n--x--", content_type="multipart/mixed; boundary=x"),
        "a part's header content-type is larger than 4 KB",
    ),
    "a header block of 200 KB": (
        mail(extra="".join(f"X-{n}: {'y' * 1_000}\n" for n in range(200))),
        "the header block is larger than 128 KB",
    ),
    "26 MB": (mail("x" * 26 * 1024 * 1024), "the message is larger than 25 MB"),
}


@pytest.mark.parametrize("name", QUARANTINED)
def test_a_message_over_a_cap_is_refused_with_its_cause(reader: Reader, name: str) -> None:
    raw, cause = QUARANTINED[name]
    assert answer(reader, raw) == {"disposition": "quarantine", "defects": [cause]}


def test_5_broken_sender_and_message_id_are_a_piece_of_an_unknown_sender(reader: Reader) -> None:
    raw = mail(sender='"').replace(b"<one@author.example>", b"<")
    found = answer(reader, raw)
    assert (found["disposition"], found["from_address"], found["message_id"]) == ("submit", "", "")
    assert found["answerable"] is False


@pytest.mark.parametrize(
    "field", ["Cc: x,", 'To: "', "Message-ID: <[id@mail.example]>", "Content-Disposition: attachment; name*", "Date: 9"]
)
def test_5_fields_that_break_the_standard_library(reader: Reader, field: str) -> None:
    assert answer(reader, mail(extra=f"{field}\n"))["disposition"] == "submit"


def test_6_thirty_thousand_encoded_words_are_a_cut_subject(reader: Reader) -> None:
    found = answer(reader, mail(subject="Op-Ed " + "=?utf-8?q?a?= " * 30_000))
    assert found["disposition"] == "submit"
    assert found["subject"].startswith("Op-Ed aaaaaa")
    assert len(found["subject"]) <= 2_000
    assert found["defects"] == ["the header subject was cut at 16 KB"]


@pytest.mark.parametrize("charset", ["unicode_escape", "punycode", "raw_unicode_escape", "idna", "X-UNKNOWN", "rot13"])
def test_7_charsets_that_are_not_taken_are_told(reader: Reader, charset: str) -> None:
    body = f"{PIECE}\n\n\\x3cscript\\x3ealert(1)\\x3c/script\\x3e"
    found = answer(reader, mail(body, content_type=f"text/html; charset={charset}"))
    assert found["disposition"] == "submit"
    assert "<script" not in found["body_html"]
    assert found["text"].endswith("\\x3cscript\\x3ealert(1)\\x3c/script\\x3e")
    assert found["defects"] == [f"charset '{charset}' is not known or not taken"]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_7_utf_7_is_sanitised_after_decoding(reader: Reader, kind: str) -> None:
    body = f"{PIECE}\n\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    found = answer(reader, mail(body, content_type=f"text/{kind}; charset=utf-7"))
    assert "<script" not in found["body_html"]
    assert "part 6" in found["body_text"].lower()


def test_8_nul_raw_bytes_and_broken_base64_are_stored_clean(reader: Reader) -> None:
    found = answer(reader, mail(PIECE.encode() + b"\x00\x01\x1b[31m end", subject="Op-Ed \x00\x07water"))
    assert found["subject"] == "Op-Ed water"
    assert found["text"].endswith("[31m end")
    assert "\x00" not in found["text"] + found["body_html"]
    broken = mail("Q2l0aWVz!!!!IGxpdmU", extra="Content-Transfer-Encoding: base64\n", subject="Op-Ed")
    found = answer(reader, broken)
    assert (found["text"], found["disposition"]) == ("Cities live", "enquiry")
    assert found["defects"] == ["4 stray bytes in base64"]


def test_9_and_11_a_body_makes_a_message_and_a_route_does_not(reader: Reader) -> None:
    one = answer(reader, mail())["digest"]
    assert answer(reader, mail(PIECE + "!"))["digest"] != one
    assert (
        answer(reader, b"Received: by a\n\tat noon\nReturn-Path: <a@b>\nDKIM-Signature: x\n" + mail())["digest"] == one
    )
    assert answer(reader, mail().replace(b"\n", b"\r\n"))["digest"] == one
    assert answer(reader, b"X-Other: by a\n" + mail())["digest"] != one


def test_14_one_line_of_a_megabyte_is_read(reader: Reader) -> None:
    found = answer(reader, mail("word " * 200_000))
    assert found["disposition"] == "submit"
    assert len(found["text"]) == 1_000_000


def test_18_a_hundred_and_fifty_hops_are_a_loop(reader: Reader) -> None:
    found = answer(reader, mail(extra="Received: from a by b\n" * 150))
    assert (found["disposition"], found["answerable"]) == ("loop", False)


def test_20_an_encoded_line_end_makes_no_second_field(reader: Reader) -> None:
    found = answer(reader, mail(subject="=?utf-8?q?Op-Ed=0D=0ABcc=3A_x=40y.example?="))
    assert found["subject"] == "Op-Ed Bcc: x@y.example"


def test_21_two_senders_are_told_and_not_answered(reader: Reader) -> None:
    found = answer(reader, mail(sender="a@b.example, c@d.example"))
    assert (found["from_address"], found["answerable"]) == ("a@b.example", False)
    assert found["defects"] == ["more than one sender: the first is shown"]


def test_23_pixels_and_styles_leave_nothing_to_fetch(reader: Reader) -> None:
    body = f"<style>@import url(//x.example)</style><p>{PIECE}</p><img src=http://x.example/p.gif><svg onload=x()>"
    found = answer(reader, mail(body, content_type="text/html; charset=utf-8"))
    assert "x.example" not in found["body_html"] + found["text"]


def test_deep_markup_does_not_stop_the_reading(reader: Reader) -> None:
    found = answer(reader, mail("<div>" * 30_000 + PIECE, content_type="text/html; charset=utf-8"))
    assert found["disposition"] == "submit"
    assert "built for grain" in found["text"]


HTML = "text/html; charset=utf-8"
HTML_ANSWER = {"content_type": HTML, "extra": "In-Reply-To: <a@b>\n"}
LINED = "<div style='border-top:solid'>"
SLOW = {
    "comments that never end": mail("<!--" * 500_000, content_type=HTML),
    "styles that never end": mail("<style>" * 300_000, content_type=HTML),
    "one endless tag": mail("<" + "a" * 1_000_000, content_type=HTML),
    "a table of one row": mail("<table><tr>" + "<td>x" * 100_000, content_type=HTML),
    "quotation after quotation": mail("On 1 x 2026 a wrote:\n>\n" * 9_000, extra="In-Reply-To: <a@b>\n"),
    "rules and rules": mail(("-" * 500 + "\n") * 400, extra="In-Reply-To: <a@b>\n"),
    "quoted letters in a row": mail("<div><hr id=stopSpelling></div>" * 12_000, **HTML_ANSWER),
    "header lines that never end": mail(f"{LINED}<b>a" * 5_000, **HTML_ANSWER),
    "a quotation in a quotation": mail("<div class=gmail_quote>" * 190 + "<i>1</i>" * 18_000, **HTML_ANSWER),
    "quotations in a row": mail(
        "<div class=gmail_quote>1<i>a<blockquote>b</blockquote></i></div>c" * 6_000, **HTML_ANSWER
    ),
    "quotations that never end": mail("<blockquote type=cite>a<br>" * 9_000, **HTML_ANSWER),
    "one flowed paragraph": mail("a \n" * 400_000, content_type="text/plain; format=flowed"),
    "24 MB of text": mail("Op ed text. " * 2_000_000),
    "13 MB of high bytes": mail(bytes(range(128, 256)) * 100_000),
    "headers that never forward": mail("From: a\nTo: b\n" * 60_000, subject="Fwd: Op-Ed"),
    "forwards in forwards": mail("---------- Forwarded message ----------\nFrom: a@b\nDate: c\n\n" * 9_000),
    "files that never end": mail("begin 644 a\n" + "M" * 61 + "\nbegin 644 b\n" * 90_000 + "\nend"),
    "seals that never end": mail("-----BEGIN PGP SIGNED MESSAGE-----\n\na\n" * 40_000),
    "a sender of brackets": mail(sender="(" * 8_000 + "<" * 4_000),
    "a name of percent signs": mail(extra="Content-Disposition: attachment; filename=" + "%41" * 4_000 + "\n"),
    "a name in a hundred pieces": mail(
        extra="Content-Disposition: attachment; " + "; ".join(f"filename*{n}=a" for n in range(900)) + "\n"
    ),
    "a winmail.dat of nothing": mail(
        b"\x78\x9f\x3e\x22\x00\x00" + b"\x01" + b"\x00" * 2_000_000, content_type="application/ms-tnef"
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_what_invites_slow_reading_is_read_in_time(reader: Reader, name: str) -> None:
    assert answer(reader, SLOW[name])["disposition"] in {"submit", "enquiry", "unreadable"}


@pytest.mark.parametrize("extra", ["Auto-Submitted: auto-replied\n", "Precedence: bulk\n", "List-Id: <a.b>\n"])
def test_16_machines_and_lists_are_not_answered(reader: Reader, extra: str) -> None:
    assert answer(reader, mail("Hello.", extra=extra))["answerable"] is False


def test_17_our_own_address_is_a_loop(reader: Reader) -> None:
    found = answer(reader, mail(sender="oped@post.example"))
    assert (found["disposition"], found["hits"][0]) == (
        "loop",
        "own_address: it comes from our own address oped@post.example",
    )


def test_19_a_delivery_report_is_a_bounce_and_no_forward(reader: Reader) -> None:
    returned = b"Content-Type: message/rfc822\n\n" + mail()
    report = multipart("Content-Type: text/plain\n\nIt failed.", returned, kind="report; report-type=delivery-status")
    found = answer(reader, report)
    assert (found["disposition"], found["answerable"], found["forwarded"]) == ("bounce", False, None)


def test_24_winmail_dat_and_seals_are_listed(reader: Reader) -> None:
    boxed = base64.encodebytes(winmail({"piece.txt": PIECE.encode()})).decode()
    head = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    found = answer(reader, multipart(head + boxed))
    assert (found["disposition"], found["source"]) == ("submit", "piece.txt")
    for kind in ("application/pkcs7-mime; name=smime.p7m", "application/pgp-encrypted; name=v.asc"):
        found = answer(reader, multipart(f"Content-Type: {kind}\n\nnot for us"))
        assert (found["disposition"], len(found["attachments"])) == ("sealed", 1)
