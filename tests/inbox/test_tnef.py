import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.message import part, read
from intake.inbox.tnef import open_tnef
from tests.inbox.letters import ARABIC_PIECE, PARAGRAPHS, PIECE, docx, judged, multipart
from tests.inbox.outlook import rtf, winmail

MESSAGE_INSIDE = bytes.fromhex("0703020000000000c000000000000046")
EMPTY = "Content-Type: text/plain; charset=us-ascii\n\n \n"
WINMAIL = (
    "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n"
    "Content-Disposition: attachment; filename=winmail.dat\n\n"
)


def sent(content: bytes, text: str = EMPTY, subject: str = "Op-Ed: Grain") -> bytes:
    return multipart(text, WINMAIL + base64.encodebytes(content).decode(), subject=subject)


def test_a_document_in_winmail_dat_is_the_piece() -> None:
    found = judged(sent(winmail({"مقال طويل الاسم.docx": docx(PARAGRAPHS)})))
    assert (found["disposition"], found["source"]) == ("submit", "مقال طويل الاسم.docx")
    assert [file["filename"] for file in found["attachments"]] == ["winmail.dat"]
    assert [(file["filename"], file["role"]) for file in found["inner_files"]] == [
        ("مقال طويل الاسم.docx", "manuscript")
    ]


def test_the_authors_text_in_winmail_dat_is_not_lost() -> None:
    assert judged(sent(winmail({}, text=PIECE)))["body_text"].startswith("Part 1. The harbour")
    found = judged(sent(winmail({}, html=f"<html><body><p>{ARABIC_PIECE}</p></body></html>"), subject="رأي: الميناء"))
    assert found["text"].startswith("بني الميناء")
    assert judged(sent(winmail({}, text="Short."), text=EMPTY + PIECE))["text"].strip().startswith("Part 1.")


def test_a_body_in_rtf_is_a_file() -> None:
    page = "{\\rtf1\\ansi " + PIECE.replace("\n", "\\par ") + "}"
    raw = sent(winmail({}, packed_rtf=rtf(page)))
    message = read(raw)
    assert [(file.filename, file.media_type, file.data) for file in message.inner_files] == [
        ("message.rtf", "application/rtf", page.encode())
    ]
    assert base64.b64decode(part(raw, 1)["data"]) == page.encode()


@pytest.mark.parametrize("count", [b"\xff\xff\xff\xff", b"\xff\xff\xff\x00"])
def test_lying_counts_and_many_objects_take_no_time(count: bytes) -> None:
    started = time.process_time()
    short = b"\x02\x10\x00\x20" + count
    for content in (count, count + short, count + b"\x1f\x00\x00\x10" + count):
        head = b"\x01\x03\x90\x06\x00" + len(content).to_bytes(4, "little")
        assert open_tnef(winmail({}) + head + content + b"\x00\x00").text == ""
    open_tnef(winmail({})[:6] + b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" * 500_000)
    assert time.process_time() - started < 2


def test_a_message_inside_gives_its_files_and_text() -> None:
    inner = winmail({"piece.docx": b"PK"}, text="Inner words.")
    opened = open_tnef(winmail({"Forwarded": MESSAGE_INSIDE + inner}))
    assert opened.files == (("piece.docx", b"PK"), ("Forwarded.txt", b"Inner words."))


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_damaged_one_is_told_and_kept(at: int, noise: bytes) -> None:
    whole = winmail({"a.docx": b"PK" * 20}, text="Words.", html="<p>Words</p>", packed_rtf=rtf("{\\rtf1 x}"))
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    opened = open_tnef(damaged)
    assert isinstance(opened.text, str)
    assert all(isinstance(name, str) and isinstance(data, bytes) for name, data in opened.files)
    message = read(sent(damaged))
    assert message.attachments[0].data == damaged


@pytest.mark.parametrize("cut", [7, 20, 60, 100, 200])
def test_one_cut_short_does_not_stop_the_reading(cut: int) -> None:
    message = read(sent(winmail({"a.txt": b"x" * 90}, text=PIECE)[:cut], text=EMPTY + "Hello"))
    assert "Hello" in message.text
    assert message.attachments[0].size == cut
