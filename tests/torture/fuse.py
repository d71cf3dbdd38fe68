"""Where a process can be made to die: named crash points, and the fuse that kills with -9 at the n-th passing of one.

It knows no role; ``listening`` and ``filing`` lay the points along the way of a mail, by subclasses of the parts that
production is made of, so that production holds no test code.
"""

import json
import os
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from intake.storage.disk import Disk

LISTENER_POINTS = ("after tmp", "after fsync", "after rename", "after 250")
WORKER_POINTS = ("after child", "after blob put", "after insert", "after commit", "after unlink")
RELAY_POINT = "after relay 250"
RANDOM = "at random"


@dataclass(frozen=True, slots=True)
class Life:
    """How one life of a role ends: at the n-th passing of a point, or without a point when somebody kills it.

    ``minutes`` is by how much its clock runs ahead, so that leases of the life before have run out.
    """

    point: str = ""
    passings: int = 0
    minutes: int = 0

    def line(self) -> str:
        """Return it as one line for the role's input."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Life":
        """Read what ``line`` wrote."""
        return cls(**json.loads(line))


class Fuse:
    """Counts the passings of the one point that a life ends at."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._left = life.passings
        self._lock = threading.Lock()

    def passed(self, point: str) -> None:
        """Say that a point was passed. At the n-th passing of the fuse's own point this call does not return."""
        if point != self._life.point:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
                signal.pause()


class CrashingDisk(Disk):
    """A disk along whose every step the process can die."""

    def __init__(self, fuse: Fuse) -> None:
        self._fuse = fuse

    def write(self, descriptor: int, *parts: bytes) -> None:
        super().write(descriptor, *parts)
        self._fuse.passed("after tmp")

    def rename(self, source: Path, target: Path) -> None:
        # Reached only once the file's fsync has returned; the folder's comes after.
        self._fuse.passed("after fsync")
        super().rename(source, target)
        self._fuse.passed("after rename")
