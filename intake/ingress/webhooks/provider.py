"""What every provider's file speaks of: the request as it was posted, the mail in it, and why one is refused.

It knows no web framework and stores nothing; whoever serves the addresses does.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

AHEAD = timedelta(minutes=15)
"""How far a provider's clock may run before ours."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SECONDS = re.compile(rb"[0-9]{10}")


class Refusal(Exception):
    """The mail is not taken; the text says why, to a person who sets up the provider."""


class Unproven(Refusal):
    """No valid secret or signature, or one from another time."""


class Misset(Refusal):
    """The secret is right and the mail is not where it should be: the provider is set up in another way."""


class Never(Refusal):
    """Trying again cannot help."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A request: its headers by lower-case name, the fields of a form as exact bytes or else the body, and the time."""

    headers: Mapping[str, str]
    fields: Mapping[str, bytes]
    body: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """What a proven request carries: the exact bytes and the envelope.

    ``token`` is what the provider uses once: it must not bring a second, other mail. Empty when there is none.
    """

    raw: bytes
    mail_from: str
    recipients: tuple[str, ...]
    token: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: where it posts (``/in/<path>``), what, how it is read, and which statuses it understands.

    ``read`` is given the request and the valid secrets, never none; it raises a Refusal. ``answers`` puts another
    status in the place of a usual one, so that the provider tries again exactly when that can help. The usual ones:
    200 stored, 400 Misset or a broken request, 401 Unproven, 413 too large, 415 another kind of body, 422 Never, 429
    too many refusals, 503 our own trouble.
    """

    name: str
    path: str
    media_types: frozenset[str]
    read: Callable[[Posted, Sequence[bytes]], Mail]
    answers: Mapping[int, int] = field(default_factory=dict)


def check_signature(secrets: Sequence[bytes], given: Sequence[bytes], *parts: bytes) -> None:
    """Compare signatures in hex digits, HMAC-SHA256 over the parts, with that of every secret: one must fit.

    Raises Unproven.
    """
    right = False
    for secret in secrets:
        expected = hmac.new(secret, digestmod=hashlib.sha256)
        for part in parts:
            expected.update(part)
        digits = expected.hexdigest().encode()
        for one in given:
            right |= hmac.compare_digest(digits, one.strip().lower())
    if not right:
        raise Unproven("The signature is not that of this request under any secret set here.")


def check_time(seconds: bytes, now: datetime, behind: timedelta) -> None:
    """Take a time (ten digits of seconds since 1970) at most so far behind, or ``AHEAD`` before, ours. Raises Unproven.

    Ten digits and no other number: where text follows without a mark, none can be moved from one to the other.
    """
    if not _SECONDS.fullmatch(seconds):
        raise Unproven("The timestamp must be ten digits: the seconds since 1970.")
    at = datetime.fromtimestamp(int(seconds), UTC)
    if not now - behind <= at <= now + AHEAD:
        raise Unproven(f"The timestamp is too far from this server's time, {now:%Y-%m-%dT%H:%M:%SZ}. Sign it anew.")


def address(raw: bytes) -> str:
    """Return an envelope address as text; ``<>`` is empty. Raises Never for one with control characters."""
    text = raw.decode("utf-8", "replace").strip()
    if _CONTROL.search(text):
        raise Never("An address of the envelope has control characters.")
    return text.removeprefix("<").removesuffix(">")
