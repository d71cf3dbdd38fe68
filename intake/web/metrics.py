"""/metrics for Prometheus: what waits and how long, read at the moment of asking, and the web processes' counts.

Closed to the outside: with a token in the settings, to whoever does not send it; without one, to all that does not come
straight from this machine. A stranger gets the same 404 as for any address that is not there.
"""

import hmac
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from intake import __version__, condition
from intake.newsroom import Newsroom
from intake.storage.queries.standing import Standing
from intake.web import counters
from intake.web.transaction import newsroom

room = Blueprint("metrics", __name__)

PROXIED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""What a proxy adds: with any of these, a request that seems to come from this machine does not."""


@room.get("/metrics")
def metrics() -> Response:
    """Show every figure in the form that the asking program prefers."""
    if not _may_ask(newsroom().settings.metrics.token):
        abort(404)
    registry = CollectorRegistry()
    registry.register(Figures(newsroom()))
    counters.collect_into(registry)
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=kind)


def _may_ask(token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    proxied = any(name in request.headers for name in PROXIED)
    return not proxied and bool(request.remote_addr) and ip_address(request.remote_addr or "").is_loopback


class Figures(Collector):
    """The newsroom's figures as gauges, read anew for each asking; so it matters not which process answers."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room

    def collect(self) -> Iterator[Metric]:
        """Yield every gauge; those of the database only while it answers."""
        found = condition.figures(self._room)
        yield InfoMetricFamily("intake", "The software.", {"version": __version__, "revision": found.revision})
        yield _one("database_up", "1 while the database answers.", found.standing is not None)
        yield _one("schema_current", "1 when the database stands at the newest revision.", found.schema_current)
        yield _one("spool_waiting", "Mails waiting to be filed.", found.backlog.waiting)
        yield _one("spool_oldest_seconds", "Age of the oldest waiting mail.", found.backlog.oldest_seconds)
        yield _one("spool_quarantined", "Damaged spool files taken out of the line.", found.backlog.quarantined)
        yield _one("free_bytes", "Space left under the state folder.", found.free_bytes)
        yield _by("silent_seconds", "Time since a part's last sign of life.", "part", found.silent_seconds)
        if found.standing is not None:
            age = (found.now - found.standing.oldest_letter).total_seconds() if found.standing.oldest_letter else 0.0
            yield from _desk(found.standing, max(0.0, age))


def _desk(stands: Standing, oldest_letter: float) -> Iterator[Metric]:
    pieces = GaugeMetricFamily("intake_pieces", "Open pieces.", labels=("desk", "state"))
    for (desk, state), number in stands.open.items():
        pieces.add_metric((desk, state), number)
    yield pieces
    yield _by("promises_overdue", "Pieces whose promised answer is late.", "desk", stands.overdue)
    yield _by("promises_at_risk", "Pieces whose promise passes within 24 hours.", "desk", stands.at_risk)
    yield _by("letters", "Letters that have not left.", "status", stands.letters)
    yield _one("letter_oldest_seconds", "Age of the longest waiting letter.", oldest_letter)
    yield _by("mail", "Mails that wait for an editor.", "tray", stands.mail)


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"intake_{name}", told, value=float(value))


def _by(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"intake_{name}", told, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
