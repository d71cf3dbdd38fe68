"""Running text with its marks (link, strong, em, sup): white space tidied, written as HTML in one fixed way.

It knows no blocks: a newline in a run is a line break, two are the end of a paragraph.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

MARKED = ("strong", "em", "sup")
"""Tags of marks in the order they are nested, inside a link."""

_SPACES = re.compile("  +")
_PARTING = re.compile("\n\n+")
_VISIBLE = re.compile("[^\\s\u00ad\u034f\u061c\u200b-\u200f\u2060\u3164]")


class Run(NamedTuple):
    """A stretch of text under the same marks; ``href`` is empty outside links."""

    text: str
    href: str = ""
    marks: frozenset[str] = frozenset()


def paragraphs(runs: Iterable[Run]) -> list[list[Run]]:
    """Return runs parted at every pair of line breaks, white space collapsed, paragraphs without a visible sign gone.

    A space or line break between two words keeps only the marks that both share, so that the result is a fixed point.
    """
    found: list[list[Run]] = [[]]
    gap = ""
    for run in runs:
        text = _tidy(run.text)
        bare = text.strip(" \n")
        if not bare:
            gap += text
            continue
        gap += text[: text.index(bare[0])]
        first, *others = _PARTING.split(bare)
        if gap.count("\n") > 1:
            found.append([])
        elif gap and found[-1]:
            _append(found[-1], _between(found[-1][-1], run, "\n" if "\n" in gap else " "))
        _append(found[-1], run._replace(text=first))
        found += [[run._replace(text=other)] for other in others]
        gap = text[len(text.rstrip(" \n")) :]
    return [paragraph for paragraph in found if visible(paragraph)]


def _tidy(text: str) -> str:
    """Return text whose gaps are one space, or as many line breaks as they held."""
    # Whole strings at a time: word by word, a mail of 800 words takes four times the rest of its reading.
    return _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")


def _between(before: Run, after: Run, space: str) -> Run:
    href = before.href if before.href == after.href else ""
    return Run(space, href, before.marks & after.marks)


def _append(runs: list[Run], run: Run) -> None:
    if runs and runs[-1][1:] == run[1:]:
        runs[-1] = run._replace(text=runs[-1].text + run.text)
    else:
        runs.append(run)


def visible(runs: Iterable[Run]) -> bool:
    """Tell whether anything would be seen on paper."""
    return any(_VISIBLE.search(run.text) for run in runs)


def joined(paragraphs: Iterable[list[Run]], space: str) -> list[Run]:
    """Return paragraphs as one, with a space or line break between them."""
    result: list[Run] = []
    for paragraph in paragraphs:
        for index, run in enumerate(paragraph):
            if index == 0 and result:
                _append(result, _between(result[-1], run, space))
            _append(result, run)
    return result


def unbroken(runs: Iterable[Run]) -> list[Run]:
    """Return runs with a space for each line break."""
    return [run._replace(text=run.text.replace("\n", " ")) for run in runs]


def write(runs: Iterable[Run]) -> str:
    """Return the runs as HTML in NFC: links outermost, then strong, em and sup, no tag closed and opened in vain."""
    out: list[str] = []
    open_tags: list[str] = []
    for run in runs:
        wanted = [f'a href="{html.escape(run.href)}"'] if run.href else []
        wanted += [mark for mark in MARKED if mark in run.marks]
        shared = _shared(open_tags, wanted)
        out.extend(_closing(open_tags[shared:]))
        out.extend(f"<{tag}>" for tag in wanted[shared:])
        open_tags = wanted
        text = unicodedata.normalize("NFC", run.text)
        out.append(html.escape(text, quote=False).replace("\n", "<br>"))
    out.extend(_closing(open_tags))
    return "".join(out)


def _shared(first: list[str], second: list[str]) -> int:
    """Return how many tags two lists begin with in common."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))))


def _closing(tags: list[str]) -> list[str]:
    return [f"</{tag.split(' ')[0]}>" for tag in reversed(tags)]
