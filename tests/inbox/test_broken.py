"""Messages whose structure is damaged: the author's words are read all the same, and the repair is told."""

import base64
import binascii
import quopri

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.domain.errors import TooLarge, Unreadable
from intake.inbox.judgement import judge
from intake.inbox.message import read
from tests.inbox.letters import ARABIC_PIECE, DESKS, PIECE, docx, mail, multipart
from tests.inbox.outlook import winmail

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HELLO = f"--x\n{PLAIN}Hello.\n--x--\n"
QP = "Content-Transfer-Encoding: quoted-printable\n"
B64 = "Content-Transfer-Encoding: base64\n"
OUTLOOK = (
    "<html xmlns:o='x'><head><style>p.MsoNormal{}</style><!--[if gte mso 9]><xml>junk</xml><![endif]--></head><body>"
    "<p class=MsoNormal>Hello.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p></body></html>"
)
DAMAGED = {
    "an mbox line": b"From salma@x Tue Mar  3 10:00:00 2026\n" + mail("Hello."),
    "a quoted mbox line": b">From salma@x Tue Mar  3 10:00:00 2026\n" + mail("Hello."),
    "a byte order mark": b"\xef\xbb\xbf" + mail("Hello."),
    "empty lines first": b"\r\n \r\n" + mail("Hello."),
    "mixed line ends": mail("Hello.").replace(b"\nTo", b"\r\nTo").replace(b"\nDate", b"\rDate"),
    "bare carriage returns": mail("Hello.").replace(b"\n", b"\r"),
    "a space before the colon": mail("Hello.").replace(b"Subject:", b"Subject :"),
    "no empty line": mail("Hello.").replace(b"\n\nHello", b"\nHello"),
    "a parameter that lost its fold": mail(HELLO, content_type='multipart/mixed;\nboundary="x"'),
    "no end": mail(HELLO.replace("--x--\n", ""), content_type="multipart/mixed; boundary=x"),
    "no boundary": mail(HELLO, content_type="multipart/mixed"),
    "another boundary": mail(HELLO, content_type="multipart/mixed; boundary=y"),
    "no parts at all": mail("Hello.", content_type="multipart/alternative; boundary=x"),
    "spaces behind the boundary": mail(HELLO.replace("--x\n", "--x \t\n"), content_type="multipart/mixed; boundary=x"),
    "no empty line in a part": mail("--x\nHello.\n--x--\n", content_type="multipart/mixed; boundary=x"),
    "all parts in base64": mail(
        base64.encodebytes(HELLO.encode()), extra=B64, content_type="multipart/mixed; boundary=x"
    ),
    "two types": mail("Hello.", extra="Content-Type: application/x-odd\n").replace(b"application/x-odd", b"text/plain"),
    "an empty type": mail("Hello.", content_type=""),
    "half a type": mail("Hello.", content_type="plain"),
    "a quote that never ends": mail("Hello.", content_type='text/plain; charset="utf-8'),
    "plain text said to be base64": mail("Hello.", extra=B64).replace(b"Hello.", b"Hello, you who read this."),
    "an encoding with a slip": mail("H=65llo.", extra="Content-Transfer-Encoding: quoted-printble\n"),
    "white space behind soft breaks": mail("Hel=  \nlo.", extra=QP),
    "padded base64 in pieces": mail("SGVs\nbG8=\nLg==\n", extra=B64),
    "base64 cut off": mail("SGVsbG8uI", extra=B64),
    "markdown": mail("Hello.", content_type="text/markdown"),
    "a page said to be plain": mail("<html><body><p>Hello.</p></body></html>\n"),
    "Outlook's page": mail(OUTLOOK, content_type="text/html"),
    "Outlook's empty plain part": multipart(PLAIN + "\n", f"Content-Type: text/html\n\n{OUTLOOK}", kind="alternative"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_was_written_is_read(name: str) -> None:
    message = read(DAMAGED[name])
    text = message.text.strip().replace(", you who read this", "")
    assert (text, message.attachments) == ("Hello.", ())
    assert (message.subject, message.from_address) == ("Op-Ed: Who pays for the harbour", "salma@author.example")


def test_a_lists_footer_behind_base64_stays() -> None:
    body = base64.encodebytes(ARABIC_PIECE.encode()) + b"\n____\nThe list\nhttps://list.example/\n"
    message = read(mail(body, extra=B64))
    assert message.text == f"{ARABIC_PIECE}\n\n____\nThe list\nhttps://list.example/\n"
    assert message.defects == ("text behind base64",)


def test_a_file_uuencoded_in_the_text_is_a_document() -> None:
    word = docx([PIECE])
    lines = b"".join(binascii.b2a_uu(word[at : at + 45]) for at in range(0, len(word), 45))
    raw = mail(b"My piece.\n\nbegin 644 piece.docx\n" + lines + b"`\nend\nThanks.\n")
    found = judge(raw, desks=DESKS)
    assert (found["disposition"], found["source"]) == ("submit", "piece.docx")
    assert [file["filename"] for file in found["inner_files"]] == ["piece.docx"]
    prose = f"They begin 644 anew.\nbegin 644 here\nand then\nend\n{PIECE}"
    assert judge(mail(prose), desks=DESKS)["body_text"].split() == prose.split()


WHOLE = [
    mail(ARABIC_PIECE.encode("cp1256"), content_type="text/plain; charset=windows-1256"),
    mail(quopri.encodestring(PIECE.encode()), extra=QP, sender='"Idris, Salma" (desk) <salma@author.example>'),
    multipart(
        PLAIN + "See.",
        b"Content-Type: message/rfc822\n\n" + mail(base64.encodebytes(PIECE.encode()), extra=B64),
        "Content-Type: application/ms-tnef; name*0*=utf-8''win; name*1=mail.dat\n"
        + B64
        + "\n"
        + base64.encodebytes(winmail({"a.docx": b"PK"}, text="Words.", html="<p>Words</p>")).decode(),
        f"Content-Type: text/html\n\n{OUTLOOK}",
        subject="=?utf-8?B?2YXZgg==?= =?utf-8?Q?Op-Ed?=",
    ),
]
MUTATION = st.tuples(st.integers(0, 4_000), st.integers(0, 12), st.binary(max_size=12))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WHOLE), st.lists(MUTATION, min_size=1, max_size=8))
def test_a_damaged_message_is_read_or_refused_by_name(raw: bytes, mutations: list[tuple[int, int, bytes]]) -> None:
    for at, cut, noise in mutations:
        at %= len(raw) or 1
        raw = raw[:at] + noise + raw[at + cut :]
    try:
        message = read(raw)
    except (Unreadable, TooLarge):
        return
    every = (message.subject, message.from_name, message.text, *(file.filename for file in message.attachments))
    assert not any("\x00" in text for text in every)
    judge(raw, desks=DESKS)


PROSE = st.text(st.characters(categories=["L", "N", "Zs"], include_characters=".,!?؟،—“”"), min_size=1, max_size=300)
EXACT = {"utf-8", "utf-16", "gb18030"}
CHARSETS = st.sampled_from(["utf-8", "windows-1256", "iso-8859-6", "windows-1252", "koi8-r", "gb18030", "utf-16"])


def _reads_as_utf_8(content: bytes) -> bool:
    try:
        return not content.isascii() and bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


@settings(max_examples=150, deadline=None)
@given(PROSE, CHARSETS, st.sampled_from(["base64", "quoted-printable"]))
def test_nothing_an_author_wrote_is_lost(text: str, charset: str, encoding: str) -> None:
    content = text.encode(charset, "ignore")
    wanted = "".join(content.decode(charset).split())
    assume(charset in EXACT or not _reads_as_utf_8(content))  # then it says another thing, as honestly
    coded = base64.encodebytes(content) if encoding == "base64" else quopri.encodestring(content)
    extra = f"Content-Transfer-Encoding: {encoding}\n"
    found = read(mail(coded, extra=extra, content_type=f"text/plain; charset={charset}"))
    if charset in EXACT:
        assert "".join(found.text.split()) == wanted
    else:
        assert len("".join(found.text.split())) == len(wanted)
