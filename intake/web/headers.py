"""Response headers: nothing from elsewhere runs or loads, nothing private is cached or leaks by referrer."""

from flask import Flask, Response, request, session

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PUBLIC = ("/articles/", "/static/", "/archive", "/rss.xml")


def init(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # A secret link must not travel in a referrer, not even to a page of our own.
    headers["Referrer-Policy"] = "no-referrer" if request.path.startswith("/a/") else "same-origin"
    if session or not request.path.startswith(PUBLIC):
        headers["Cache-Control"] = "no-store"
    return response
