"""A document read in the sandbox's child: what ``read`` gives, as JSON values. It adds nothing of its own."""

from dataclasses import asdict
from typing import Any

from intake.manuscripts import read


def tell(payload: bytes, filename: str = "") -> dict[str, Any]:
    """Return a manuscript as a dict of its fields. Raises Unreadable, TooLarge."""
    return asdict(read(payload, filename))
