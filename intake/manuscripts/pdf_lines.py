"""Signs at places on a page → lines in reading order and paragraphs, Arabic lines turned from sight to sense.

pdfminer's own layout puts lines of Arabic out of order, because it parts a line at every change of script; so lines are
made here from the single signs. It knows no PDF.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from bidi.algorithm import get_display

from intake.domain.text import script_of

SPACE = 0.18
"""Share of the type size that parts two words where no space was set."""
APART = 1.4
"""Share of the usual distance of lines beyond which a paragraph begins."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WRONG_LIGATURES = {f"{alef}ل": f"ل{alef}" for alef in "اأإآ"}
"""One sign that says alef and lam says them in the order of sight: the ligature is lam and alef."""
_BRACKETS = str.maketrans("()[]«»", ")(][»«")
_NUMBER = re.compile(r"\W*(?:page|p\.|seite|صفحة|ص)?\s*\d{1,4}(?:\s*(?:/|of|von|من)\s*\d{1,4})?\W*", re.IGNORECASE)
_STRAY_END = re.compile(r"[.،؛؟!]+(?=\s*\w)")
_ITEM = re.compile(r"(?:[•·▪◦‣●○\uf0b7–-]|\(?[\d٠-٩]{1,3}[.)-])\s")
_HYPHEN = re.compile(r"(\w+)[-\u00ad\u2010]$")
_SENTENCE_END = re.compile(r"[.!?؟:…]\W*$")


class Sign(NamedTuple):
    """One glyph: its text and box in points from the lower left; ``href`` where a link lies over it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    bold: bool = False
    href: str = ""

    @property
    def size(self) -> float:
        """Return the height."""
        return self.top - self.bottom


@dataclass(slots=True)
class Line:
    """One line of a page, from the top; ``links`` are words in it with their addresses."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    size: float
    bold: bool
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def right_to_left(self) -> bool:
        """Tell whether the line is in a script that runs from the right."""
        return script_of(self.text) in {"ar", "he"}


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, joined."""

    text: str
    size: float
    bold: bool
    links: list[tuple[str, str]]


def lines(signs: Iterable[Sign], page: int) -> list[Line]:
    """Return the lines of a page from top to bottom."""
    rows: list[list[Sign]] = []
    for sign in sorted(_with_marks(signs), key=lambda sign: -(sign.bottom + sign.top) / 2):
        if rows and _beside(rows[-1], sign):
            rows[-1].append(sign)
        else:
            rows.append([sign])
    made = (_line(sorted(row, key=lambda sign: (sign.left, sign.right)), page) for row in rows)
    return [line for line in made if line.text]


def _beside(row: list[Sign], sign: Sign) -> bool:
    first = max(row[-20:], key=lambda other: other.size)
    overlap = min(first.top, sign.top) - max(first.bottom, sign.bottom)
    return overlap > 0.5 * min(first.size, sign.size)


def _with_marks(signs: Iterable[Sign]) -> list[Sign]:
    """Return signs in the order they were set, vowel marks joined to their letters.

    Where a mark stands on paper tells little, for it has no width. Letters set from the left in the order of sight come
    after their mark when they are read from the right, and in every other case before it.
    """
    found: list[Sign] = []
    held: list[Sign] = []
    for sign in signs:
        if sign.text and unicodedata.combining(sign.text[0]):
            held.append(sign)
            continue
        if found and held and not _in_order_of_sight(found[-1], held[0], sign):
            found[-1] = _joined_with(found[-1], held)
        else:
            sign = _joined_with(sign, held[::-1])
        found.append(sign)
        held = []
    if held and found:
        found[-1] = _joined_with(found[-1], held)
    return found or held


def _joined_with(sign: Sign, marks: list[Sign]) -> Sign:
    text = sign.text + "".join(mark.text for mark in marks)
    beside = [mark for mark in marks if _beside([sign], mark)]
    left, right = min(mark.left for mark in [sign, *beside]), max(mark.right for mark in [sign, *beside])
    return sign._replace(text=text, left=left, right=right)


def _in_order_of_sight(before: Sign, mark: Sign, after: Sign) -> bool:
    beside = _beside([after], mark)
    from_the_right = _RIGHT_TO_LEFT.search(mark.text) is not None
    return beside and from_the_right and (before.left < after.left or not _beside([before], mark))


def _line(row: list[Sign], page: int) -> Line:
    text = _turned(_spaced(row))
    links = []
    for href in dict.fromkeys(sign.href for sign in row if sign.href):
        words = _turned(_spaced([sign for sign in row if sign.href == href]))
        if words:
            links.append((words, href))
    printed = [sign for sign in row if sign.text.strip()] or row
    return Line(
        page,
        text,
        min(sign.left for sign in printed),
        max(sign.right for sign in printed),
        median(sign.bottom for sign in printed),
        round(median(sign.size for sign in printed), 1),
        all(sign.bold for sign in printed),
        links,
    )


def _spaced(row: list[Sign]) -> str:
    """Return what is seen from left to right, with a space wherever there is room for one."""
    text = _seen(row[0].text) if row else ""
    for before, sign in pairwise(row):
        gap = sign.left - before.right > SPACE * max(sign.size, before.size)
        text += " " * gap + _seen(sign.text)
    return text


def _seen(text: str) -> str:
    """Return a glyph's text as one sees it: of a ligature from the right, the last letter stands on the left."""
    if len(text) > 1 and _RIGHT_TO_LEFT.search(text):
        return _WRONG_LIGATURES.get(text, text)[::-1]
    return text


def _turned(seen: str) -> str:
    """Return a line as it is read. Turning comes before NFKC, which would take ligatures apart in the wrong order."""
    if not _RIGHT_TO_LEFT.search(seen):
        return " ".join(unicodedata.normalize("NFKC", seen).split())
    base = "R" if script_of(seen) in {"ar", "he"} else "L"
    read = " ".join(unicodedata.normalize("NFKC", str(get_display(seen, base_dir=base))).split())
    # A line of Arabic that was set from the left ends, for the eye, where it begins.
    stray = _STRAY_END.match(read) if base == "R" else None
    return read[stray.end() :].lstrip() + stray[0].strip() if stray else read


def without_running_heads(pages: list[list[Line]]) -> list[Line]:
    """Return all lines but page numbers, and heads and feet that stand at one height on most pages."""
    edges = Counter(key for page in pages for key in {_edge(line) for line in (*page[:2], *page[-2:])})
    kept = []
    for page in pages:
        for place, line in enumerate(page):
            at_edge = place < 2 or place >= len(page) - 2
            times = max(edges[(key, at + shift)] for key, at in [_edge(line)] for shift in (-1, 0, 1)) if at_edge else 0
            repeated = times > 1 and times * 5 >= len(pages) * 3
            numbered = place in (0, len(page) - 1) and _NUMBER.fullmatch(line.text) is not None
            numbered &= len(pages) > 1 or (place > 0 and line.text.strip() == "1")
            if not repeated and not numbered:
                kept.append(line)
    return kept


def _edge(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / 4)


def paragraphs(every: list[Line]) -> Iterator[Paragraph]:
    """Go through the paragraphs: parted by distance, type, indents, and short last lines."""
    if not every:
        return
    pitch = _pitch(every)
    left, right = _margins(every)
    whole = " ".join(line.text for line in every)
    held = [every[0]]
    for before, line in pairwise(every):
        if _begins(before, line, pitch, (left, right)):
            yield _joined(held, whole)
            held = []
        held.append(line)
    yield _joined(held, whole)


def _pitch(every: list[Line]) -> float:
    """Return the usual distance between the lines of a paragraph; 0 with too few of them to tell."""
    steps = Counter(
        round(one.bottom - other.bottom, 0)
        for one, other in pairwise(every)
        if one.page == other.page and 0 < one.bottom - other.bottom < 4 * max(one.size, 1)
    )
    if steps.total() < 3:
        return 0.0
    close = [step for step, times in steps.items() if times * 4 >= max(steps.values())]
    return min(close, default=0.0)


def _margins(every: list[Line]) -> tuple[float, float]:
    ordered = sorted(line.left for line in every), sorted(line.right for line in every)
    return ordered[0][len(every) // 20], ordered[1][-1 - len(every) // 20]


def _begins(before: Line, line: Line, pitch: float, margins: tuple[float, float]) -> bool:
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size) or before.bold != line.bold:
        return True
    if before.right_to_left != line.right_to_left or _ITEM.match(line.text):
        return True
    if before.page == line.page and before.bottom - line.bottom > APART * max(pitch, line.size):
        return True
    left, right = margins
    width = max(right - left, 1)
    ended = bool(_SENTENCE_END.search(before.text))
    indent = (right - line.right) if line.right_to_left else (line.left - left)
    indent_before = (right - before.right) if before.right_to_left else (before.left - left)
    indented = 0.01 * width < indent - max(indent_before, 0) < 0.15 * width
    return (ended and indented) or _broke_off(before, line, margins)


def _broke_off(before: Line, line: Line, margins: tuple[float, float]) -> bool:
    """Tell whether a line ended though the next one's first word had room in it."""
    left, right = margins
    room = before.left - left if before.right_to_left else right - before.right
    edges = (before.left, line.left) if before.right_to_left else (before.right, line.right)
    width = max(right - left, 1)
    if abs(edges[0] - edges[1]) < 0.06 * width or _HYPHEN.search(before.text):
        return False  # a narrower column, such as a quotation, or a word in two
    one_sign = (line.right - line.left) / max(len(line.text), 1)
    return room > max(0.12 * width, 1.3 * one_sign * (len(line.text.split()[0]) + 1))


def _joined(held: list[Line], whole: str) -> Paragraph:
    text = held[0].text
    for line in held[1:]:
        text = _hyphens(text, line.text, whole)
    sizes = [line.size for line in held]
    links = [link for line in held for link in line.links]
    return Paragraph(_balanced(text), median(sizes), all(line.bold for line in held), links)


def _hyphens(text: str, following: str, whole: str) -> str:
    """Join two lines; a hyphen at the end goes unless the word is written with it elsewhere."""
    parted = _HYPHEN.search(text)
    rest = re.match(r"\w+", following)
    if parted and rest and rest[0][0].islower():
        kept = f"{parted[1]}-{rest[0]}" in whole
        return text[:-1] + ("-" if kept else "") + following
    return f"{text} {following}"


def _balanced(text: str) -> str:
    """Turn brackets round where an Arabic paragraph closes before it opens: some writers mirror none."""
    if script_of(text) not in {"ar", "he"}:
        return text
    swapped = text.translate(_BRACKETS)
    return swapped if _faults(swapped) < _faults(text) else text


def _faults(text: str) -> int:
    depth = faults = 0
    for sign in text:
        if sign in "([«":
            depth += 1
        elif sign in ")]»":
            faults += depth == 0
            depth = max(0, depth - 1)
    return faults + depth
