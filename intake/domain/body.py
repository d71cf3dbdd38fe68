"""The canonical article body: which tags it may hold, its blocks and its text.

It reads canonical HTML only and makes nothing safe: ``manuscripts.canonical`` makes the canonical form.
"""

import re
from dataclasses import dataclass
from html import unescape

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
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*)?)>")
"""A tag as the canonical form has it: in small letters, every value in double quotes. ``html.parser``, made for what
people write, takes four times as long, and each text is read several times on its way."""


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


class _Reader:
    """Collects each block with its bullet; ``_lists`` holds tag and number of items of every list that is open."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Block]] = []
        self._pieces: list[str] = []
        self._tag = "p"
        self._bullet = ""
        self._quoted = False
        self._lists: list[tuple[str, int]] = []

    def start(self, tag: str) -> None:
        """Take an opening tag."""
        if tag == "br":
            self._pieces.append("\n")
        elif tag in _MARKED:
            self.flush()
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

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        if tag in _MARKED:
            self.flush()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._quoted = self._quoted and tag != "blockquote"
            self._tag = "li" if self._lists else "p"

    def text(self, text: str) -> None:
        """Take what stands between two tags."""
        self._pieces.append(text)

    def flush(self) -> None:
        """End the block in hand."""
        text = "".join(self._pieces).strip()
        if text:
            self.found.append((self._bullet, Block(self._tag, text)))
            self._bullet = ""
        self._pieces = []


def _read(html: str) -> list[tuple[str, Block]]:
    reader, end = _Reader(), 0
    for tag in _TAG.finditer(html):
        if tag.start() > end:
            reader.text(unescape(html[end : tag.start()]))
        end = tag.end()
        (reader.end if tag[1] else reader.start)(tag[2])
    reader.text(unescape(html[end:]))
    reader.flush()
    return reader.found
