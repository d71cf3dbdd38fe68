"""What the styles of an OpenDocument text mean for its words: title, quotation, marks, direction, hidden, list kinds.

It reads no text. Automatic styles build on named ones, so every question climbs to the parents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from intake.manuscripts.xml import attribute, local

_BOLD = frozenset(("bold", "600", "700", "800", "900"))
_ITALIC = frozenset(("italic", "oblique"))
_QUOTES = frozenset(("Quotations", "Quote", "Intense_20_Quote", "Block_20_Text"))
_DEEPEST = 50
"""Styles built on styles: a ring of them ends here."""


@dataclass(slots=True)
class Style:
    """One style: its parent and what it says itself, attributes by local name."""

    parent: str
    says: dict[str, str]


@dataclass(slots=True)
class Styles:
    """All styles of a document by name; list styles tell for each level whether it counts."""

    by_name: dict[str, Style] = field(default_factory=dict)
    counting: dict[str, dict[int, bool]] = field(default_factory=dict)
    from_the_right: bool = False
    """What paragraphs do that say nothing."""

    def says(self, name: str, key: str) -> str:
        """Return what a style, or one it builds on, says; empty when none does."""
        for _ in range(_DEEPEST):
            style = self.by_name.get(name)
            if style is None:
                return ""
            if key in style.says:
                return style.says[key]
            name = style.parent
        return ""

    def is_a(self, name: str, wanted: Iterable[str]) -> bool:
        """Tell whether a style is one of those wanted or builds on one."""
        for _ in range(_DEEPEST):
            if name in wanted:
                return True
            style = self.by_name.get(name)
            if style is None:
                return False
            name = style.parent
        return False

    def heading(self, name: str) -> int:
        """Return the level of a heading's style, 0 for others."""
        if self.is_a(name, ("Subtitle",)):
            return 2
        return next((level for level in range(1, 7) if self.is_a(name, (f"Heading_20_{level}",))), 0)

    def is_title(self, name: str) -> bool:
        """Tell a document's title."""
        return self.is_a(name, ("Title",))

    def is_quote(self, name: str) -> bool:
        """Tell a quotation set apart."""
        return self.is_a(name, _QUOTES)

    def is_hidden(self, name: str) -> bool:
        """Tell text that is never shown."""
        return self.says(name, "display") == "none"

    def right_to_left(self, name: str) -> bool:
        """Tell whether paragraphs of a style are written from the right."""
        said = self.says(name, "writing-mode")
        return said.startswith("rl") if said and said != "page" else self.from_the_right

    def marks(self, name: str) -> list[str]:
        """Return the tags of a text style: strong, em, sup."""
        if not name:
            return []
        found = ["strong"] if self.says(name, "font-weight") in _BOLD else []
        found += ["em"] if self.says(name, "font-style") in _ITALIC else []
        position = self.says(name, "text-position")
        raised = position.startswith("super") or (position[:1].isdigit() and not position.startswith("0%"))
        return found + (["sup"] if raised else [])

    def counts(self, name: str, level: int) -> bool:
        """Tell whether a list style numbers its items at a level, counted from 1."""
        return self.counting.get(name, {}).get(level, False)


def styles_of(trees: Iterable[Element]) -> Styles:
    """Return the styles in the trees of styles.xml and content.xml."""
    found = Styles()
    for tree in trees:
        for element in tree.iter():
            name = local(element)
            if name == "style":
                found.by_name[attribute(element, "name")] = Style(
                    attribute(element, "parent-style-name"), _said(element)
                )
            elif name == "list-style":
                found.counting[attribute(element, "name")] = _levels(element)
            elif name == "default-style" and attribute(element, "family") == "paragraph":
                found.from_the_right = _said(element).get("writing-mode", "").startswith("rl")
    return found


def _said(style: Element) -> dict[str, str]:
    said: dict[str, str] = {}
    for properties in style:
        if local(properties) in {"text-properties", "paragraph-properties"}:
            said |= {key.rpartition("}")[2]: value for key, value in properties.attrib.items()}
    return said


def _levels(style: Element) -> dict[int, bool]:
    found = {}
    for level in style:
        number = attribute(level, "level")
        if number.isdigit():
            counts = local(level) == "list-level-style-number" and bool(attribute(level, "num-format"))
            found[int(number)] = counts
    return found
