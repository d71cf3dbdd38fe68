"""The outline of a body while it is built: blocks, lists and quotations, written out as canonical HTML.

It parses nothing: ``canonical`` feeds it. At the top stand blocks only; a list item holds text and inner lists; a
quotation holds paragraphs and lists.
"""

from dataclasses import dataclass, field

from intake.manuscripts import runs
from intake.manuscripts.runs import Run

Tongue = tuple[str, str]
"""Direction and language; empty strings where nothing is said."""


@dataclass(slots=True)
class Leaf:
    """A paragraph or heading; inside a list item it has no tag."""

    tag: str
    runs: list[Run]
    tongue: Tongue = ("", "")

    def html(self, outer: Tongue) -> str:
        """Return the leaf as HTML, direction and language only where they differ from the outer ones."""
        written = runs.write(self.runs)
        return f"<{self.tag}{_attributes(self.tongue, outer)}>{written}</{self.tag}>" if self.tag else written


@dataclass(slots=True)
class Rule:
    """A horizontal rule."""

    def html(self, _outer: Tongue) -> str:
        """Return the rule as HTML."""
        return "<hr>"


@dataclass(slots=True)
class Container:
    """The top (no tag), a quotation, a list or a list item."""

    tag: str
    tongue: Tongue = ("", "")
    children: list["Leaf | Container | Rule"] = field(default_factory=list)

    def html(self, outer: Tongue) -> str:
        """Return the container as HTML."""
        inherited = (self.tongue[0] or outer[0], self.tongue[1] or outer[1])
        inner = "".join(child.html(inherited) for child in self.children)
        return f"<{self.tag}{_attributes(self.tongue, outer)}>{inner}</{self.tag}>" if self.tag else inner


def _attributes(tongue: Tongue, outer: Tongue) -> str:
    pairs = zip(("dir", "lang"), tongue, outer, strict=True)
    return "".join(f' {name}="{own}"' for name, own, theirs in pairs if own and own != theirs)


class Outline:
    """Takes runs of text and boundaries in reading order."""

    def __init__(self) -> None:
        self._top = Container("")
        self._stack = [self._top]
        self._runs: list[Run] = []
        self._tag = "p"
        self._tongue: Tongue = ("", "")

    @property
    def at_top(self) -> bool:
        """Tell whether no list or quotation is open."""
        return len(self._stack) == 1

    @property
    def in_list(self) -> bool:
        """Tell whether a list item may begin here."""
        return self._stack[-1].tag in {"ul", "ol"}

    @property
    def depth(self) -> int:
        """Return how many lists are open."""
        return sum(container.tag in {"ul", "ol"} for container in self._stack)

    def add(self, run: Run, tag: str, tongue: Tongue) -> None:
        """Add text to the leaf in hand; the first text decides its tag, direction and language."""
        if not self._runs:
            self._tag, self._tongue = tag, tongue
        if self._runs or run.text.strip(" \n"):
            self._runs.append(run)

    def enter(self, tag: str, tongue: Tongue) -> None:
        """Open a list, list item or quotation; a list right in a list goes into the item before it."""
        place = self._stack[-1]
        if self.in_list and tag != "li":
            place = self._last_item(place)
        container = Container(tag, tongue)
        place.children.append(container)
        self._stack.append(container)

    def _last_item(self, place: Container) -> Container:
        last = place.children[-1] if place.children else None
        if not isinstance(last, Container):
            last = Container("li", place.tongue)
            place.children.append(last)
        return last

    def leave(self) -> None:
        """Close the innermost list, item or quotation; what stayed empty goes."""
        closed = self._stack.pop()
        if not closed.children:
            self._drop(self._stack[-1], closed)

    def _drop(self, place: Container, empty: Container) -> None:
        last = place.children[-1]
        if last is empty:
            place.children.pop()
        elif isinstance(last, Container):
            self._drop(last, empty)
            if not last.children:
                place.children.pop()

    def rule(self) -> None:
        """Add a horizontal rule; inside lists and quotations it only ends the paragraph."""
        self.flush()
        if self.at_top:
            self._top.children.append(Rule())

    def flush(self) -> None:
        """End the leaf in hand."""
        found, self._runs = runs.paragraphs(self._runs), []
        if not found:
            return
        place = self._stack[-1]
        if place.tag == "li":
            self._into_item(place, found)
        elif self.in_list:
            item = Container("li", place.tongue)
            place.children.append(item)
            self._into_item(item, found)
        elif self._tag == "p" or place.tag == "blockquote":
            place.children.extend(Leaf("p", paragraph, self._tongue) for paragraph in found)
        else:
            whole = runs.unbroken(runs.joined(found, " "))
            place.children.append(Leaf(self._tag, whole, self._tongue))

    def _into_item(self, item: Container, found: list[list[Run]]) -> None:
        if not item.children:
            item.tongue = (item.tongue[0] or self._tongue[0], item.tongue[1] or self._tongue[1])
        last = item.children[-1] if item.children else None
        if isinstance(last, Leaf):
            last.runs = runs.joined([last.runs, *found], "\n")
        else:
            item.children.append(Leaf("", runs.joined(found, "\n")))

    def html(self) -> str:
        """Return everything so far as HTML."""
        return self._top.html(("", ""))
