"""Secret links: derived from the installation's key, so that no table ever holds one.

A link's token is an HMAC-SHA256 (RFC 2104) cut to 192 bits; the database keeps only its SHA-256.
"""

import base64
import hashlib
import hmac


def derive(master: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose from the installation's master key."""
    return hmac.new(master, f"purpose:{purpose}".encode(), hashlib.sha256).digest()


def author_token(key: bytes, byline_id: int, generation: int) -> str:
    """Return the 32-letter token of an author's secret link; a new generation makes every older one invalid."""
    mac = hmac.new(key, f"author:{byline_id}:{generation}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:24]).decode()


def token_hash(token: str) -> str:
    """Return the SHA-256 (hex) under which a token is looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
