"""What a request leaves behind: a number in its answer and in the logbook, a count, and one line about how it went.

The line names the route's rule, never the path: paths hold secret links. It tells no query, no address of the visitor
unless the settings ask for it, and nothing of files under /static.
"""

import logging
from time import perf_counter

from flask import Flask, Response, g, request

from intake import logbook
from intake.settings import Settings
from intake.web import counters

log = logging.getLogger("intake.web.request")

HEADER = "X-Request-ID"


def init(app: Flask, settings: Settings) -> None:
    """Number every request and tell of its end. Must come before every other hook: its own then run first and last."""
    addresses = settings.logs.addresses

    def tell(response: Response) -> Response:
        response.headers[HEADER] = g.number
        route, how, seconds = rule(), method(), perf_counter() - g.started
        counters.count(route, how, response.status_code, seconds)
        if request.endpoint != "static" and log.isEnabledFor(logging.INFO):
            told = {"route": route, "method": how, "status": response.status_code, "ms": round(seconds * 1000, 1)}
            log.info("request", extra=told | ({"remote": request.remote_addr} if addresses else {}))
        return response

    app.before_request(_begin)
    app.after_request(tell)
    app.teardown_request(lambda _error: logbook.end_request())


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
