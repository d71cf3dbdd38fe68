import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.mailboxes import addresses

QUOTED = b"=?utf-8?B?" + base64.b64encode('"سلمى" <a@b>'.encode()) + b"?="
FIELDS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "nothing": (b"", []),
    "bare": (b"a@b", [("", "a@b")]),
    "in brackets": (b"<a@b>", [("", "a@b")]),
    "two": (b"Salma <a@b>, Omar <c@d>", [("Salma", "a@b"), ("Omar", "c@d")]),
    "semicolons": (b"a@b; c@d", [("", "a@b"), ("", "c@d")]),
    "a comma in quotes": (b'"Idris, Salma" <a@b>', [("Idris, Salma", "a@b")]),
    "a comma without quotes": (b"Idris, Salma <a@b>", [("Idris, Salma", "a@b")]),
    "a comma in an encoded word": (b"=?utf-8?Q?Idris,_Salma?= <a@b>", [("Idris, Salma", "a@b")]),
    "an encoded word in quotes": (b'"=?utf-8?Q?Jos=C3=A9?=" <a@b>', [("José", "a@b")]),
    "all in one encoded word": (b"=?utf-8?Q?Salma_<a=40b>?=", [("Salma", "a@b")]),
    "all in one encoded word, quoted": (QUOTED, [("سلمى", "a@b")]),
    "a group": (b'G: "A, B" <a@b>, c@d; e@f', [("A, B", "a@b"), ("", "c@d"), ("", "e@f")]),
    "an empty group": (b"undisclosed-recipients:;", []),
    "a comment for a name": (b"a@b (Salma (the) Idris)", [("Salma (the) Idris", "a@b")]),
    "comments all over": (b"(x) Salma <a@b> (y)", [("Salma", "a@b")]),
    "comments inside": (b"a(c1)@(c2)b.c", [("c1", "a@b.c")]),
    "an encoded comment": (b"a@b (=?utf-8?Q?Jos=C3=A9?=)", [("José", "a@b")]),
    "a comment never closed": (b"a@b (Salma", [("Salma", "a@b")]),
    "a quoted local part": (b'"a b"@c.d', [("", '"a b"@c.d')]),
    "a route": (b"<@r1,@r2:a@b>", [("", "a@b")]),
    "spaces round the at": (b"a @ b.c", [("", "a@b.c")]),
    "never closed": (b"Salma <a@b", [("Salma", "a@b")]),
    "never opened": (b"Salma a@b>", [("Salma", "a@b")]),
    "no brackets": (b"Salma a@b", [("Salma", "a@b")]),
    "square brackets": (b"Salma [a@b]", [("Salma", "a@b")]),
    "doubled brackets": (b"Salma <<a@b>>", [("Salma", "a@b")]),
    "the address twice": (b"a@b a@b", [("", "a@b")]),
    "mailto": (b"<mailto:a@b>", [("", "a@b")]),
    "single quotes": (b"'Salma' <a@b>", [("Salma", "a@b")]),
    "quotes in the name": (b'Salma "X" Idris <a@b>', [('Salma "X" Idris', "a@b")]),
    "an escaped quote": (b'"Sal\\"ma" <a@b>', [('Sal"ma', "a@b")]),
    "an address for a name": (b'"a@b" <c@d>', [("a@b", "c@d")]),
    "a literal": (b"a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
    "an Arabic address": ("سلمى <سلمى@مثال.مصر>".encode(), [("سلمى", "سلمى@مثال.مصر")]),
    "an xn-- domain": (b"a@xn--mgbh0fb.xn--wgbh1c", [("", "a@xn--mgbh0fb.xn--wgbh1c")]),
    "a raw latin name": ("José <a@b>".encode("latin-1"), [("José", "a@b")]),
    "a raw Arabic name": ("سلمى إدريس <a@b>".encode("cp1256"), [("سلمى إدريس", "a@b")]),
    "a comma at the end": (b"a@b, ", [("", "a@b")]),
    "a name with a web address": (b'"Salma: http://a.example" <a@b>', [("Salma: http://a.example", "a@b")]),
    "folded": (b"Salma\r\n\tIdris\r\n <a@b>", [("Salma Idris", "a@b")]),
}


@pytest.mark.parametrize("name", FIELDS)
def test_an_address_field_is_read_however_it_was_written(name: str) -> None:
    raw, pairs = FIELDS[name]
    assert addresses(raw) == pairs


@given(st.binary(max_size=200))
def test_any_field_gives_pairs(raw: bytes) -> None:
    assert len(addresses(raw)) <= 101


@given(st.text(st.sampled_from('"\\()<>,;:@ a=?'), max_size=60))
def test_any_punctuation_gives_pairs(text: str) -> None:
    assert all(name or address for name, address in addresses(text.encode()))
