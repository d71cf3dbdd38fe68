import re

import pytest

from intake.domain.errors import TooLarge, Unreadable
from intake.manuscripts import READABLE, kind_of, kinds, read
from tests.factories_docx import docx, paragraph, zipped
from tests.factories_odt import odt, p
from tests.factories_pdf import pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512


@pytest.mark.parametrize(
    ("data", "filename", "expected"),
    [
        (docx(paragraph("a")), "a.pdf", kinds.DOCX),
        (zipped({"word/document.xml": "", "word/vbaProject.bin": ""}), "a.docx", kinds.DOCM),
        (zipped({"mimetype": kinds.ODT, "content.xml": ""}), "a.docx", kinds.ODT),
        (zipped({"mimetype": f"{kinds.ODT}-web", "content.xml": ""}), "a.docx", kinds.ODT),
        (zipped({"Index/Document.iwa": ""}), "a.pages", kinds.PAGES),
        (zipped({"a.txt": ""}), "a.docx", kinds.ZIP),
        (b"PK\x03\x04 broken", "a.docx", kinds.ZIP),
        (b"%PDF-1.7\n\x00", "a.docx", kinds.PDF),
        (b"{\\rtf1 a}", "a.doc", kinds.RTF),
        (OLE, "a.doc", kinds.DOC),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", kinds.ENCRYPTED),
        (b"\x89PNG\r\n\x1a\n\x00", "a.docx", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.txt", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.txt", "image/webp"),
        (b"%!PS-Adobe", "a.txt", "application/postscript"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>a", "a.txt", kinds.HTML),
        (b"<?xml version='1.0'?><html><p>a</p></html>", "a.txt", kinds.HTML),
        (b"a fragment", "a.HTM", kinds.HTML),
        (b"<p>is talked about", "a.txt", kinds.PLAIN),
        (b"# Head", "a.md", kinds.MARKDOWN),
        ("نص".encode("utf-16"), "a.txt", kinds.PLAIN),
        ("نص".encode(), "", kinds.PLAIN),
        (b"a\x00b", "a.txt", kinds.UNKNOWN),
    ],
)
def test_content_tells_the_kind(data: bytes, filename: str, expected: str) -> None:
    assert kind_of(data, filename) == expected


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (b"%PDF-1.7", "damaged"),
        (OLE, "old Word document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (zipped({"mimetype": "x", "content.xml": ""}), "an archive"),
        (zipped({"xl/workbook.xml": ""}), "not a text"),
        (zipped({"ppt/presentation.xml": ""}), "not a text"),
        (b"a" * 20_000_001, "over 20 MB"),
        (zipped({"Index/Document.iwa": ""}), "Apple Pages"),
        (zipped({"a.txt": ""}), "an archive"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture or another kind of file (image/png)"),
        (b"a\x00b", "no kind of document we know"),
    ],
)
def test_other_kinds_are_refused_with_a_cure(data: bytes, cause: str) -> None:
    with pytest.raises((Unreadable, TooLarge)) as refused:
        read(data, "piece.docx")
    assert cause in str(refused.value)
    assert re.search(r"\.docx|Remove the password", str(refused.value))


def test_every_readable_kind_is_read() -> None:
    found = {read(data, name).media_type for data, name in _samples()}
    assert found == READABLE


def _samples() -> list[tuple[bytes, str]]:
    return [
        (docx(paragraph("a")), ""),
        (docx(paragraph("a"), word__vbaProject="<x/>").replace(b"vbaProject.xml", b"vbaProject.bin"), ""),
        (odt(p("a")), ""),
        (b"{\\rtf1 a}", ""),
        (pdf([[(72, 800, 12, "a")]]), ""),
        (b"<html><p>a", ""),
        (b"a", ""),
        (b"a", "a.md"),
    ]
