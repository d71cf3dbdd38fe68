"""Mailgun's routes: ``forward("https://…/in/mailgun/mime")`` posts the raw message, since the address ends in "mime".

The signature covers time and token, not the mail: so a token brings one mail, and a second one under it is refused. A
try again repeats the signature of the first, for eight hours; a window shorter than that would lose mail.
https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
"""

from collections.abc import Sequence
from datetime import timedelta

from intake.ingress.webhooks.provider import Mail, Misset, Posted, Provider, address, check_signature, check_time

WINDOW = timedelta(hours=9)
"""Eight hours of tries, and some delay."""


def read(posted: Posted, secrets: Sequence[bytes]) -> Mail:
    """Return the mail of a signed form. Raises Unproven, Misset, Never."""
    time, token, signature = (posted.fields.get(name, b"").strip() for name in ("timestamp", "token", "signature"))
    check_signature(secrets, [signature], time, token)
    check_time(time, posted.now, WINDOW)
    raw = posted.fields.get("body-mime")
    if not raw:
        raise Misset("The form has no body-mime. Let the address in the route end in /in/mailgun/mime.")
    named = posted.fields.get("recipient", b"").split(b",")
    recipients = tuple(address(one) for one in named if one.strip())
    sender = address(posted.fields.get("sender", b""))
    return Mail(raw, sender, recipients, f"mailgun {time.decode()} {token.hex()}")


PROVIDER = Provider(
    name="mailgun",
    path="mailgun/mime",
    media_types=frozenset({"multipart/form-data", "application/x-www-form-urlencoded"}),
    read=read,
    answers={413: 406, 422: 406},  # all but 200 and 406 is tried again
)
