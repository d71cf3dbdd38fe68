"""Any program that can sign: it posts the raw message, with the envelope in headers that are signed with it.

Intake-Timestamp (seconds since 1970), Intake-Mail-From (empty for a bounce), Intake-Recipient (one), and
Intake-Signature: HMAC-SHA256 in hex over the three values and the message, each value followed by a line feed. Several
signatures, parted by commas, may stand there while a secret is changed. Standard Webhooks (webhook-id and so on) would
leave the envelope unsigned: a request that was seen could be sent to another desk.
"""

from collections.abc import Sequence
from datetime import timedelta

from intake.ingress.webhooks.provider import Mail, Misset, Posted, Provider, address, check_signature, check_time

WINDOW = timedelta(minutes=15)
MOST_SIGNATURES = 5


def read(posted: Posted, secrets: Sequence[bytes]) -> Mail:
    """Return a signed message with its envelope. Raises Unproven, Misset, Never."""
    time, sender, recipient = (_bytes(posted, name) for name in ("timestamp", "mail-from", "recipient"))
    given = _bytes(posted, "signature").split(b",")[:MOST_SIGNATURES]
    check_signature(secrets, given, time, b"\n", sender, b"\n", recipient, b"\n", posted.body)
    check_time(time, posted.now, WINDOW)
    if not posted.body:
        raise Misset("The body is empty; it must be the message itself.")
    named = address(recipient)
    return Mail(posted.body, address(sender), (named,) if named else ())


def _bytes(posted: Posted, name: str) -> bytes:
    """Return a header's bytes; a server hands them over as Latin-1 (PEP 3333), whatever they are."""
    return posted.headers.get(f"intake-{name}", "").encode("latin-1", "replace").strip()


PROVIDER = Provider(
    name="generic",
    path="generic",
    media_types=frozenset({"message/rfc822"}),
    read=read,
)
