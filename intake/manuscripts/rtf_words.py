"""Rich Text Format taken apart: groups, control words, bytes and Unicode signs, and the code page of each font.

After the Rich Text Format Specification 1.9.1. It knows no document: ``rtf`` gives the words their meaning.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)

CHARSETS = {
    2: "symbol", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 179: "cp1256", 180: "cp1256",
    181: "cp1255", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
"""Python's codecs for the numbers of ``\\fcharset``; 0 and 1 say nothing."""


class Token(NamedTuple):
    """One token. ``kind`` is word, sign, byte, text, open or close; ``number`` is None where a word has none."""

    kind: str
    name: str = ""
    number: int | None = None
    raw: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Go through the tokens; bytes after ``\\bin`` are passed over, what fits nothing is skipped."""
    position = max(0, data.find(b"{\\rtf"))  # a byte order mark may stand before it
    while found := _TOKEN.search(data, position):
        position = found.end()
        if word := found["word"]:
            number = int(found["number"]) if found["number"] else None
            if word == b"bin":
                position += max(0, number or 0)
                continue
            yield Token("word", word.decode("ascii"), number)
        elif text := found["text"]:
            yield Token("text", raw=text)
        elif byte := found["hex"]:
            yield Token("byte", raw=bytes.fromhex(byte.decode("ascii")))
        elif brace := found["brace"]:
            yield Token("open" if brace == b"{" else "close")
        else:
            yield Token("sign", (found["sign"] or b"").decode("latin-1"))


def codec_of(page: int) -> str:
    """Return Python's codec for a Windows code page; cp1252 for one it does not know."""
    name = {10000: "mac_roman", 10004: "mac_arabic", 65001: "utf-8", 936: "gb18030"}.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def decoded(raw: bytes, codec: str) -> str:
    """Return bytes as text; of a symbol font only its bullets mean something."""
    if codec == "symbol":
        return raw.decode("latin-1").replace("\xb7", "•") if raw.strip(b"\xb7 \t") == b"" else ""
    return raw.decode(codec, "replace")


def unicode_sign(number: int) -> str:
    """Return the sign of ``\\u``: a UTF-16 unit, negative above 32767; symbol fonts' private signs go but bullets."""
    point = number & 0xFFFF
    if 0xF000 <= point <= 0xF0FF:
        return "•" if point == 0xF0B7 else ""
    return chr(point)


def paired(text: str) -> str:
    """Return text with pairs of UTF-16 units joined; a lone one becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
