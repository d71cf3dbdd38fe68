"""What no form of ours sends: bytes that are no UTF-8, NUL, half a surrogate pair. Answered with 400 before any view.

A browser never sends them, so that nothing a person typed is lost. It cleans nothing: ``domain.text.clean`` does.
"""

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from flask_babel import gettext

from intake.web import errors

BROKEN = ("\x00", "\ufffd")
"""NUL, and the sign that stands where a multipart field's bytes could not be decoded."""


def init(app: Flask) -> None:
    """Look at every request before anything else reads its form."""
    app.before_request(_refuse_broken)


def _refuse_broken() -> tuple[str, int] | None:
    if _decodes(request.query_string) and (request.method != "POST" or _form_is_whole()):
        return None
    told = gettext("Part of the text reached us unreadable (it shows as �). Go back, take it out, and send it again.")
    return errors.page(400, told)


def _form_is_whole() -> bool:
    urlencoded = request.mimetype == "application/x-www-form-urlencoded"
    if urlencoded and _fits() and not _decodes(request.get_data()):
        return False
    return not any(sign in value for value in _values() for sign in BROKEN)


def _values() -> list[str]:
    return [text for pair in request.form.items(multi=True) for text in pair]


def _fits() -> bool:
    """Tell whether the form is within its limit; beyond it, reading the form answers 413."""
    most = request.max_form_memory_size
    return request.content_length is not None and (most is None or request.content_length <= most)


def _decodes(raw: bytes) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return False
