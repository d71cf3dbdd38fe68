"""Words as a reader hears them: case, marks, quotes and letter variants folded away, with their places kept.

It compares wordings; it does not change what is printed (see ``text``) and knows no grammar.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

APOSTROPHES = "'’‘ʼ`´′＇"
TATWEEL = "ـ"
_VARIANTS = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", TATWEEL: None})
_SILENT = {"Mn", "Me", "Cf"}  # marks and vowel signs; zero-width and direction characters
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word and where it stands in the text it came from (``text[start:end]``)."""

    folded: str
    start: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """Return the folded words of a text in order; an English possessive 's is dropped, so is any other apostrophe."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for folded in _fold(letter):
            letters.append(folded)
            places.append(place)
    places.append(len(text))
    return tuple(
        Word(
            found.group().removesuffix("'s").replace("'", ""),
            places[found.start()],
            max(places[found.end()], places[found.end() - 1] + 1),
        )
        for found in _WORD.finditer("".join(letters))
    )


def bare(text: str) -> list[str]:
    """Return the folded words of a text alone, the same as ``words`` finds, in a small part of its time."""
    plain = text
    for mark in APOSTROPHES:
        plain = plain.replace(mark, "'")
    plain = normalize("NFKD", normalize("NFKD", plain).casefold())
    for letter in () if plain.isascii() else set(plain):  # few are to be changed: translating all takes far longer
        folded = _bare(letter)
        if folded != letter:
            plain = plain.replace(letter, folded)
    return [found.removesuffix("'s").replace("'", "") for found in _WORD.findall(plain)]


@lru_cache(maxsize=8192)
def _bare(letter: str) -> str:
    return "" if unicodedata.category(letter) in _SILENT else letter.translate(_VARIANTS)


def line(text: str) -> str:
    """Return the folded words of a text joined by single spaces."""
    return " ".join(word.folded for word in words(text))


@lru_cache(maxsize=8192)
def _fold(letter: str) -> str:
    if letter in APOSTROPHES:
        return "'"
    plain = normalize("NFKD", normalize("NFKD", letter).casefold())
    return "".join(map(_bare, plain))
