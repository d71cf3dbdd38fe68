"""A message's own text: its plain and its HTML version, and the choice between them. It cuts nothing off."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from intake.domain import faults
from intake.inbox.charset import clean, codec_for, decode
from intake.inbox.leaves import Leaf, Sorted
from intake.inbox.plain import charset_of_page, flowed, from_html, is_page
from intake.inbox.sealed import without_armour
from intake.inbox.transfer import content_of

LONGEST_PART = 2 * 1024 * 1024
"""Bytes of one text part that are read; the stored message keeps all of them."""


@dataclass(frozen=True, slots=True)
class Source:
    """One part of a message's text as it came: markup where it is ``html``, else words."""

    text: str
    html: bool


class Body:
    """The two versions of a message's text. ``text`` is the better one, ``html`` the markup or nothing.

    ``sources`` are what the better one was made of.
    """

    def __init__(self, found: Sorted, language: str, defects: list[str]) -> None:
        self._charsets, self._language, self._defects = charsets_of(found), language, defects
        self._sources: dict[int, str] = {}
        html_leaves = [leaf for leaf in found.html if leaf.media_type == "text/html"]
        self.html = "\n".join(self._source(leaf) for leaf in html_leaves)
        plain = self._joined(found.text)
        laid_out = self._joined(found.html) if html_leaves and found.html != found.text else plain
        self.text = better(plain, laid_out)
        self.sources = tuple(self._sourced(found.text if self.text is plain else found.html))

    def _joined(self, parts: list[Leaf]) -> str:
        return "\n".join(text for leaf in parts if (text := self._readable(leaf)).strip() or len(parts) == 1)

    def _sourced(self, parts: list[Leaf]) -> Iterator[Source]:
        for leaf in parts:
            html = leaf.media_type == "text/html" or is_page(self._source(leaf))
            yield Source(self._source(leaf) if html else self._readable(leaf), html)

    def _readable(self, leaf: Leaf) -> str:
        source = self._source(leaf)
        if leaf.media_type == "text/html" or is_page(source):
            return from_html(source)
        if leaf.options.get("format", "").lower() == "flowed":
            source = flowed(source, delete_space=leaf.options.get("delsp", "").lower() == "yes")
        return without_armour(source)

    def _source(self, leaf: Leaf) -> str:
        """Return a text leaf's clean characters, decoded once."""
        if id(leaf) not in self._sources:
            content, defect = content_of(leaf.part)
            if len(content) > LONGEST_PART:
                self._defects.append(faults.LONG_PART % {"limit": LONGEST_PART // 2**20})
            declared = leaf.options.get("charset", "")
            if leaf.media_type == "text/html" and codec_for(declared) is None:
                declared = charset_of_page(content) or declared
            found = decode(content[:LONGEST_PART], declared, self._charsets, self._language)
            self._defects.extend(said for said in (defect, found.defect) if said)
            self._sources[id(leaf)] = clean(found.text.lstrip("\ufeff"))
        return self._sources[id(leaf)]


def better(plain: str, laid_out: str) -> str:
    """Return the plain version unless it is stunted: Outlook sends an empty one beside the real HTML."""
    return plain if 2 * len("".join(plain.split())) >= len("".join(laid_out.split())) else laid_out


def charsets_of(found: Sorted) -> tuple[str, ...]:
    """Return the charsets the text parts declare: the best guess for bytes that declare none."""
    declared = (leaf.options.get("charset", "") for leaf in chain(found.text, found.html))
    return tuple(dict.fromkeys(name for name in declared if codec_for(name)))
