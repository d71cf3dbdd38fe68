"""What a request leaves behind: a number in its answer and in the logbook, a count, and one line about how it went.

The line names the route's rule, never the path: paths hold secret links. It tells no query, no address of the visitor
unless the settings ask for it, and nothing of files under /static.
"""

import logging
from collections.abc import Callable
from time import perf_counter

from flask import Flask, Response, g, request

from intake import logbook
from intake.settings import Settings
from intake.web import counters

log = logging.getLogger("intake.web.request")

HEADER = "X-Request-ID"


def init(app: Flask, settings: Settings) -> None:
    """Number every request and tell of its end. Must come before every other hook: its own then run first and last."""
    tell = teller(settings)

    def finish(response: Response) -> Response:
        response.headers[HEADER] = g.number
        quiet = request.endpoint == "static"
        tell(rule(), method(), response.status_code, perf_counter() - g.started, request.remote_addr, quiet=quiet)
        return response

    app.before_request(_begin)
    app.after_request(finish)
    app.teardown_request(lambda _error: logbook.end_request())


def teller(settings: Settings) -> Callable[..., None]:
    """Return what counts an answer and, unless it is told ``quiet``, writes its line.

    It takes the route's rule, the method, the status, the seconds and the visitor's address.
    """
    addresses = settings.logs.addresses

    def tell(route: str, how: str, status: int, seconds: float, remote: str | None, *, quiet: bool = False) -> None:
        counters.count(route, how, status, seconds)
        if not quiet and log.isEnabledFor(logging.INFO):
            told = {"route": route, "method": how, "status": status, "ms": round(seconds * 1000, 1)}
            log.info("request", extra=told | ({"remote": remote} if addresses else {}))

    return tell


def rule() -> str:
    """Return the route's rule, such as ``/a/<token>``; nothing when no route fits."""
    return request.url_rule.rule if request.url_rule else ""


def method() -> str:
    """Return the request's method; ``OTHER`` for one that no page knows."""
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
    return request.method if request.method in known else "OTHER"


def _begin() -> None:
    g.started = perf_counter()
    g.number = logbook.new_request()
