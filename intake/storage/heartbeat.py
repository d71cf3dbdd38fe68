"""Signs of life: a part without an address of its own touches a file under ``beats``; the file's age tells the rest.

It judges nothing: what age is too old, ``condition`` says.
"""

import contextlib
import time
from pathlib import Path
from typing import Literal

Part = Literal["worker", "listener", "fetcher"]

SECONDS = 5.0
"""How often a living part gives a sign, when its work in hand lets it."""


def beat(root: Path, part: Part) -> None:
    """Say that a part lives. Where nothing can be written it says nothing: the part has better to do than fail."""
    path = root / "beats" / part
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)


def age(root: Path, part: Part) -> float | None:
    """Return the seconds since a part's last sign, or nothing when there never was one."""
    try:
        return max(0.0, time.time() - (root / "beats" / part).stat().st_mtime)
    except FileNotFoundError:
        return None
