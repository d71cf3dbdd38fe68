"""Addresses at which providers post mail: 200 only when it is durable in the spool, 404 where no secret is set.

No session, no cookie, no database: mail comes in while the database is away. Who signs how is the business of
``ingress.webhooks``; this is the only part of the ways in that the pages know.
"""

import hashlib
import hmac
import logging
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from threading import BoundedSemaphore
from typing import IO

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from intake.domain.errors import NoSpace, SettingsError, TooLarge, Unreadable
from intake.ingress.webhooks import PROVIDERS
from intake.ingress.webhooks.provider import Mail, Misset, Never, Posted, Provider, Refusal, Unproven
from intake.settings import Settings
from intake.storage.spool import Envelope, Spool, key_of
from intake.storage.tokens import Tokens
from intake.web import posted
from intake.web.throttle import Pace, Throttle
from intake.web.transaction import newsroom

log = logging.getLogger("intake.web.webhooks")

room = Blueprint("webhooks", __name__)

LEAST_SECRET = 16
"""Letters of a secret: a shorter one could be found by trying."""
PACE = Pace(free=20, longest=timedelta(seconds=30))
"""After refusals a client waits; not long, since a provider's machines may be shared with strangers who forge."""
AT_ONCE = BoundedSemaphore(2)
"""Bodies that one process holds in memory at a time; the others wait in their files."""
REFUSED: dict[type[Refusal], tuple[int, str]] = {
    Unproven: (401, "a webhook came without a valid signature"),
    Misset: (400, "a webhook is signed, and set up in another way than it should be"),
    Never: (422, "a webhook brought what no desk takes"),
}
"""The usual status of each refusal, and what the logbook says; the request's line there names the route."""
URLENCODED = "application/x-www-form-urlencoded"
"""A form in which a byte may be written as three."""
FORM_EXTRA = 1 << 20
"""Bytes of a form around its mail."""


def init(app: Flask, csrf: CSRFProtect) -> None:
    """Open the addresses to programs, which have no token of a form. Raises SettingsError for a weak secret."""
    settings: Settings = app.extensions["newsroom"].settings
    for provider in PROVIDERS:
        if any(len(secret) < LEAST_SECRET for secret in _secrets(settings, provider)):
            raise SettingsError(
                f"webhooks.{provider.name}: a secret is shorter than {LEAST_SECRET} letters. "
                "Cure: take the provider's own key, or make one with: openssl rand -hex 32"
            )
    csrf.exempt(room)
    app.extensions["webhook_throttle"] = Throttle(app.extensions["newsroom"].now)


def _take(provider: Provider) -> Response:
    """Store the mail of one request and answer so that the provider tries again exactly when that can help."""
    settings = newsroom().settings
    most = settings.mail.max_bytes * (3 if request.mimetype == URLENCODED else 1) + FORM_EXTRA
    request.max_content_length = 2 * most  # what is refused is still read to its end
    secrets = _secrets(settings, provider)
    if not secrets:
        abort(404)
    throttle: Throttle = current_app.extensions["webhook_throttle"]
    client = hmac.new(newsroom().key("tries"), (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()
    wait = throttle.enter([(client, PACE)])
    if wait > timedelta(0):
        answer = _said(provider, 429, "Too many refused requests came from this address.")
        answer.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return answer
    status, told = _outcome(provider, secrets, most)
    if status == 200:
        throttle.forgive(client)
    elif status == 503:
        throttle.take_back(client)
    return _said(provider, status, told)


for _provider in PROVIDERS:
    _view = partial(_take, _provider)
    room.add_url_rule(f"/in/{_provider.path}", _provider.name, _view, methods=["POST"])


def _outcome(provider: Provider, secrets: tuple[bytes, ...], most: int) -> tuple[int, str]:
    """Store the mail; return the usual status (see ``Provider``) and what to say."""
    if request.mimetype not in provider.media_types or request.content_encoding:
        return 415, f"Post {' or '.join(sorted(provider.media_types))}, not compressed."
    try:
        return 200, _stored(provider, secrets, most)
    except Refusal as refusal:
        status, told = REFUSED[type(refusal)]
        log.warning(told)
        return status, str(refusal)
    except (TooLarge, RequestEntityTooLarge):
        return 413, f"A message may have {newsroom().settings.mail.max_bytes} bytes."
    except ClientDisconnected:
        return 400, "The request ended before its end."
    except NoSpace:
        log.exception("no space for a mail")
    except Exception:
        log.exception("a mail could not be stored")
    return 503, "It could not be stored just now. Try again later."


def _stored(provider: Provider, secrets: tuple[bytes, ...], most: int) -> str:
    """Store the mail and say so. Raises a Refusal, TooLarge, NoSpace, OSError; then nothing was promised."""
    root = newsroom().settings.root
    spool = Spool(root / "spool", newsroom().settings.mail.max_bytes)
    with posted.body(request.stream, most, spool.folder / "tmp") as body, AT_ONCE:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.mimetype == "message/rfc822":
            request_read = Posted(headers, {}, body.read(), newsroom().now())
        else:
            request_read = Posted(headers, _fields(body), b"", newsroom().now())
        return _stored_once(provider.read(request_read, secrets), spool, Tokens(root / "webhooks"))


def _stored_once(mail: Mail, spool: Spool, tokens: Tokens) -> str:
    recipients = _ours(mail)
    with tokens.claim(mail.token) if mail.token else nullcontext() as token:
        content = key_of(mail.mail_from, " ".join(mail.recipients), mail.raw)
        if token is not None and token.used_for == content:
            return "It was stored before."
        if token is not None and token.used_for:
            raise Never("This token has brought another mail.")
        for recipient in recipients:
            spool.accept(mail.raw, Envelope(mail.mail_from, recipient, "webhook", "", "", newsroom().now()))
        if token is not None:
            token.use(content)  # only now: a try again after a failure must not be refused
    return "It is stored."


def _ours(mail: Mail) -> list[str]:
    """Return the recipients that are a desk's, each once. Raises Misset when none is named, Never when none is ours."""
    if not mail.recipients:
        raise Misset("The envelope names no recipient.")
    ours = [one for one in dict.fromkeys(mail.recipients) if newsroom().desks.for_address(one) is not None]
    if not ours:
        raise Never("No desk has this address.")
    return ours


def _fields(body: IO[bytes]) -> dict[str, bytes]:
    try:
        return posted.fields(body, request.mimetype, request.mimetype_params)
    except Unreadable as error:
        raise Misset(str(error)) from error


def _secrets(settings: Settings, provider: Provider) -> tuple[bytes, ...]:
    """Return the valid secrets of a provider: all that stand there, parted by blanks."""
    return tuple(getattr(settings.webhooks, provider.name).encode().split())


def _said(provider: Provider, status: int, text: str) -> Response:
    return Response(f"{text}\n", provider.answers.get(status, status), mimetype="text/plain")
