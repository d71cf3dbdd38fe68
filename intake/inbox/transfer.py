"""Content-Transfer-Encoding undone (RFC 2045, section 6), tolerant of damage. Charsets are another page's matter."""

import binascii
import quopri
import re
from email.message import Message as Part

from intake.inbox.headers import raw_value

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def content_of(part: Part) -> tuple[bytes, str | None]:
    """Return a leaf's decoded bytes, and a defect in English when its encoding was broken or unknown."""
    encoded = _undecoded(part)
    named = re.findall(rb"[\w-]+", raw_value(part, "content-transfer-encoding").lower())
    encoding = named[0].decode("ascii", "replace") if named else "7bit"
    if encoding == "base64":
        return _base64(encoded)
    if encoding in {"quoted-printable", "quotedprintable"}:
        return quopri.decodestring(encoded), None
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(encoded)
    known = encoding in {"7bit", "8bit", "binary", "7-bit", "8-bit"}
    return encoded, None if known else f"unknown transfer encoding {encoding[:40]!r}"


def _undecoded(part: Part) -> bytes:
    """Return a part's payload as it came; the parser's own decoding is told apart by an encoding it does not know."""
    payload = part._payload  # type: ignore[attr-defined]  # get_payload() decodes 8-bit text lossily
    return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


def _base64(encoded: bytes) -> tuple[bytes, str | None]:
    head = encoded.split(b"=", 1)[0] if encoded.rstrip().endswith(b"=") else encoded
    text = _NOT_BASE64.sub(b"", head)
    stray = len(_NOT_BASE64.findall(re.sub(rb"[\s=]", b"", encoded)))
    defect = f"{stray} stray bytes in base64" if stray else None
    if len(text) % 4 == 1:
        text, defect = text[:-1], "base64 was cut off"
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4)), defect


def _uuencoded(encoded: bytes) -> tuple[bytes, str | None]:
    out = bytearray()
    defect = None
    for line in encoded.splitlines():
        if line.startswith(b"begin ") or line.strip() in {b"", b"`", b"end"}:
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            defect = "broken uuencoding"
    return bytes(out), defect
