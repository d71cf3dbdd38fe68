"""Header fields: from raw bytes to clean text, identifiers and dates. Parameters and addresses have pages of their own.

Encoded words (RFC 2047) are read here, because the standard library raises, loses bytes or takes quadratic time on
fields that real mail holds. It trusts no field: everything it gives is only what was written.
"""

import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message as Part
from email.utils import parsedate_to_datetime

from intake.inbox.charset import clean, decode

MOST_ENCODED_WORDS = 600
LONGEST_LINE = 2_000
_WORD = re.compile(
    rb"=\?\s{0,3}([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\s{0,3}\?\s{0,3}"
    rb"([bBqQ])\s{0,3}\?(.*?)(?:\?=(?![0-9A-F]{2}[=_])|(?==\?[\w.:+*-]{1,60}\?[bBqQ]\?)|\??$)",
    re.DOTALL,
)
"""An encoded word (RFC 2047), also one with spaces in it, or whose end was lost."""
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u180e]")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


def raw_values(part: Part, name: str) -> list[bytes]:
    """Return the undecoded values of every field of a name, in order."""
    return [
        str(value).encode("ascii", "surrogateescape") if isinstance(value, str) else str(value).encode("utf-8")
        for key, value in part.raw_items()
        if key.lower() == name
    ]


def raw_value(part: Part, name: str) -> bytes:
    """Return the undecoded value of the first field that holds one, or nothing."""
    return next((value for value in raw_values(part, name) if value.strip()), b"")


def text_of(raw: bytes, charsets: Iterable[str] = (), language: str = "en") -> str:
    """Return a field's value as one clean line, encoded words read; ``charsets`` help with bare 8-bit text."""
    return one_line(_decoded(raw, tuple(charsets), language)) if raw else ""


def one_line(text: str) -> str:
    """Return text on one line, without controls, direction marks and invisible characters."""
    bare = _INVISIBLE.sub("", _DIRECTION.sub("", re.sub(r"\s", " ", text)))
    return clean(re.sub(r" +", " ", bare)).strip()[:LONGEST_LINE]


def direction_marks(raw: bytes) -> tuple[str, ...]:
    """Return the names of the direction marks a field holds, such as U+202E: they can make a name read backwards."""
    return tuple(dict.fromkeys(f"U+{ord(mark):04X}" for mark in _DIRECTION.findall(_decoded(raw, (), "en"))))


def _decoded(raw: bytes, charsets: tuple[str, ...], language: str) -> str:
    """Read encoded words, joining neighbours of one charset as bytes (a letter may be split between two words)."""
    flat = re.sub(rb"[\r\n]+(?=[ \t])", b"", raw)
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for count, word in enumerate(_WORD.finditer(flat)):
        if count >= MOST_ENCODED_WORDS:
            break
        between = flat[end : word.start()]
        name = word[1].decode("ascii", "replace")
        if pending and (between.strip() or name.lower() != charset.lower()):
            out.append(decode(pending, charset, charsets, language).text)
            pending = b""
        if between.strip() or not end:
            out.append(decode(between, None, charsets, language).text)
        content, end = word[3], word.end()
        if word[2] in b"bB" and not word[0].endswith(b"?="):
            content = (content.split(maxsplit=1) or [b""])[0]
            end = word.start(3) + word[3].index(content) + len(content)
        pending, charset = pending + _word_bytes(word[2], content), name
    if pending:
        out.append(decode(pending, charset, charsets, language).text)
    out.append(decode(flat[end:], None, charsets, language).text)
    return "".join(out)


def _word_bytes(encoding: bytes, content: bytes) -> bytes:
    """Return an encoded word's bytes; each base64 piece by itself, as some programs pad in the middle."""
    if encoding in b"qQ":
        spaced = content.replace(b"_", b" ").replace(b"\n", b"")
        return _HEX.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), spaced)
    pieces = (_NOT_BASE64.sub(b"", piece) for piece in content.split(b"="))
    return b"".join(binascii.a2b_base64(_whole(piece)) for piece in pieces)


def _whole(piece: bytes) -> bytes:
    """Return base64 without a letter too many, padded."""
    kept = piece[: len(piece) - (len(piece) % 4 == 1)]
    return kept + b"=" * (-len(kept) % 4)


def message_ids(raw: bytes) -> tuple[str, ...]:
    """Return the identifiers a Message-ID, In-Reply-To or References field holds, without angle brackets."""
    text = text_of(raw)
    found = tuple(_MESSAGE_ID.findall(text))
    if found:
        return found
    bare = text.strip("<> ")
    return (bare[:900],) if bare and " " not in bare else ()


def date_of(raw: bytes) -> datetime | None:
    """Return a Date field as an aware datetime, UTC where no zone is told; None when it cannot be read."""
    try:
        found = parsedate_to_datetime(text_of(raw))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
