"""Header fields: from raw bytes to clean text, parameters, addresses and identifiers.

Encoded words (RFC 2047) and parameters (RFC 2231) are read here, because the standard library raises, loses bytes or
takes quadratic time on fields that real mail holds. It trusts no field: everything it gives is only what was written.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message as Part
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from intake.inbox.charset import clean, decode

MOST_ENCODED_WORDS = 600
LONGEST_LINE = 2_000
MOST_PIECES = 100
"""Parameters or addresses of one field that are looked at."""
_WORD = re.compile(rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_SPECIAL = re.compile(rb"\\.|[\"(),;<>]", re.DOTALL)
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u180e]")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_CONTINUED = re.compile(r"^(.+?)(?:\*(\d{1,3}))?(\*)?$")


def raw_values(part: Part, name: str) -> list[bytes]:
    """Return the undecoded values of every field of a name, in order."""
    return [
        str(value).encode("ascii", "surrogateescape") if isinstance(value, str) else str(value).encode("utf-8")
        for key, value in part.raw_items()
        if key.lower() == name
    ]


def raw_value(part: Part, name: str) -> bytes:
    """Return the first field's undecoded value, or nothing."""
    return next(iter(raw_values(part, name)), b"")


def text_of(raw: bytes, charsets: Iterable[str] = (), language: str = "en") -> str:
    """Return a field's value as one clean line, encoded words read; ``charsets`` help with bare 8-bit text."""
    return one_line(_decoded(raw, tuple(charsets), language))


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
        pending, charset, end = pending + _word_bytes(word[2], word[3]), name, word.end()
    if pending:
        out.append(decode(pending, charset, charsets, language).text)
    out.append(decode(flat[end:], None, charsets, language).text)
    return "".join(out)


def _word_bytes(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"qQ":
        return quopri.decodestring(content.replace(b"_", b" ").replace(b"\n", b""), header=False)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return base64.b64decode(kept[: len(kept) // 4 * 4])


def parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """Return a field's lower-case main value and its parameters (RFC 2045, 2231), names lower-case; first one wins."""
    main, *rest = _split(raw, b";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for chunk in rest:
        name, sign, value = chunk.partition(b"=")
        found = _CONTINUED.match(name.strip().decode("ascii", "replace").lower())
        if not sign or not found:
            continue
        value = _unquoted(value.strip())
        if found[2] is None and not found[3]:
            plain.setdefault(found[1], text_of(value))
        else:
            pieces.setdefault(found[1], []).append((int(found[2] or 0), bool(found[3]), value))
    return text_of(main).lower(), plain | {name: _joined(parts) for name, parts in pieces.items()}


def _joined(parts: list[tuple[int, bool, bytes]]) -> str:
    """Put an RFC 2231 value together: numbered pieces in order, percent signs read where a star says so."""
    charset, content = None, b""
    for place, (_, starred, value) in enumerate(sorted(parts, key=lambda part: part[0])):
        if starred and place == 0 and value.count(b"'") >= 2:
            name, _, value = value.split(b"'", 2)
            charset = name.decode("ascii", "replace")
        content += unquote_to_bytes(value) if starred else value
    return one_line(decode(content, charset).text)


def _split(raw: bytes, separator: bytes, most: int = MOST_PIECES) -> list[bytes]:
    """Split at a separator outside quotes, comments and angle brackets, in linear time; at most so many pieces."""
    out: list[bytes] = []
    start, quoted, comment, angle = 0, False, 0, False
    for found in _SPECIAL.finditer(raw):
        sign = found[0]
        if sign == b'"':
            quoted = quoted != (not comment)
        elif quoted:
            continue
        elif sign in b"()":
            comment = max(0, comment + (1 if sign == b"(" else -1))
        elif sign in b"<>":
            angle = angle if comment else sign == b"<"
        elif sign == separator and not (comment or angle):
            out.append(raw[start : found.start()])
            start = found.end()
            if len(out) == most:
                return out
    return [*out, raw[start:]]


def _unquoted(value: bytes) -> bytes:
    if value[:1] == b'"':
        inner = value[1:]
        inner = inner[: inner.rindex(b'"')] if b'"' in inner else inner
        return re.sub(rb"\\(.)", rb"\1", inner)
    return value


def addresses(raw: bytes, charsets: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (name, address) pairs of an address field (RFC 5322, groups opened); at most 100, either may be empty."""
    flat = re.sub(rb"[\r\n]+(?=[ \t])", b"", raw)
    pairs = []
    for chunk in _split(flat.replace(b";", b",") if b":" in flat else flat, b","):
        if b"@" not in chunk and b"=40" not in chunk and chunk.rstrip().endswith(b":"):
            continue
        name, address = _mailbox(re.sub(rb"^[^\"<@,]*:(?=[^/])", b"", chunk), tuple(charsets))
        if name or address:
            pairs.append((name, address))
    return pairs


def _mailbox(chunk: bytes, charsets: tuple[str, ...]) -> tuple[str, str]:
    angle = re.search(rb"<([^<>]*)>?[^<>]*$", chunk)
    if angle:
        name, address = chunk[: angle.start()], angle[1]
    else:
        comment = re.search(rb"\(([^()]*)\)", chunk)
        name = comment[1] if comment else b""
        address = re.sub(rb"\([^()]*\)", b"", chunk)
    told = text_of(_unquoted(name.strip()), charsets).strip("\"' ")
    found = re.sub(r"\s", "", text_of(address, charsets)).strip("\"'<>,")
    if "@" not in found and not angle and (b'"' in address or b" " in address.strip() or not found):
        return told or text_of(_unquoted(address.strip()), charsets).strip("\"' "), ""
    return told, found[:320]


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
