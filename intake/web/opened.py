"""When and how a form was filled in: the signed moment it was opened, the trap, the key that makes it count once.

What looks like a machine is told apart here and filed as suspected; nothing is refused, nobody is asked a riddle.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable

from itsdangerous import BadSignature, URLSafeSerializer

from intake.newsroom import Newsroom


def seal(newsroom: Newsroom) -> str:
    """Return the signed key of a form opened now."""
    return _signer(newsroom).dumps({"at": int(newsroom.now().timestamp()), "key": secrets.token_urlsafe(12)})


def suspicion(newsroom: Newsroom, sealed: str, trap: str) -> str | None:
    """Return why a form looks filled in by a machine ("trap", "no_form", "too_fast"), or nothing."""
    if trap:
        return "trap"
    try:
        opened = int(_signer(newsroom).loads(sealed)["at"])
    except (BadSignature, KeyError, TypeError, ValueError):
        return "no_form"
    fast = newsroom.now().timestamp() - opened < newsroom.settings.limits.form_seconds
    return "too_fast" if fast else None


def once(sealed: str, said: Iterable[tuple[str, str]]) -> str:
    """Return the key under which this very form with these very answers counts once.

    The answers are part of it: the same form sent twice is one piece, but one corrected after "back" is not lost.
    """
    return hashlib.sha256(json.dumps([sealed, *said], ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _signer(newsroom: Newsroom) -> URLSafeSerializer:
    return URLSafeSerializer(newsroom.key("form-keys").hex(), salt="opened")
