"""Delay after failed tries: the wait doubles with each one and ends by itself, so that nobody is locked out.

Counted in this process's memory: with several web processes a stranger gets as many times the tries, and a restart
forgets them. It keeps no address and no password, only a keyed hash of whom a try was about.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

KEPT = 10_000
"""How many counted subjects are remembered; the longest untouched go first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tries are free, how long the first wait is and the longest, and after what rest all is forgotten."""

    free: int
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=15)
    forgotten: timedelta = timedelta(hours=1)


@dataclass(slots=True)
class _Count:
    tries: int
    last: datetime


class Throttle:
    """Counts tries by key. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Measure time by ``clock``."""
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._lock = Lock()

    def enter(self, keys: Sequence[tuple[str, Pace]]) -> timedelta:
        """Count a try on every key and return zero; or, when one must still wait, count nothing and return how long.

        A try counts before its outcome is known, so that many at once get no more than many in a row.
        """
        with self._lock:
            now = self._clock()
            wait = max((self._wait(key, pace, now) for key, pace in keys), default=timedelta(0))
            if wait > timedelta(0):
                return wait
            for key, _pace in keys:
                self._count(key, now)
            return timedelta(0)

    def forgive(self, *keys: str) -> None:
        """Forget what was counted on these keys: the try was a good one."""
        with self._lock:
            for key in keys:
                self._counts.pop(key, None)

    def take_back(self, key: str) -> None:
        """Uncount one try of a key that stays under watch, such as an office's one address."""
        with self._lock:
            if key in self._counts:
                self._counts[key].tries = max(0, self._counts[key].tries - 1)

    def _wait(self, key: str, pace: Pace, now: datetime) -> timedelta:
        counted = self._counts.get(key)
        if counted is None:
            return timedelta(0)
        if now - counted.last >= pace.forgotten:
            del self._counts[key]
            return timedelta(0)
        over = counted.tries - pace.free
        if over < 0:
            return timedelta(0)
        lasts = min(pace.first * (1 << min(over, 30)), pace.longest)
        return max(counted.last + lasts - now, timedelta(0))

    def _count(self, key: str, now: datetime) -> None:
        counted = self._counts.setdefault(key, _Count(0, now))
        counted.tries, counted.last = counted.tries + 1, now
        self._counts.move_to_end(key)
        while len(self._counts) > KEPT:
            self._counts.popitem(last=False)
