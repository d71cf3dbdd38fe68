import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.headers import text_of
from intake.inbox.message import read
from tests.inbox.letters import mail


def b(text: str, charset: str) -> bytes:
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="


WORDS = {
    "raw spaces": (b"=?utf-8?Q?a b c=C3=A9?=", "a b cé"),
    "spaces all over": (b"=? utf-8 ?Q? =C3=A9 ?=", " é".strip()),
    "no end, B": (b"=?utf-8?B?w6kg and more", "é and more"),
    "no end, Q": (b"=?utf-8?Q?caf=C3=A9", "café"),
    "half an end": (b"=?utf-8?Q?caf=C3=A9?", "café"),
    "no end before the next": (b"=?utf-8?Q?caf=C3=A9=?utf-8?Q?_x?=", "café x"),
    "a letter split": (b"=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9_x?=", "café x"),
    "a letter split, folded, Q and B": (b"=?UTF-8?Q?caf=C3?=\r\n =?utf-8?B?qQ==?=", "café"),
    "a wrong charset": (b"=?iso-8859-1?Q?=C3=A9t=C3=A9?=", "été"),
    "us-ascii": (b"=?us-ascii?Q?=C3=A9?=", "é"),
    "latin said to be utf-8": (b"=?utf-8?Q?=E9t=E9?=", "été"),
    "an unknown charset": (b"=?x-unknown?B?w6k=?=", "é"),
    "a question mark": (b"=?utf-8?Q?Why?=3F_=C3=A9?=", "Why?? é"),
    "glued": (b"x=?utf-8?q?=c3=a9?==?utf-8?q?=c3=a9?=y", "xééy"),
    "no such encoding": (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    "a language": (b"=?utf-8*fr?Q?=C3=A9?=", "é"),
    "a bare equals sign": (b"=?utf-8?Q?=C3=A9_=_a?=", "é = a"),
    "padded in the middle": (b"=?utf-8?B?w6k=w6k=?=", "éé"),
    "stray base64": (b"=?utf-8?B?4pyT!IGE=?=", "✓ a"),
    "empty": (b"=?utf-8?Q??= x", "x"),
    "wider Chinese": (b"=?gb2312?B?" + base64.b64encode("港口镕".encode("gb18030")) + b"?=", "港口镕"),
    "two charsets": (b("رأي ", "windows-1256") + b" " + b("港の城", "iso-2022-jp"), "رأي 港の城"),
    "raw latin": ("Op-Ed: né".encode("latin-1"), "Op-Ed: né"),
    "raw Arabic": ("مقال رأي".encode("cp1256"), "مقال رأي"),
    "raw KOI8-R": ("Кто платит за гавань".encode("koi8-r"), "Кто платит за гавань"),
    "raw windows-1251": ("Кто платит за гавань".encode("cp1251"), "Кто платит за гавань"),
    "raw escapes": (b"\x1b$B9A$N>k\x1b(B", "港の城"),
    "utf-8 beside encoded words": ("رأي ".encode() + b"=?utf-8?Q?=C3=A9?=", "رأي é"),
}


@pytest.mark.parametrize("name", WORDS)
def test_encoded_words_are_read_however_broken(name: str) -> None:
    raw, text = WORDS[name]
    assert text_of(raw) == text


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40), st.integers(1, 9))
def test_a_subject_cut_anywhere_between_encoded_words_is_whole(text: str, step: int) -> None:
    content = text.encode()
    pieces = [content[at : at + step] for at in range(0, len(content), step)]
    raw = b"\r\n ".join(b"=?utf-8?B?" + base64.b64encode(piece) + b"?=" for piece in pieces)
    assert text_of(raw) == text


@given(st.binary(max_size=120), st.sampled_from([b"", b"=?utf-8?Q?", b"=?utf-8?B?", b"=?x?q?="]))
def test_any_field_gives_one_line(noise: bytes, lead: bytes) -> None:
    text = text_of(lead + noise)
    assert "\n" not in text
    assert "\x00" not in text


def test_of_two_subjects_the_first_that_says_something_counts() -> None:
    raw = mail(subject="", extra="Subject: Op-Ed: Who pays\nSubject: another\n")
    assert read(raw).subject == "Op-Ed: Who pays"
