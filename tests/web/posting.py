"""Requests as each provider of webhooks makes them, for Flask's test client."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_from_bytes

SECRETS = {name: f"{name}-secret-of-the-tests" for name in ("mailgun", "sendgrid", "generic")}
HUDA, OPED = "huda@author.example", "oped@harbourpost.example"
MAIL = b"From: huda@author.example\r\nSubject: Op-Ed: A wall\r\n\r\ncaf\xe9 \xff\x00 \r\nFrom a bare\nline\r\n"
BOUNDARY = "part-of-a-form"


@dataclass(frozen=True)
class Post:
    """A request: where to, and what Flask's client is given."""

    path: str
    sent: dict[str, Any] = field(default_factory=dict)


def sign(secret: str, *parts: bytes) -> str:
    return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def form(fields: Mapping[str, bytes]) -> dict[str, Any]:
    """Return a form in parts, each as exact bytes."""
    parts = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    )
    body = parts + f"--{BOUNDARY}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={BOUNDARY}"}


def mailgun_fields(
    at: datetime, secret: str, raw: bytes, sender: str, recipient: str, token: str = "a" * 50
) -> dict[str, bytes]:
    time = str(int(at.timestamp())).encode()
    return {
        "recipient": recipient.encode(),
        "sender": sender.encode(),
        "body-mime": raw,
        "timestamp": time,
        "token": token.encode(),
        "signature": sign(secret, time, token.encode()).encode(),
    }


def mailgun(
    at: datetime,
    secret: str = SECRETS["mailgun"],
    raw: bytes = MAIL,
    sender: str = HUDA,
    recipient: str = OPED,
    token: str = "a" * 50,
) -> Post:
    return Post("/in/mailgun/mime", form(mailgun_fields(at, secret, raw, sender, recipient, token)))


def urlencoded(fields: Mapping[str, bytes]) -> dict[str, Any]:
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def sendgrid(
    at: datetime, secret: str = SECRETS["sendgrid"], raw: bytes = MAIL, sender: str = HUDA, recipient: str = OPED
) -> Post:
    del at  # it sends no time
    envelope = json.dumps({"to": [recipient], "from": sender}).encode()
    credentials = base64.b64encode(f"intake:{secret}".encode()).decode()
    sent = form({"to": b"someone else", "envelope": envelope, "email": raw})
    return Post("/in/sendgrid", sent | {"headers": {"Authorization": f"Basic {credentials}"}})


def generic(
    at: datetime, secret: str = SECRETS["generic"], raw: bytes = MAIL, sender: str = HUDA, recipient: str = OPED
) -> Post:
    time = str(int(at.timestamp()))
    headers = {
        "Intake-Timestamp": time,
        "Intake-Mail-From": sender,
        "Intake-Recipient": recipient,
        "Intake-Signature": sign(secret, f"{time}\n{sender}\n{recipient}\n".encode(), raw),
    }
    return Post("/in/generic", {"data": raw, "content_type": "message/rfc822", "headers": headers})


Maker = Callable[..., Post]

MAKERS: dict[str, Maker] = {"mailgun": mailgun, "sendgrid": sendgrid, "generic": generic}
"""How each provider posts; a provider without a line here fails a test."""
