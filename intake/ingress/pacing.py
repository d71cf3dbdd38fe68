"""Old mail in bulk gives way to the worker, so that what comes in by itself does not queue behind it. It moves none."""

from collections.abc import Callable
from pathlib import Path

from intake.storage import heartbeat
from intake.storage.spool import backlog

WAITING = 500
"""Mails that may lie in the spool before bulk waits for the worker: what comes in by itself queues behind them."""
LOOK_EVERY = 100
"""Mails between two looks at the spool."""
PAUSE = 0.5
ALIVE = 300.0
"""Seconds since its last sign of life for which a worker is waited for; without one nothing would ever move."""


def give_way(root: Path, stored: int, pause: Callable[[float], object]) -> None:
    """After each hundredth mail ``stored``, wait while much lies in the spool of ``root`` and a worker lives.

    ``pause`` waits so many seconds; when it returns something true, or raises, waiting ends.
    """
    if stored % LOOK_EVERY:
        return
    while backlog(root / "spool").waiting > WAITING:
        age = heartbeat.age(root, "worker")
        if age is None or age > ALIVE or pause(PAUSE):
            return
