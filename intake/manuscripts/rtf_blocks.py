"""The paragraphs of a rich text while it is read, and their HTML: headings, lists with their levels, quotations.

It reads no RTF.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from intake.manuscripts.assembling import reads_as_heading, turned

_QUOTES = frozenset(("quote", "intense quote", "quotations", "block text"))
_HEADING = re.compile(r"heading (\d)")


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph says of itself. ``numbered`` is None outside lists; ``outline`` counts from 0."""

    style: str = ""
    outline: int | None = None
    right_to_left: bool = False
    numbered: bool | None = None
    level: int = 0
    table: bool = False


class Piece(NamedTuple):
    """Running text under the same marks."""

    text: str
    marks: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A finished paragraph."""

    pieces: tuple[Piece, ...]
    look: Look

    @property
    def text(self) -> str:
        """Return the words alone."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def stands_out(self) -> bool:
        """Tell a short line, all bold, that is no sentence: what writers without styles have for a heading."""
        bold = all("strong" in piece.marks for piece in self.pieces if piece.text.strip())
        return bold and self.look.numbered is None and not self.look.table and reads_as_heading(self.text)


@dataclass(slots=True)
class Place:
    """Where paragraphs go: the body, a note, a box, a comment; ``pieces`` make up the paragraph in hand."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """Add running text."""
        self.pieces.append(piece)

    def end(self, look: Look) -> None:
        """End the paragraph in hand; one without words is none."""
        alike = groupby(self.pieces, lambda piece: (piece.marks, piece.href))
        pieces = [Piece("".join(piece.text for piece in same), *key) for key, same in alike]
        self.pieces = []
        while pieces and not pieces[0].text.strip():
            pieces.pop(0)
        if pieces:
            pieces[0] = pieces[0]._replace(text=pieces[0].text.lstrip())
            # Outlines number headings as lists: what is a heading by its style is no item.
            self.paragraphs.append(Paragraph(tuple(pieces), replace(look, numbered=None) if _heading(look) else look))

    @property
    def text(self) -> str:
        """Return the words of all paragraphs on one line."""
        return " ".join(paragraph.text for paragraph in self.paragraphs)


def written(paragraphs: Iterable[Paragraph], main: str) -> str:
    """Return paragraphs as HTML; ``main`` is the direction most of the document runs in."""
    every = list(paragraphs)
    styled = any(_heading(paragraph.look) for paragraph in every)
    out: list[str] = []
    open_lists: list[str] = []
    for paragraph in every:
        out += _nested(open_lists, paragraph.look)
        tag = _heading(paragraph.look) or ("h2" if not styled and paragraph.stands_out else "p")
        out += _block(paragraph, tag, main)
    return "".join([*out, *_closed(open_lists, 0)])


def _nested(open_lists: list[str], look: Look) -> Iterator[str]:
    """Open and close lists until the paragraph is where it belongs."""
    if look.numbered is None:
        yield from _closed(open_lists, 0)
        return
    tag, depth = ("ol" if look.numbered else "ul"), min(look.level, 8) + 1
    yield from _closed(open_lists, depth)
    if len(open_lists) == depth and open_lists[-1] != tag:
        yield from _closed(open_lists, depth - 1)
    while len(open_lists) < depth:
        open_lists.append(tag)
        yield f"<{tag}>"


def _closed(open_lists: list[str], depth: int) -> Iterator[str]:
    while len(open_lists) > depth:
        yield f"</{open_lists.pop()}>"


def _heading(look: Look) -> str:
    if look.style == "title":
        return 'h1 class="title"'
    found = _HEADING.fullmatch(look.style)
    level = int(found[1]) if found else None if look.outline is None or look.outline > 8 else look.outline + 1
    if look.style == "subtitle":
        level = 2
    return f"h{min(max(level, 1), 6)}" if level is not None else ""


def _block(paragraph: Paragraph, tag: str, main: str) -> Iterator[str]:
    look = paragraph.look
    against = turned(paragraph.text, right_to_left=look.right_to_left, main=main)
    direction = f' dir="{"rtl" if look.right_to_left else "ltr"}"' if against else ""
    if look.numbered is not None:
        tag = "li"
    inner = "".join(_piece(piece, heading=tag[0] == "h") for piece in paragraph.pieces)
    block = f"<{tag}{direction}>{inner}</{tag.split()[0]}>"
    yield f"<blockquote>{block}</blockquote>" if tag == "p" and look.style in _QUOTES else block


def _piece(piece: Piece, *, heading: bool) -> str:
    text = html.escape(piece.text, quote=False).replace("\n", "<br>")
    for mark in piece.marks:
        if not (heading and mark == "strong"):
            text = f"<{mark}>{text}</{mark}>"
    return f'<a href="{html.escape(piece.href)}">{text}</a>' if piece.href else text
