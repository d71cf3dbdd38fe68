"""The subject convention: does a subject line say "Op-Ed", and what headline is left without it.

Product page, section 2. It sees a decoded subject (RFC 2047 is the inbox's business) and judges nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from intake.domain import reasons

LONGEST = 1_000
"""Only so many characters of a subject are looked at."""

_DASHES = "\\-\u00ad\u2010-\u2015\u2043\u2212\u058a\u05be\u1806\u30fb\ufe58\ufe63\uff0d\u00b7\u2022"
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"
_OP_ED = re.compile(rf"{_BEFORE}op[{_DASHES}\s_/.]{{0,3}}eds?{_AFTER}")
_COMPOUND = re.compile(rf"(?:^|[^\w])(?:co[{_DASHES}\s_]{{1,2}}|\w+-)$")
"""What makes "op ed" the tail of another word: co-op, post-op, photo-op."""

_ALEFS = str.maketrans("أإآٱ", "اااا")
_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|fw|aw|wg|tr|sv|vs|rv|res|enc|external|رد|الرد|توجيه|اعاده توجيه|اعادة توجيه|محول|تحويل)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*:|[\[(](?:external|ext|خارجي)[^\])]{0,20}[\])]:?)\s*"
)
_KIND = r"(?:\s+(?:submissions?|article|piece|column|draft|for consideration))?"
_MARK = rf"[:{_DASHES}|,،؛;/]"


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a subject keeps the convention, the words that did it as they were written, and why in English."""

    hit: bool
    phrase: str | None
    why: str


def matches(subject: str, desk_words: Iterable[str]) -> Match:
    """Tell whether the subject holds "op-ed" or one of the desk's own words as a token of its own."""
    folded, origin = _fold(subject)
    for word, start, end in _phrases(folded, tuple(desk_words)):
        written = subject[origin[start] : origin[end - 1] + 1]
        return Match(True, written, reasons.DESK_WORD % {"word": word} if word else reasons.OP_ED)
    return Match(False, None, reasons.NO_WORD)


def strip(subject: str, desk_words: Iterable[str]) -> str:
    """Return the subject without reply prefixes and convention labels: the suggested headline, perhaps empty.

    A phrase inside a sentence ("My op-ed on water") is no label and stays.
    """
    words = tuple(desk_words)
    before, left = None, _visible(subject[:LONGEST])
    while left != before:
        before = left
        left = _without_label(_without_prefix(left), words)
    return left


def _fold(subject: str) -> tuple[str, list[int]]:
    """Return the subject as it is compared, and for each of its characters the place it came from."""
    letters: list[str] = []
    origin: list[int] = []
    subject = subject[:LONGEST]
    if subject.isascii() and subject.isprintable():
        return subject.casefold(), list(range(len(subject)))
    for place, written in enumerate(subject):
        for letter in unicodedata.normalize("NFKC", written).casefold().translate(_ALEFS):
            kept = _kept(letter)
            letters.append(kept)
            origin.extend([place] * len(kept))
    return "".join(letters), origin


def _kept(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Cc":
        return " "
    if kind == "Cf" or letter == "ـ" or (kind == "Mn" and "\u0600" <= letter <= "\u08ff"):
        return ""
    return letter


def _visible(subject: str) -> str:
    kept = (" " if unicodedata.category(c) == "Cc" else c for c in subject if unicodedata.category(c) != "Cf")
    return " ".join("".join(kept).split())


def _phrases(folded: str, desk_words: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield each word of the convention, the empty one for "Op-Ed", and where it begins and ends."""
    for found in _OP_ED.finditer(folded):
        if not _COMPOUND.search(folded[: found.start()]):
            yield "", found.start(), found.end()
    for word in desk_words:
        pattern = _desk_pattern(word)
        for found in pattern.finditer(folded) if pattern else ():
            yield word, found.start(), found.end()


@lru_cache(maxsize=256)
def _desk_pattern(word: str) -> re.Pattern[str] | None:
    tokens = re.split(rf"[\s_{_DASHES}]+", _fold(word)[0].strip())
    if not any(tokens):
        return None
    spelled = [re.escape(token).replace("ة", "[ةه]") for token in tokens]
    if len(spelled) > 1:  # Egyptian spelling ends in ى; alone, رأى would be the verb "he saw"
        spelled = [token[:-1] + "[يى]" if token.endswith("ي") else token for token in spelled]
    return re.compile(_BEFORE + rf"[\s_{_DASHES}]{{1,3}}".join(spelled) + _AFTER)


def _without_prefix(subject: str) -> str:
    folded, origin = _fold(subject)
    found = _PREFIX.match(folded)
    if not found:
        return subject
    return subject[origin[found.end()] :] if found.end() < len(origin) else ""


def _without_label(subject: str, desk_words: tuple[str, ...]) -> str:
    folded, origin = _fold(subject)
    for _, start, end in _phrases(folded, desk_words):
        span = _label(folded, start, end, op_ed=folded.startswith("op", start))
        if span is not None:
            head = subject[: origin[span[0]]] if span[0] < len(origin) else subject
            tail = subject[origin[span[1]] :] if span[1] < len(origin) else ""
            return " ".join(f"{head} {tail}".split())
    return subject


def _label(folded: str, start: int, end: int, *, op_ed: bool) -> tuple[int, int] | None:
    """Return the span of a label round a phrase: bracketed, before a mark at the start, or after one at the end."""
    bracket = re.search(rf"[\[({{«<]\s*{re.escape(folded[start:end])}{_KIND}\s*[\])}}»>]\s*{_MARK}?\s*", folded)
    if bracket:
        return bracket.start(), bracket.end()
    tail = re.compile(rf"{_KIND}\s*(?:{_MARK}+\s*|$)").match(folded, end)
    if not folded[:start].strip(" \"'“”"):
        if tail:
            return 0, tail.end()
        return (0, end) if op_ed and _starts_a_title(folded, end) else None
    lead = re.search(rf"(?:\s*{_MARK}+\s*|\s+[|]\s*)$", folded[:start])
    return (lead.start(), tail.end()) if lead and tail and tail.end() == len(folded) else None


def _starts_a_title(folded: str, end: int) -> bool:
    """Tell whether what follows a leading "Op-Ed " reads as a title: not a preposition that leans on it."""
    following = folded[end:].strip().split(" ")[0]
    return following not in {
        "",
        "on",
        "about",
        "by",
        "from",
        "for",
        "in",
        "and",
        "page",
        "pages",
        "is",
        "of",
        "to",
        "with",
    }
