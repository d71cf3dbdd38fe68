"""What stands beside the text of a document, as it is kept: warnings, comments and properties, few and short.

It reads no document. Everything comes from a hostile file, so number and length are bounded before it is stored.
"""

from collections.abc import Mapping
from typing import Any

MOST_WARNINGS, LONGEST_WARNING = 20, 300
MOST_COMMENTS, LONGEST_COMMENT = 50, 600
LONGEST_NAME = 200
PROPERTIES = ("author", "last_modified_by", "company", "created", "modified", "title", "producer", "charset")
NAMING = frozenset(("author", "last_modified_by", "company", "title"))
"""The properties in which people's names stand."""


def bounded(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return warnings, comments and properties of a reading within the bounds; nothing else of it, nothing empty.

    What is cut ends in "…". Further comments are left out; the warning about comments says how many there are.
    """
    comments = [
        {"author": _cut(each["author"], LONGEST_NAME), "text": _cut(each["text"], LONGEST_COMMENT)}
        for each in list(found.get("comments") or ())[:MOST_COMMENTS]
    ]
    said = found.get("properties") or {}
    properties = {name: _cut(said[name], LONGEST_NAME) for name in PROPERTIES if said.get(name)}
    warnings = [_cut(warning, LONGEST_WARNING) for warning in list(found.get("warnings") or ())[:MOST_WARNINGS]]
    kept = {"warnings": warnings, "comments": comments, "properties": properties}
    return {name: value for name, value in kept.items() if value}


def without_names(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``bounded`` gave without names of people and files: its author writes under a pen name."""
    less = {name: value for name, value in kept.items() if name != "file"}
    if "comments" in less:
        less["comments"] = [{"author": "", "text": each["text"]} for each in less["comments"]]
    if "properties" in less:
        less["properties"] = {name: value for name, value in less["properties"].items() if name not in NAMING}
    return less


def _cut(text: object, most: int) -> str:
    said = str(text)
    return said if len(said) <= most else said[: most - 1] + "…"
