import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.errors import IntakeError
from intake.inbox import files
from intake.inbox.message import read
from tests.inbox.letters import ARABIC_PIECE, PIECE, docx, mail, multipart

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"
PDF = b"%PDF-1.4 not really"
PDF_PART = b"Content-Type: application/pdf; name=piece.pdf\nContent-Disposition: inline\n\n" + PDF


def names(raw: bytes) -> list[tuple[str, str, str]]:
    return [(a.filename, a.media_type, a.role) for a in read(raw).attachments]


def test_a_plain_message_says_what_it_says() -> None:
    message = read(mail("Hello.\n", extra="Reply-To: desk@author.example\nCc: A <a@b.example>, c@d.example\n"))
    assert (message.message_id, message.subject) == ("one@author.example", "Op-Ed: Who pays for the harbour")
    assert (message.from_name, message.from_address) == ("Salma Idris", "salma@author.example")
    assert (message.reply_to, message.to, message.cc) == (
        "desk@author.example",
        ("oped@post.example",),
        ("a@b.example", "c@d.example"),
    )
    assert message.date is not None
    assert message.date.isoformat() == "2026-03-03T10:00:00+02:00"
    assert (message.text, message.attachments, message.defects) == ("Hello.\n", (), ())
    assert (message.automatic, message.answerable, message.answers_something) == (False, True, False)


def test_a_message_that_is_a_document_is_an_attachment() -> None:
    raw = mail(PDF, content_type='application/pdf; name="piece.pdf"')
    assert names(raw) == [("piece.pdf", "application/pdf", "manuscript")]
    assert read(raw).text == ""


def test_a_document_inside_the_html_branch_is_found() -> None:
    branch = b"Content-Type: multipart/mixed; boundary=in\n\n--in\n" + HTML.encode() + b"<p>One</p>\n--in\n"
    branch += PDF_PART + b"\n--in\n" + HTML.encode() + b"<p>Two</p>\n--in--\n"
    raw = multipart(PLAIN + "One\nTwo", branch, kind="alternative")
    assert names(raw) == [("piece.pdf", "application/pdf", "manuscript")]
    assert read(raw).text == "One\nTwo"


def test_text_round_a_picture_stays_one_text() -> None:
    picture = b"Content-Type: image/png; name=map.png\nContent-Disposition: inline\n\n\x89PNG\r\n\x1a\n.."
    raw = multipart(PLAIN + "First half.", picture, PLAIN + "Second half.")
    assert read(raw).text == "First half.\nSecond half."
    assert names(raw) == [("map.png", "image/png", "image")]


def test_a_forwarded_message_is_listed_whole() -> None:
    inner = b"Content-Type: message/rfc822\n\n" + mail("The inner text.")
    message = read(multipart(PLAIN + "See below.", inner))
    assert message.text == "See below."
    assert [(a.media_type, a.role) for a in message.attachments] == [("message/rfc822", "message")]
    assert b"The inner text." in message.attachments[0].data


def test_a_type_is_told_by_content_not_by_name() -> None:
    word = base64.encodebytes(docx(["Text."]))
    hidden = b"Content-Disposition: attachment; filename=photo.jpg\nContent-Transfer-Encoding: base64\n\n" + word
    page = b"Content-Type: image/jpeg\nContent-Disposition: attachment; filename=face.jpg\n\n<html><script>x</script>"
    found = names(multipart(PLAIN + "x", hidden, page))
    assert [(name, role) for name, _, role in found] == [("photo.jpg", "manuscript"), ("face.jpg", "manuscript")]
    assert found[0][1].endswith("wordprocessingml.document")
    assert found[1][1] == "text/html"


def test_a_name_that_reads_backwards_is_straightened_and_told() -> None:
    part = "Content-Disposition: attachment; filename*=utf-8''..%2Fpiece%E2%80%AEcod.exe\n\nMZ"
    message = read(multipart(PLAIN + "x", part))
    assert message.attachments[0].filename == "piececod.exe"
    assert message.defects == ("direction mark U+202E taken out of a file name",)


def test_a_stunted_plain_part_gives_way_to_html() -> None:
    raw = multipart(PLAIN + " ", HTML + f"<p>{PIECE}</p>", kind="alternative")
    assert read(raw).text.startswith("Part 1. The harbour")
    assert read(multipart(PLAIN + "Short.", HTML + "<p>Short!</p>", kind="alternative")).text.strip() == "Short."


def test_flowed_lines_are_joined() -> None:
    kind = "text/plain; charset=utf-8; format=flowed"
    assert read(mail("One \ntwo.\n\n From stuffed.\n-- \nS.\n", content_type=kind)).text == (
        "One two.\n\nFrom stuffed.\n-- \nS.\n"
    )
    assert read(mail("وا \nحد\n", content_type=kind + "; delsp=yes")).text == "واحد\n"


def test_a_stray_line_in_the_header_does_not_end_it() -> None:
    message = read(mail("Hello.", extra="this is no field\n"))
    assert (message.subject, message.text) == ("Op-Ed: Who pays for the harbour", "Hello.")
    assert message.defects == ("a line in the header that is no field",)


UTF8 = ARABIC_PIECE.encode()
ARABIC = {
    "utf-8 8bit": mail(UTF8, extra="Content-Transfer-Encoding: 8bit\n"),
    "utf-8 base64": mail(base64.encodebytes(UTF8), extra="Content-Transfer-Encoding: base64\n"),
    "utf-8 quoted-printable": mail(quopri.encodestring(UTF8), extra="Content-Transfer-Encoding: quoted-printable\n"),
    "windows-1256": mail(ARABIC_PIECE.encode("cp1256"), content_type="text/plain; charset=windows-1256"),
    "iso-8859-6": mail(ARABIC_PIECE.encode("iso8859-6"), content_type="text/plain; charset=iso-8859-6"),
    "utf-8, undeclared": mail(UTF8, content_type="text/plain"),
    "windows-1256, undeclared": mail(ARABIC_PIECE.encode("cp1256"), content_type="text/plain"),
    "windows-1256 said to be utf-8": mail(ARABIC_PIECE.encode("cp1256")),
}


@pytest.mark.parametrize("name", ARABIC)
def test_arabic_is_read_however_it_was_sent(name: str) -> None:
    text = read(ARABIC[name], "ar").text
    assert text.strip() == ARABIC_PIECE


@pytest.mark.parametrize(
    "subject",
    [
        b"=?utf-8?B?" + base64.b64encode("مقال رأي: الميناء".encode()) + b"?=",
        b"=?windows-1256?B?" + base64.b64encode("مقال رأي: الميناء".encode("cp1256")) + b"?=",
        b"=?utf-8?Q?" + quopri.encodestring("مقال_رأي:_الميناء".encode()).replace(b"=\n", b"") + b"?=",
        "مقال رأي: الميناء".encode(),
        "مقال رأي: الميناء".encode("cp1256"),
        "\u202bمقال رأي\u202c: الميناء".encode(),
        b"=?utf-8?B?2YXZgtin?= =?utf-8?B?2YQg2LHYo9mKOiDYp9mE2YXZitmG2KfYoQ==?=",
    ],
)
def test_an_arabic_subject_is_read_however_it_was_sent(subject: bytes) -> None:
    raw = mail(ARABIC_PIECE).replace(b"Op-Ed: Who pays for the harbour", subject)
    assert read(raw, "ar").subject == "مقال رأي: الميناء"


def test_a_letter_split_between_encoded_words_is_whole() -> None:
    assert read(mail(subject="=?utf-8?q?=D8?= =?utf-8?q?=B1=D8=A3=D9=8A?=")).subject == "رأي"


def test_bidi_marks_in_a_name_are_taken_out() -> None:
    message = read(mail(sender="\u202bسلمى إدريس\u202c <salma@author.example>"))
    assert message.from_name == "سلمى إدريس"
    assert message.defects[:1] == ("direction mark U+202B taken out of the subject or the sender's name",)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Subject: x\n", b"Content-Type: multipart/mixed; boundary=e\n\n--e\n"]),
)
def test_any_bytes_are_read_or_refused_by_name(noise: bytes, lead: bytes) -> None:
    try:
        message = read(lead + noise)
    except IntakeError:
        return
    assert "\x00" not in message.subject + message.from_name + message.text
    assert len(message.digest) == 64


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("x" * 255 + ".md", "x" * 197 + ".md"),
        ("مقال " * 60 + ".txt", ("مقال " * 60)[:196] + ".txt"),
        ("x" * 300, "x" * 200),
        ("." + "x" * 300, "." + "x" * 199),
        ("draft.md", "draft.md"),
    ],
)
def test_a_long_file_name_keeps_its_ending(sent: str, kept: str) -> None:
    assert files.typed(sent, b"The harbour wall was built for ships.").filename == kept
