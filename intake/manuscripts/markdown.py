"""Markdown → a manuscript, by markdown-it: headings, lists, quotations, links, tables, notes and a head of properties.

HTML in it is text, as the "js-default" preset has it; nothing is fetched.
"""

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from intake.domain.errors import TooLarge
from intake.domain.text import one_line, without_controls
from intake.manuscripts import kinds, refusals
from intake.manuscripts.assembling import assemble
from intake.manuscripts.canonical import MOST_CHARACTERS, MOST_TAGS
from intake.manuscripts.manuscript import Manuscript
from intake.manuscripts.page import decoded
from intake.manuscripts.plain import from_plain

MOST_BRACKETS = 2_000
"""Openings of links; from there the text is read as plain: open ones cost the parser quadratic time."""
_PROPERTIES = {"title": "title", "author": "author", "date": "created"}
_LINE = re.compile(r"^([A-Za-z]{1,20}):[ \t]*(\S.{0,500}?)[ \t]*$", re.MULTILINE)
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BACK = re.compile(r'\s*<a href="#fnref[^"]*" class="footnote-backref">[^<]*</a>')
_NOTES = re.compile(r'<hr class="footnotes-sep"\s*/?>')


def read_markdown(data: bytes) -> Manuscript:
    """Return the manuscript in a Markdown file. Raises Unreadable when it is empty, TooLarge beyond the limit."""
    text, charset, warnings = decoded(data, "")
    text = without_controls(text)
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(refusals.TOO_MUCH_TEXT, characters=f"{MOST_CHARACTERS:,}", tags=f"{MOST_TAGS:,}")
    if text.count("[") > MOST_BRACKETS:
        return assemble(kinds.MARKDOWN, from_plain(text), warnings=warnings, properties={"charset": charset})
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    parser.use(front_matter_plugin).use(footnote_plugin)
    raw = _NOTES.sub("<hr>", _BACK.sub("", str(parser.render(text))))
    properties = _head(text) | {"charset": charset}
    return assemble(kinds.MARKDOWN, raw, warnings=warnings, properties=properties)


def _head(text: str) -> dict[str, str]:
    """Return what the head of a file says, line by line."""
    head = _HEAD.match(text)
    said = {name.lower(): one_line(value.strip("\"'")) for name, value in _LINE.findall(head[1])} if head else {}
    return {key: said[name] for name, key in _PROPERTIES.items() if said.get(name)}
