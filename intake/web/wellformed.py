"""What no form of ours sends: bytes that are no UTF-8, NUL, half a surrogate pair (400), or too much text (413).

A browser never sends them, so that nothing a person typed is lost. It cleans nothing: ``domain.text.clean`` does. What
a refused request still has to send is read and dropped: a proxy would take a closed connection for no answer (502).
Webhooks carry mail, in any bytes; they look at their bodies themselves.
"""

from contextlib import suppress
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, abort, request
from flask_babel import gettext
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from intake.web import errors

CHUNK = 1 << 16
"""Bytes read at a time of what is dropped."""
BROKEN = ("\x00", "\ufffd")
"""NUL, and the sign that stands where a multipart field's bytes could not be decoded."""


def init(app: Flask) -> None:
    """Look at every request before anything else reads its form."""
    app.before_request(_refuse_broken)
    app.after_request(_drained)


def _refuse_broken() -> tuple[str, int] | None:
    by_hand = request.method == "POST" and request.blueprint != "webhooks"
    if _decodes(request.query_string) and (not by_hand or _form_is_whole()):
        return None
    told = gettext("Part of the text reached us unreadable (it shows as �). Go back, take it out, and send it again.")
    return errors.page(400, told)


def _drained(response: Response) -> Response:
    """Read the request to its end, as far as its size is allowed, whatever the answer is."""
    if not request.environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in request.environ:
        return response  # it had nothing to send (RFC 9112, 6.3)
    with suppress(RequestEntityTooLarge, ClientDisconnected, OSError):
        while request.stream.read(CHUNK):
            pass
    return response


def _form_is_whole() -> bool:
    if request.mimetype == "application/x-www-form-urlencoded" and not _decodes(_urlencoded()):
        return False
    return not any(sign in value for value in _values() for sign in BROKEN)


def _values() -> list[str]:
    return [text for pair in request.form.items(multi=True) for text in pair]


def _urlencoded() -> bytes:
    """Return the raw form. Aborts with 413 beyond the limit, which Werkzeug keeps for forms in parts only."""
    most = request.max_form_memory_size or 0
    if (request.content_length or 0) > most or len(request.get_data()) > most:
        abort(413)
    return request.get_data()


def _decodes(raw: bytes) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return False


def row_number(text: str) -> int:
    """Return a number that a row can have, for ``request.args.get(…, type=row_number)``. Raises ValueError."""
    number = int(text)
    if not 0 <= number < 2**31:  # PostgreSQL's integer; a larger one is an error there, not an empty page
        raise ValueError(text)
    return number
