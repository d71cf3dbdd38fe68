"""Stories: each file in ``pieces`` is one made-up piece, with who wrote it and what happens to it, as TOML and text.

It reads files and checks their form; it plays nothing.
"""

import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from intake.domain.errors import SettingsError

ROOM = Path(str(files("intake") / "demo"))
_STEP = re.compile(
    r"(?:(?P<hours>[\d.]+)h|(?P<due>due)) (?P<verb>[a-z]+)(?: (?P<who>[a-z]+))?(?:: (?P<words>.*))?", re.S
)


@dataclass(frozen=True, slots=True)
class Step:
    """One act: how many hours before now (None: so that the promise ends next), what, by whom, in which words."""

    hours: float | None
    verb: str
    who: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One piece as its file tells it. ``about`` is the front matter without the journey."""

    key: str
    about: dict[str, Any]
    body: str
    journey: tuple[Step, ...] = field(default=())

    def said(self, name: str, otherwise: str = "") -> str:
        """Return a text of the front matter."""
        return str(self.about.get(name, otherwise))

    @property
    def language(self) -> str:
        """Return ``en`` or ``ar``."""
        return self.said("language", "en")


def stories(folder: Path = ROOM / "pieces") -> list[Story]:
    """Return every story, in the order of the files' names. Raises SettingsError naming the file that is faulty."""
    return [_story(path) for path in sorted(folder.glob("*.md"))]


def _story(path: Path) -> Story:
    try:
        _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        about = tomllib.loads(head)
        journey = tuple(_step(line) for line in about.pop("journey"))
    except (ValueError, KeyError) as error:
        raise SettingsError(f"{path}: this demo piece cannot be read: {error}") from error
    return Story(path.stem, about, body.strip(), journey)


def _step(line: str) -> Step:
    found = _STEP.fullmatch(line)
    if found is None:
        raise ValueError(f"no step: {line}")
    hours = float(found["hours"]) if found["hours"] else None
    return Step(hours, found["verb"], found["who"] or "", found["words"] or "")
