"""Response headers: nothing from elsewhere runs or loads, nothing private is cached or leaks by referrer."""

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PUBLIC = frozenset({200, 301, 302, 304, 410})
"""What anybody may keep of the reader's site, as long as they ask before showing it again."""
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
KEPT = "public, max-age=0, must-revalidate"
READERS = (*ALWAYS, ("Referrer-Policy", "same-origin"), ("Cache-Control", KEPT), ("Vary", "Cookie"))
"""What stands round an answer of the reader's site to anybody without a session."""


def init(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    for name, value in ALWAYS:
        headers.setdefault(name, value)
    # A secret link must not travel in a referrer, not even to a page of our own.
    headers["Referrer-Policy"] = "no-referrer" if request.path.startswith("/a/") else "same-origin"
    if request.endpoint == "static" and response.status_code in PUBLIC:
        return response
    if _public(response):
        headers["Cache-Control"] = KEPT
        response.vary.add("Cookie")
    else:
        headers["Cache-Control"] = "no-store"
    return response


def _public(response: Response) -> bool:
    """Tell whether a page is the same for everybody: the reader's site, seen without a session, setting no cookie."""
    signed_in = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    page = request.blueprint == "site" and response.status_code in PUBLIC
    return page and not signed_in and "Set-Cookie" not in response.headers
