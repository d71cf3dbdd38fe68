"""A reader who has an article already is told so in front of the framework, after one look-up by key.

Nothing is kept in the process, so that a removal shows at once. Every other request goes on to the framework; so does
one with a session or a query, and one that this cannot answer: it never answers anything but 304.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie, parse_etags, quote_etag

from intake import __version__, logbook
from intake.newsroom import Newsroom
from intake.storage.queries import site as query
from intake.web import headers, trail
from intake.web.appearance import known

RULE = "/articles/<int(max=2147483647):number>/<path:words>"
"""The framework's route for what is answered here, as the logbook and the counts name it."""

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

_ARTICLE = re.compile(r"/articles/([1-9]\d{0,8})/.+", re.DOTALL)


def tag_of(theme: str, parts: tuple[str, ...], changed: datetime | None) -> str:
    """Return the entity tag of a public page: by release, light or dark, what tells its state, and its last change."""
    told = "\n".join((__version__, theme, *parts, changed.isoformat() if changed else ""))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def answering(application: Application, newsroom: Newsroom, session_cookie: str) -> Application:
    """Return the application with this in front. Effects of a 304: it is numbered, counted and logged as any answer."""
    tell = trail.teller(newsroom.settings)

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        started = perf_counter()
        found = _unchanged(environ, newsroom, session_cookie)
        if found is None:
            return application(environ, start)
        number = logbook.new_request()
        tell(RULE, environ["REQUEST_METHOD"], 304, perf_counter() - started, environ.get("REMOTE_ADDR"))
        logbook.end_request()
        start("304 NOT MODIFIED", [*headers.READERS, *found, (trail.HEADER, number)])
        return ()

    return answer


def _unchanged(environ: Environ, newsroom: Newsroom, session_cookie: str) -> list[tuple[str, str]] | None:
    """Return what tells which page stands unchanged; nothing when the framework must answer."""
    kept = environ.get("HTTP_IF_NONE_MATCH")
    if not kept or environ.get("QUERY_STRING") or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    path = environ["PATH_INFO"]
    asked = _ARTICLE.fullmatch(path)
    if not asked or environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    cookies = parse_cookie(environ.get("HTTP_COOKIE"))
    if session_cookie in cookies:
        return None
    try:
        stamp = query.stamp(newsroom.database, int(asked[1]))
    except SQLAlchemyError:
        return None  # the framework meets it too, and says so
    if stamp is None or stamp.removed or stamp.path.encode("utf-8").decode("latin-1") != path:
        return None
    tag = tag_of(known(cookies.get("theme", "")), (stamp.hash,), stamp.changed_at)
    if not parse_etags(kept).contains_weak(tag):
        return None
    return [("ETag", quote_etag(tag))]
