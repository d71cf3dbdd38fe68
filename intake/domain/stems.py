"""Plain tokens for full-text search in English and Arabic: the same for what is stored and for what is sought.

Light stemming only: a word loses its article, conjunction and commonest endings, by length alone. It knows no grammar
and no dictionary, so broken plurals (كتاب, كتب) and irregular ones (man, men) stay apart, and it ranks nothing.
"""

import re
from functools import lru_cache

from intake.domain.folding import APOSTROPHES
from intake.domain.text import normalise

LONGEST = 64
"""Letters kept of one token: long enough for any word, short enough for an index entry."""

QUERY, PARTS = 200, 12
"""Characters of a query that are read, and words or phrases of it that are sought."""

Phrases = tuple[tuple[str, ...], ...]
"""What is sought: every phrase must be found, its tokens in this order."""

_PART = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_LATIN = re.compile("[a-z]+")
_ARABIC = re.compile("[\u0621-\u064a]+")


def tokens(text: str) -> list[str]:
    """Return the stems of a text's words in order, letters and digits only, none longer than ``LONGEST``."""
    folded = " ".join(text.casefold().split()) if text.isascii() else normalise(text.translate(_APOSTROPHES))
    return list(map(_token, _WORD.findall(folded)))


def phrases(query: str) -> Phrases:
    """Return what a query asks for: each word, or the words between quotation marks in their order.

    No character has a meaning but the quotation mark; what is beyond ``QUERY`` characters and ``PARTS`` is left out.
    """
    asked = (quoted or word for quoted, word in _PART.findall(query[:QUERY].translate(_QUOTES)))
    return tuple(found for part in asked if (found := tuple(tokens(part))))[:PARTS]


@lru_cache(maxsize=32_768)
def _token(word: str) -> str:
    return _stem(word.removesuffix("'s").replace("'", ""))[:LONGEST]


def _stem(word: str) -> str:
    if _ARABIC.fullmatch(word):
        return _arabic(word)
    return _english(word) if _LATIN.fullmatch(word) else word


def _arabic(word: str) -> str:
    """Strip as "light10" does (Larkey, Ballesteros, Connell 2007), on letters that ``normalise`` has folded.

    The article goes with what is joined to it; a lone ب, ك or ل stays, for it is as often the word's own first letter.
    """
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            word = word.removeprefix(article)
            break
    else:
        if word.startswith("و") and len(word) >= 4:
            word = word[1:]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 2:
            word = word.removesuffix(ending)
    return word


def _english(word: str) -> str:
    """Strip the plural as the "S stemmer" does (Harman 1991)."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word if word.endswith(("us", "ss")) else word[:-1]
