"""Plain text → canonical body: blank lines part paragraphs, hard-wrapped lines are joined again.

It knows no Markdown, no quotes and no signatures: the inbox cuts those before.
"""

import re
from itertools import pairwise

from intake.domain.text import clean
from intake.manuscripts import runs
from intake.manuscripts.runs import Run

WIDEST = 100
"""Columns; a longer line was not wrapped by a mail program."""
NARROWEST = 50

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


def from_plain(text: str) -> str:
    """Return plain text as a canonical body of paragraphs; nothing in it is read as markup."""
    lines = clean(text).replace("\t", " ").strip()
    width = _width(lines)
    found: list[list[Run]] = []
    for part in _BLANK.split(lines):
        found += runs.paragraphs([Run(_joined(part.split("\n"), width))])
    return "".join(f"<p>{_escaped(paragraph)}</p>" for paragraph in found)


def _escaped(paragraph: list[Run]) -> str:
    # nh3 writes a no-break space by name; do the same, so that this is a fixed point of canonical().
    return runs.write(paragraph).replace("\u00a0", "&nbsp;")


def _width(text: str) -> int:
    """Return the column at which the text was wrapped; 0 when it does not look wrapped."""
    lengths = [len(line) for line in text.split("\n") if " " in line.strip()]
    if not lengths or sum(length > WIDEST for length in lengths) * 10 > len(lengths):
        return 0
    width = max(length for length in lengths if length <= WIDEST)
    return width if width >= NARROWEST else 0


def _joined(lines: list[str], width: int) -> str:
    """Return lines as text in which one newline is a line break and two end a paragraph."""
    text = lines[0].strip()
    for before, after in pairwise(lines):
        text += _join(before.strip(), after.strip(), width) + after.strip()
    return text


def _join(before: str, after: str, width: int) -> str:
    if width == 0:
        return "\n\n" if max(len(before), len(after)) > WIDEST else "\n"
    if len(before) > WIDEST and " " in before:
        return "\n\n"
    first_word = after.split(" ", 1)[0]
    return " " if len(before) + 1 + len(first_word) > width else "\n"
