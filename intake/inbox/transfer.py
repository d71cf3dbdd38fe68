"""Content-Transfer-Encoding undone (RFC 2045, section 6), tolerant of damage. Charsets are another page's matter."""

import binascii
import quopri
import re
from email.message import Message as Part

from intake.domain import faults
from intake.inbox.headers import raw_value

MOST_UUENCODED = 20
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`]{1,90}\n)+?)(?:`\n)?end[ \t]*(?:\n|\Z)", re.MULTILINE
)
_PLAIN_TAIL = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z] [A-Za-z]")
_PLAIN_TEXT = re.compile(rb"\s*[A-Za-z]{1,20}[,;:]? (?:[A-Za-z]{1,20}[,;:.]? ?){3}")
_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
"""White space that a relay put behind a soft line break (RFC 2045, 6.7, rule 3)."""
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def content_of(part: Part) -> tuple[bytes, str | None]:
    """Return a leaf's decoded bytes, and a fault (``domain.faults``) when its encoding was broken or unknown."""
    encoded = _undecoded(part)
    named = re.findall(rb"[\w-]+", raw_value(part, "content-transfer-encoding").lower())
    encoding = named[0].decode("ascii", "replace") if named else "7bit"
    if encoding.startswith("base"):
        return (encoded, faults.NOT_BASE64) if _PLAIN_TEXT.match(encoded) else _base64(encoded)
    if encoding.startswith("quoted"):
        return _quoted_printable(encoded), None
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(encoded)
    known = encoding in {"7bit", "8bit", "binary", "7-bit", "8-bit"}
    return encoded, None if known else faults.UNKNOWN_ENCODING % {"encoding": repr(encoding[:40])}


def reopened(part: Part) -> bytes | None:
    """Return the content of a multipart that the parser found no parts in, its encoding undone, else None."""
    if part.get_content_maintype() != "multipart" or part.is_multipart():
        return None
    return content_of(part)[0]


def message_in(part: Part, inner: list[Part]) -> bytes | None:
    """Return a nested message that was encoded, which RFC 2046 5.2.1 forbids and some programs do; else None."""
    if len(inner) != 1 or next(iter(inner[0].raw_items()), None) or inner[0].is_multipart():
        return None
    encoding = raw_value(part, "content-transfer-encoding").strip().lower()
    if encoding == b"base64":
        return _base64(_undecoded(inner[0]))[0]
    return _quoted_printable(_undecoded(inner[0])) if encoding == b"quoted-printable" else None


def without_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a text without the uuencoded files in it, and these as (name, bytes): so old programs attach them."""
    if "\nend" not in text:
        return text, []
    found: list[tuple[str, bytes]] = []

    def taken(match: re.Match[str]) -> str:
        data, defect = _uuencoded(match[2].encode("ascii"))
        if defect or len(found) == MOST_UUENCODED:
            return match[0]
        found.append((match[1], data))
        return ""

    return _UUENCODED.sub(taken, text), found


def _undecoded(part: Part) -> bytes:
    """Return a part's payload as it came; the parser's own decoding is told apart by an encoding it does not know."""
    payload = part._payload  # type: ignore[attr-defined]  # get_payload() decodes 8-bit text lossily
    return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


def _quoted_printable(encoded: bytes) -> bytes:
    return quopri.decodestring(_SOFT_BREAK.sub(b"=", encoded))


def _base64(encoded: bytes) -> tuple[bytes, str | None]:
    """Decode base64 piece by piece between its padding; plain text behind the last (a list's footer) stays as it is."""
    body, tail = encoded, b""
    if (end := encoded.rstrip().rfind(b"=")) >= 0 and _PLAIN_TAIL.search(encoded, end + 1):
        body, tail = encoded[: end + 1], encoded[end + 1 :]
    pieces = [_NOT_BASE64.sub(b"", piece) for piece in body.split(b"=")]
    stray = len(_NOT_BASE64.findall(re.sub(rb"[\s=]", b"", body)))
    defect = faults.BEHIND_BASE64 if tail else faults.STRAY_BASE64 % {"count": stray} if stray else None
    if any(len(piece) % 4 == 1 for piece in pieces):
        pieces, defect = [piece[: len(piece) - (len(piece) % 4 == 1)] for piece in pieces], faults.CUT_BASE64
    return b"".join(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)) for piece in pieces) + tail, defect


def _uuencoded(encoded: bytes) -> tuple[bytes, str | None]:
    out = bytearray()
    defect = None
    for line in encoded.splitlines():
        if line.startswith(b"begin ") or line.strip() in {b"", b"`", b"end"}:
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            defect = faults.UUENCODING
    return bytes(out), defect
