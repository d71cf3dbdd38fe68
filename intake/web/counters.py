"""Counts and times of requests, by route, method and status: a bounded number of series, none about a person.

All web processes share them when ``server`` has said where before this is imported; else each has its own.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds in seconds."""

_REQUESTS = Counter("intake_requests", "Requests answered.", ("route", "method", "status"), registry=None)
_SECONDS = Histogram(
    "intake_request_seconds", "Time to answer, in seconds.", ("route", "method"), buckets=BUCKETS, registry=None
)


def count(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request. ``route`` must be a rule, never a path."""
    _REQUESTS.labels(route, method, str(status)).inc()
    _SECONDS.labels(route, method).observe(seconds)


def collect_into(registry: CollectorRegistry) -> None:
    """Add the counts of every web process to a registry, or this process's own where nothing is shared."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it ships no types here
    else:
        registry.register(_REQUESTS)
        registry.register(_SECONDS)
