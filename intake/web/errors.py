"""What went wrong, as a page that says cause and cure. It logs nothing personal."""

from flask import Flask, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from intake.domain.errors import (
    GateClosed,
    IllegalAction,
    IntakeError,
    Missing,
    NotAllowed,
    StaleVersion,
    TooLarge,
    Unreadable,
)
from intake.domain.gate import Line

Answer = tuple[str, int, list[tuple[str, str]]]

STATUS: dict[type[IntakeError], int] = {
    StaleVersion: 409,
    IllegalAction: 409,
    GateClosed: 409,
    NotAllowed: 403,
    TooLarge: 413,
    Missing: 422,
    Unreadable: 422,
}

LINES = {
    Line.CONFIRMED.value: lazy_gettext("every address confirmed"),
    Line.STATEMENT.value: lazy_gettext("every author’s answers complete"),
    Line.IDENTITY.value: lazy_gettext("identity settled"),
    Line.APPROVAL.value: lazy_gettext("this very text approved"),
    Line.DISCLOSURE.value: lazy_gettext("the disclosure printed"),
    Line.EXCLUSIVITY.value: lazy_gettext("not published elsewhere"),
    Line.ALLEGATION.value: lazy_gettext("the allegation signed"),
    Line.DISCLAIMER.value: lazy_gettext("a disclaimer for desk and language"),
    Line.SHORTCODE.value: lazy_gettext("no raw shortcode"),
    Line.LOOK_ALIKE.value: lazy_gettext("no second disclaimer in the text"),
}
"""The gate's lines as a list of what must hold, for the refusal of a publication."""


def init(app: Flask) -> None:
    """Answer every error with the error page in the visitor's language."""
    app.register_error_handler(IntakeError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(CSRFError, _csrf)


def status_of(error: IntakeError) -> int:
    """Return the HTTP status that stands for an error of the desk."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def told(error: IntakeError) -> str:
    """Return what an error of the desk says, in the page's language."""
    values = dict(error.values)
    if isinstance(error, GateClosed):
        values["lines"] = _(", ").join(str(LINES.get(line, line)) for line in error.lines)
    return str(_(error.message, **values) if values else _(error.message))


def _refused(error: IntakeError) -> tuple[str, int]:
    return page(status_of(error), told(error))


def _http(error: HTTPException) -> Answer | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect raised as an exception
    if error.code == 401:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=back))
    kept = [(name, value) for name, value in error.get_headers() if name in ("Retry-After", "Allow")]
    return *page(error.code), kept


def _csrf(_error: CSRFError) -> tuple[str, int]:
    return page(400, _("The form had expired, or cookies are off. Go back, reload the page and send it again."))


def _broken(_error: InternalServerError) -> tuple[str, int]:
    return page(500)  # ``app.Pages`` has logged the cause


def page(code: int, cause: str = "", cure: str = "") -> tuple[str, int]:
    """Return the error page for a status, with words of its own, already translated, or the status's."""
    # A wrong link and a revoked one get the same page to the letter, so that one carries no number.
    said = {"cause": cause or None, "cure": cure or None, "reference": None if code == 404 else g.get("number")}
    return render_template("errors/error.html", code=code, **said), code
