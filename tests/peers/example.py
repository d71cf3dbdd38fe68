"""Example files as an administrator would use them, with the installation's places put in; each place must occur."""

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "config" / "examples"


def adapted(name: str, places: dict[str, str]) -> str:
    """Return an example's text with each key of ``places`` replaced. Fails when the example no longer names one."""
    return replaced((EXAMPLES / name).read_text(encoding="utf-8"), places)


def replaced(text: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        assert old in text, f"the example does not say {old!r}"
        text = text.replace(old, new)
    return text


def needs(program: str, package: str) -> str:
    """Return the path of a neighbour's program, or skip the test aloud."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed here. Cure: apt install {package}")
    return found
