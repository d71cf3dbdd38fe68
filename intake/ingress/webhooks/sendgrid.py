"""SendGrid's Inbound Parse with "POST the raw, full MIME message" ticked; the secret is the password in its address.

``https://intake:<secret>@…/in/sendgrid``. It signs nothing, so there is no token: whoever shows the secret is SendGrid.
It tries again for three days, after a 5xx only: what we have to mend is answered with one.
https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
"""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence

from intake.ingress.webhooks.provider import Mail, Misset, Posted, Provider, Unproven, address


def read(posted: Posted, secrets: Sequence[bytes]) -> Mail:
    """Return the mail of a form that came with a valid password. Raises Unproven, Misset, Never."""
    password = _password(posted.headers.get("authorization", ""))
    if True not in [hmac.compare_digest(secret, password) for secret in secrets]:
        raise Unproven("The password in the address is none of the secrets set here.")
    raw = posted.fields.get("email")
    if not raw:
        raise Misset('The form has no field "email". Tick "POST the raw, full MIME message".')
    sender, recipients = _envelope(posted.fields.get("envelope", b""))
    return Mail(raw, address(_utf8(sender)), tuple(address(_utf8(one)) for one in recipients))


def _password(header: str) -> bytes:
    """Return the password of a Basic header (RFC 7617 section 2), whoever the user is; nothing for any other."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def _envelope(given: bytes) -> tuple[str, list[str]]:
    try:
        envelope = json.loads(given)
        sender, recipients = envelope.get("from") or "", envelope["to"]
    except (ValueError, KeyError, AttributeError) as error:
        raise Misset('The field "envelope" does not name "from" and "to".') from error
    if not isinstance(recipients, list) or not all(isinstance(one, str) for one in (sender, *recipients)):
        raise Misset('The field "envelope" does not name "from" and "to" as text.')
    return sender, recipients


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # JSON can hold half a surrogate pair


PROVIDER = Provider(
    name="sendgrid",
    path="sendgrid",
    media_types=frozenset({"multipart/form-data"}),
    read=read,
    answers=dict.fromkeys((400, 401, 415, 429), 503),
)
