"""The canonical article body: which tags it may hold, its blocks and its text.

It reads canonical HTML only and makes nothing safe: ``manuscripts.canonical`` makes the canonical form.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

BLOCK_TAGS = frozenset(("p", "h2", "h3", "blockquote", "ul", "ol", "hr"))
"""What stands at the top level."""

ALLOWED_TAGS = BLOCK_TAGS | {"li", "strong", "em", "a", "sup", "br"}

ALLOWED_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset(("href",)),
    **{tag: frozenset(("dir", "lang")) for tag in ("p", "h2", "h3", "blockquote", "ul", "ol", "li")},
}

ALLOWED_SCHEMES = frozenset(("http", "https", "mailto"))


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, paragraph of a quotation (``blockquote``) or rule, with its plain text."""

    tag: str
    text: str


_MARKED = BLOCK_TAGS | {"li"}


def blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of a canonical body in reading order; a ``<br>`` is a newline in their text."""
    return tuple(block for _, block in _read(html))


def text_of(html: str) -> str:
    """Return the plain text of a canonical body: blocks parted by blank lines, list items on lines of their own."""
    parts: list[str] = []
    previous = ""
    for bullet, block in _read(html):
        joined = block.tag == previous == "li"
        parts.append(("\n" if joined else "\n\n") + bullet + block.text)
        previous = block.tag
    return "".join(parts).strip()


def paragraphs(html: str) -> int:
    """Return the number of paragraphs of running text, quoted ones included; headings and lists are none."""
    return sum(block.tag in {"p", "blockquote"} for block in blocks(html))


class _Reader(HTMLParser):
    """Collects each block with its bullet; ``_lists`` holds tag and number of items of every list that is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, Block]] = []
        self._pieces: list[str] = []
        self._tag = "p"
        self._bullet = ""
        self._quoted = False
        self._lists: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the base's name
        if tag == "br":
            self._pieces.append("\n")
        elif tag in _MARKED:
            self._flush()
            self._begin(tag)

    def _begin(self, tag: str) -> None:
        if tag == "hr":
            self.found.append(("", Block("hr", "* * *")))
        elif tag == "blockquote":
            self._quoted, self._tag = True, "blockquote"
        elif tag in {"ul", "ol"}:
            self._lists.append((tag, 0))
        elif tag == "li":
            self._begin_item()
        else:
            self._tag = "blockquote" if self._quoted else tag

    def _begin_item(self) -> None:
        kind, before = self._lists.pop() if self._lists else ("ul", 0)
        self._bullet = "  " * len(self._lists) + (f"{before + 1}. " if kind == "ol" else "- ")
        self._lists.append((kind, before + 1))
        self._tag = "li"

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKED:
            self._flush()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._quoted = self._quoted and tag != "blockquote"
            self._tag = "li" if self._lists else "p"

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        text = "".join(self._pieces).strip()
        if text:
            self.found.append((self._bullet, Block(self._tag, text)))
            self._bullet = ""
        self._pieces = []


def _read(html: str) -> list[tuple[str, Block]]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
