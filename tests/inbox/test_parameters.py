import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.message import read
from intake.inbox.parameters import parameters
from tests.inbox.letters import PIECE, multipart

NAMES = {
    "plain": (b"filename=a.doc", "a.doc"),
    "spaces round the sign": (b"filename = a.doc", "a.doc"),
    "spaces without quotes": (b"filename=my last piece.doc", "my last piece.doc"),
    "no closing quote": (b'filename="a.doc', "a.doc"),
    "a semicolon in quotes": (b'filename="a;b.doc"', "a;b.doc"),
    "a quote in quotes": (b'filename="a\\"b.doc"', 'a"b.doc'),
    "a Windows path": (b'filename="C:\\temp\\a.doc"', "C:\\temp\\a.doc"),
    "an equals sign": (b"filename=x=y.doc", "x=y.doc"),
    "brackets": (b"filename=a(1).doc", "a(1).doc"),
    "out of order": (b'filename*1="b.docx"; filename*0="a"', "ab.docx"),
    "a gap": (b"filename*0=a; filename*2=c", "ac"),
    "ten and more": (b"filename*10=k; filename*2=c; filename*0=a", "ack"),
    "leading zeros": (b"filename*00=a; filename*01=b.doc", "ab.doc"),
    "no charset": (b"filename*=''%C3%A9.doc", "é.doc"),
    "no charset nor marks": (b"filename*=%C3%A9.doc", "é.doc"),
    "quoted": (b"filename*=\"utf-8''caf%C3%A9.doc\"", "café.doc"),
    "a letter split": (b"filename*0*=utf-8''caf%C3; filename*1*=%A9.doc", "café.doc"),
    "encoded and plain": (b"filename*0*=utf-8''caf%C3%A9; filename*1=\" %20.doc\"", "café %20.doc"),
    "a language": (b"filename*0*=utf-8'ar'%D9%85; filename*1*=%D9%84", "مل"),
    "both forms": (b"filename=a.doc; filename*=utf-8''%C3%A9.doc", "é.doc"),
    "a wrong charset": (b"filename*=iso-8859-1''%C3%A9.doc", "é.doc"),
    "latin said to be utf-8": (b"filename*=utf-8''%E9t%E9.doc", "été.doc"),
    "windows-1256": (b"filename*=windows-1256''%E3%DE%C7%E1.doc", "مقال.doc"),
    "encoded word in quotes": (b'filename="=?utf-8?Q?caf=C3=A9.doc?="', "café.doc"),
    "encoded word without quotes": (b"filename==?utf-8?Q?caf=C3=A9.doc?=", "café.doc"),
    "encoded word with a semicolon": (b"filename==?utf-8?Q?a;b=C3=A9?=; x=y", "a;bé"),
    "encoded words, folded": (b'filename="=?utf-8?Q?caf=C3=A9?=\r\n =?utf-8?Q?_x.doc?="', "café x.doc"),
    "encoded word in a starred name": (b'filename*="=?utf-8?Q?caf=C3=A9.doc?="', "café.doc"),
    "encoded word over continuations": (b'filename*0="=?utf-8?Q?caf"; filename*1="=C3=A9?=.doc"', "café.doc"),
    "percent signs without a star": (b'filename="%D9%85%D9%82%D8%A7%D9%84.docx"', "مقال.docx"),
    "charset without a star": (b"filename=utf-8''caf%C3%A9.doc", "café.doc"),
    "a real percent sign": (b'filename="100% sure.doc"', "100% sure.doc"),
    "bare utf-8": ('filename="مقال.docx"'.encode(), "مقال.docx"),
    "bare latin": ('filename="café.doc"'.encode("latin-1"), "café.doc"),
    "bare windows-1256": ('filename="مقال جديد.docx"'.encode("cp1256"), "مقال جديد.docx"),
    "bare utf-8 in a starred name": ("filename*=UTF-8''café.doc".encode(), "café.doc"),
    "twice": (b"filename=a.doc; filename=b.doc", "a.doc"),
    "empty pieces": (b";; filename=a.doc;", "a.doc"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_read_however_it_was_written(name: str) -> None:
    raw, filename = NAMES[name]
    assert parameters(b"attachment; " + raw)[1]["filename"] == filename


def test_a_missing_semicolon_does_not_hide_the_charset() -> None:
    assert parameters(b"text/plain charset=utf-8; format=flowed") == (
        "text/plain",
        {"charset": "utf-8", "format": "flowed"},
    )


LETTERS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)
SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def percented(content: bytes) -> bytes:
    return b"".join(bytes([each]) if each in SAFE else b"%%%02X" % each for each in content)


def starred(name: str) -> bytes:
    return b"filename*=utf-8''" + percented(name.encode())


def continued(name: str) -> bytes:
    content = name.encode()
    pieces = [content[at : at + 3] for at in range(0, len(content), 3)]
    lines = [b"filename*%d*=%s%s" % (n, b"" if n else b"utf-8''", percented(piece)) for n, piece in enumerate(pieces)]
    return b"; ".join(reversed(lines[:90]))


def worded(name: str) -> bytes:
    return b'filename="=?utf-8?B?' + base64.b64encode(name.encode()) + b'?="'


def bare(name: str) -> bytes:
    return b'filename="' + name.encode() + b'"'


@given(LETTERS, st.sampled_from([starred, continued, worded, bare]))
def test_a_name_comes_back_from_every_way_of_writing_it(name: str, way: object) -> None:
    assert callable(way)
    header = b"Content-Disposition: attachment; " + way(name + ".docx") + b"\n\nPK"
    message = read(multipart(f"Content-Type: text/plain; charset=utf-8\n\n{PIECE}", header))
    assert [file.filename for file in message.attachments] == [name + ".docx"]
