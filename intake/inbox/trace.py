"""A message's fingerprint without the lines that delivery adds, so that two routes of one message are equal."""

import hashlib

from intake.inbox.caps import fields, split_header

TRACE = frozenset(
    {
        b"received",
        b"return-path",
        b"delivered-to",
        b"x-original-to",
        b"envelope-to",
        b"x-envelope-to",
        b"x-envelope-from",
        b"x-received",
        b"received-spf",
        b"authentication-results",
        b"x-authentication-results",
        b"dkim-signature",
        b"x-google-dkim-signature",
        b"x-google-smtp-source",
        b"x-gm-message-state",
        b"arc-seal",
        b"arc-message-signature",
        b"arc-authentication-results",
        b"x-spam-status",
        b"x-spam-score",
        b"x-spam-flag",
        b"x-spam-level",
        b"x-spam-checker-version",
        b"x-virus-scanned",
    }
)


def digest(raw: bytes) -> str:
    """Return the SHA-256 (hex) of a message without trace headers; line ends count as LF, as routes differ in them."""
    block, body = split_header(raw)
    kept = [field for field in fields(block) if not _is_trace(field)]
    whole = b"".join(kept) + body
    return hashlib.sha256(whole.replace(b"\r\n", b"\n")).hexdigest()


def _is_trace(field: bytes) -> bool:
    return field.startswith((b"From ", b">From ")) or field.partition(b":")[0].strip().lower() in TRACE
