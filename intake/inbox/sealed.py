"""Signed and encrypted messages: what is only signed is read, what is encrypted is told, so that a person can ask anew.

RFC 1847, RFC 8551 (S/MIME), RFC 9580 and RFC 3156 (OpenPGP). No signature is checked and nothing is decrypted.
"""

import re
from typing import Literal

from asn1crypto.cms import ContentInfo

from intake.inbox.leaves import Leaf

Seal = Literal["", "S/MIME", "PGP"]
ENVELOPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
MOST_SIGNED = 10
LARGEST_ENVELOPE = 25_000_000
_PGP_PARTS = frozenset({"application/pgp-encrypted", "application/pgp"})
_PGP_MESSAGE = re.compile(r"^\s*-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)
_CLEAR_SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]+: .*\n)*[ \t]*\n"
    r"(?P<text>(?:(?!-----BEGIN PGP SIGNATURE-----).*\n)*)"
    r"-----BEGIN PGP SIGNATURE-----[ \t]*\n(?:.*\n)*?-----END PGP SIGNATURE-----[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)


def seal_of(media_type: str, leaves: list[Leaf], text: str) -> Seal:
    """Return how a message is encrypted, or nothing. ``media_type`` is the whole message's, ``text`` its body."""
    if any(is_envelope(leaf) for leaf in leaves):
        return "S/MIME"
    if media_type == "multipart/encrypted" or any(leaf.media_type in _PGP_PARTS for leaf in leaves):
        return "PGP"
    return "PGP" if _PGP_MESSAGE.search(text) else ""


def is_envelope(leaf: Leaf) -> bool:
    """Tell whether a leaf is a whole S/MIME message (RFC 8551, section 3.2), also where only its name says so."""
    named = leaf.filename.lower().endswith(".p7m") and leaf.media_type == "application/octet-stream"
    return leaf.media_type in ENVELOPES or named


def opened(envelope: bytes) -> bytes | None:
    """Return the message inside an S/MIME envelope that is only signed (opaque signing), or None."""
    if not envelope or len(envelope) > LARGEST_ENVELOPE:
        return None
    try:
        outer = ContentInfo.load(envelope)
        if outer["content_type"].native != "signed_data":
            return None
        content = outer["content"]["encap_content_info"]["content"]
        inner = content.native if content is not None else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        return None
    return inner if isinstance(inner, bytes) and inner.strip() else None


def without_armour(text: str) -> str:
    """Return text whose clear-signed stretches stand without OpenPGP's lines and dashes (RFC 9580, section 7)."""
    if not 0 < text.count("-----BEGIN PGP SIGNED MESSAGE-----") <= MOST_SIGNED:
        return text
    return _CLEAR_SIGNED.sub(lambda found: re.sub(r"(?m)^- ", "", found["text"]), text)
