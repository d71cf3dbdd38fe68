"""Mail addresses: how two are compared, and the signed ones that bring an answer to its piece.

It knows no DNS and sends nothing; whether an address receives mail is learnt by writing to it.
"""

import base64
import hashlib
import hmac
import re
import secrets

_DIGEST_BYTES = 10
"""80 bits: sixteen letters in base 32, so that the local part stays within its 64 (RFC 5321, 4.5.3.1.1)."""

_REPLY = re.compile(r"[^@\s<>]*\+r-([1-9][0-9]{0,17})-([a-z2-7]{16})@[^@\s<>]+", re.ASCII)
_ATOM = re.compile(r"[^\s\x00-\x1f\x7f-\x9f@<>()\[\],;:\"\\]+")


def normalise_address(address: str) -> str:
    """Return an address as it is compared: lower case, the domain in ASCII (IDNA).

    Raises ValueError for anything but ``local@domain`` without quotes, spaces and controls, at most 254 letters long.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not (at and _ATOM.fullmatch(local) and _ATOM.fullmatch(domain)) or len(local) > 64:
        raise ValueError(f"This is no mail address: {address!r}. Write it as name@example.org.")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as wrong:
        raise ValueError(f"This mail address has no possible domain: {address!r}. Correct the part after @.") from wrong
    if ("." not in domain.strip(".") and domain != "localhost") or len(local) + len(domain) > 253:
        raise ValueError(f"This mail address has no full domain: {address!r}. Correct the part after @.")
    return f"{local}@{domain}"


def reply_address(base: str, byline_id: int, key: bytes) -> str:
    """Return the desk's address with a signed tag (``oped+r-<id>-<hmac>@…``): mail to it comes from that byline."""
    local, _, domain = base.rpartition("@")
    return f"{local.partition('+')[0]}+r-{byline_id}-{_signature(byline_id, key)}@{domain}"


def read_reply_address(address: str, key: bytes) -> int | None:
    """Return the byline's id that ``reply_address`` signed with ``key``, else ``None``; the letter case is free."""
    found = _REPLY.fullmatch(address.strip().lower())
    if found is None or not hmac.compare_digest(found[2], _signature(int(found[1]), key)):
        return None
    return int(found[1])


def looks_signed(address: str) -> bool:
    """Tell whether an address has the form of a signed one; that alone proves nothing."""
    return _REPLY.fullmatch(address.strip().lower()) is not None


def _signature(byline_id: int, key: bytes) -> str:
    digest = hmac.digest(key, b"reply address:%d" % byline_id, hashlib.sha256)
    return base64.b32encode(digest[:_DIGEST_BYTES]).decode("ascii").lower()


def message_id(domain: str) -> str:
    """Return a new Message-ID (RFC 5322, 3.6.4) that tells nothing about the machine or the time."""
    return f"<{secrets.token_hex(16)}.oped@{domain}>"


def file_name(message_id: str) -> str:
    """Return the name of the file that keeps a letter when there is no relay: its Message-ID, safe in any folder."""
    return re.sub(r"[^A-Za-z0-9@._-]", "_", message_id.strip("<>")).lstrip(".")[:150] + ".eml"
