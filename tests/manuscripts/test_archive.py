import io
import time
import zipfile

import pytest

from intake.domain.errors import TooLarge, Unreadable
from intake.manuscripts import archive, read
from tests.factories_docx import docx, paragraph, parts, run, zipped

GOOD = parts(paragraph("Text."))
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def test_xml_parts_come_out_and_pictures_do_not() -> None:
    found = archive.unpack(zipped(GOOD | {"word/media/a.png": "\x89PNG", "word/media/a.svg": "<svg/>"}))
    assert found.keys() == GOOD.keys()
    assert found["_rels/.rels"] == GOOD["_rels/.rels"].encode()


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/big.bin"])
def test_a_member_that_inflates_beyond_the_limit_is_refused_quickly(name: str) -> None:
    bomb = zipped(GOOD | {name: "<a>" + " " * 60_000_000 + "</a>"})
    assert len(bomb) < 100_000
    start = time.process_time()
    with pytest.raises(TooLarge, match="unpacks to more than 100 MB"):
        archive.unpack(bomb)
    assert time.process_time() - start < 2


def test_many_members_that_add_up_are_refused() -> None:
    with pytest.raises(TooLarge, match="unpacks to more"):
        archive.unpack(zipped(GOOD | {f"word/media/{n}": " " * 40_000_000 for n in range(3)}))


def test_declared_sizes_are_not_believed() -> None:
    real = (60_000_000).to_bytes(4, "little")
    lying = zipped({"word/big.bin": " " * 60_000_000}).replace(real, (10).to_bytes(4, "little"))
    with pytest.raises((TooLarge, Unreadable)):
        archive.unpack(lying)


def test_too_many_members_are_refused() -> None:
    with pytest.raises(TooLarge, match="2001 parts, the limit is 2000"):
        archive.unpack(zipped({str(n): "" for n in range(2001)}))


def test_one_large_xml_part_is_refused() -> None:
    with pytest.raises(TooLarge, match="over 20 MB"):
        archive.unpack(zipped({"a.xml": "<a>" + " " * 21_000_000 + "</a>"}))


@pytest.mark.parametrize("xml", ["<a>" * 200 + "</a>" * 200, "<a>" + "<b/>" * 100_001 + "</a>"])
def test_too_many_or_too_deep_elements_are_refused(xml: str) -> None:
    with pytest.raises(TooLarge, match="too many or too deep"):
        archive.unpack(zipped({"a.xml": xml}))


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("word/document.xml")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(Unreadable, match="a link instead of a file"):
        archive.unpack(packed.getvalue())


def test_a_locked_member_is_refused() -> None:
    data = bytearray(zipped(GOOD))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="locked with a password"):
        archive.unpack(bytes(data))


def test_overlapping_members_are_refused() -> None:
    """Two entries of the directory point at the same bytes."""
    data = bytearray(zipped({"a.bin": "x" * 1000, "b.bin": "x" * 1000}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="overlap"):
        archive.unpack(bytes(data))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_parts_of_one_name_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.xml", "<a/>")
        made.writestr("a.xml", "<b/>")
    with pytest.raises(Unreadable, match="same name"):
        archive.unpack(packed.getvalue())


@pytest.mark.parametrize("doctype", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", "_rels/.rels", "word/renamed.bin"])
def test_document_types_are_refused_in_every_part(doctype: str, charset: str, name: str) -> None:
    content = (doctype + "<x>&a;</x>").encode(charset)
    with pytest.raises(Unreadable, match="declares entities"):
        archive.unpack(zipped({key: value.encode() for key, value in GOOD.items()} | {name: content}))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        zipped(GOOD)[:-40],
        zipped(GOOD | {"word/document.xml": "<a>"}),
        zipped(GOOD).replace(b"\x4b\x03\x04", b"\x4b\x03\x05"),
    ],
)
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"damaged|well-formed"):
        archive.unpack(data)


def test_every_broken_byte_is_answered() -> None:
    """Whatever is broken, the answer is a manuscript or one of our errors."""
    good = docx(paragraph("Text.", runs=run("more", "<w:b/>")))
    refused = 0
    for place in range(0, len(good), 7):
        broken = bytearray(good)
        broken[place] ^= 0x5A
        try:
            read(bytes(broken), "a.docx")
        except (Unreadable, TooLarge):
            refused += 1
    assert refused > 50
