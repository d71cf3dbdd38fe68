"""What a scanner said of a mail, or that it could not be asked."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Scanned:
    """ "clean", "found" with what was found, or "not_done" with why; ``detail`` holds JSON values only."""

    verdict: Literal["clean", "found", "not_done"]
    detail: dict[str, Any] = field(default_factory=dict)


def not_done(why: str) -> Scanned:
    """Return that a scanner could not be asked, and why."""
    return Scanned("not_done", {"why": why[:300]})
