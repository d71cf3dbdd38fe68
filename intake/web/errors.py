"""What went wrong, as a page that says cause and cure. It logs nothing personal."""

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
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


def init(app: Flask) -> None:
    """Answer every error with the error page in the visitor's language."""
    app.register_error_handler(IntakeError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(CSRFError, _csrf)


def status_of(error: IntakeError) -> int:
    """Return the HTTP status that stands for an error of the desk."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def _refused(error: IntakeError) -> tuple[str, int]:
    return page(status_of(error), _(str(error)))


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
    return page(500)  # Flask has logged the cause


def page(code: int, cause: str = "", cure: str = "") -> tuple[str, int]:
    """Return the error page for a status, with words of its own, already translated, or the status's."""
    return render_template("errors/error.html", code=code, cause=cause or None, cure=cure or None), code
