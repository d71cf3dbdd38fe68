"""What an attached file is, by its content and never its name alone, and the part it may play. It opens no document."""

import re

from intake.manuscripts import kinds
from intake.manuscripts.kinds import kind_of

ROLES = ("manuscript", "image", "message", "other")
MANUSCRIPTS = frozenset(
    {
        kinds.DOCX,
        kinds.DOCM,
        kinds.ODT,
        kinds.RTF,
        kinds.PDF,
        kinds.DOC,
        kinds.PAGES,
        kinds.ENCRYPTED,
        kinds.PLAIN,
        kinds.MARKDOWN,
        kinds.HTML,
    }
)
"""Kinds an author may have written the piece in, whether or not we can read them."""

MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
TNEF = "application/vnd.ms-tnef"
_SEALS = frozenset(
    {
        "application/pgp-signature",
        "application/pgp-encrypted",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    }
)
"""Kinds that are believed where the content shows none: a signature looks like any bytes or any text."""
_FIELDS = re.compile(rb"\s*(?:[!-9;-~]{1,70}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2}")

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"BM", "image/bmp"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
)


def sniff(content: bytes, declared: str, filename: str) -> str:
    """Return the media type the content shows; the declaration and the name only tell kinds of text apart."""
    for magic, media_type in _OTHERS:
        if content.startswith(magic) and b"\x00" in content[:512]:
            return media_type
    found = kind_of(content, filename)
    if found in {kinds.PLAIN, kinds.UNKNOWN} and declared in _SEALS:
        return declared
    if (declared in MESSAGES or filename.lower().endswith(".eml")) and _FIELDS.match(content[:5_000]):
        return "message/rfc822"
    if found != kinds.PLAIN:
        return found
    if b"<svg" in content[:4096].lower():
        return "image/svg+xml"
    if declared.startswith("text/"):
        return declared
    return kinds.PLAIN if filename.lower().endswith((".txt", ".text")) else kinds.UNKNOWN


def role_of(media_type: str) -> str:
    """Return the part a file of this type may play: manuscript, image, message or other."""
    if media_type in MANUSCRIPTS:
        return "manuscript"
    if media_type.startswith("image/") and media_type != "image/svg+xml":
        return "image"
    return "message" if media_type in MESSAGES else "other"
