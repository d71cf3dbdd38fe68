"""Plain tokens for full-text search in English and Arabic: the same for what is stored and for what is sought.

Light stemming only: a word loses its article, conjunction and commonest endings, by length alone. It knows no grammar
and no dictionary, so broken plurals (كتاب, كتب) and irregular ones (man, men) stay apart, and it ranks nothing.
"""

import re

from intake.domain.folding import APOSTROPHES
from intake.domain.text import normalise

LONGEST = 64
"""Letters kept of one token: long enough for any word, short enough for an index entry."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_LATIN = re.compile("[a-z]+")
_ARABIC = re.compile("[\u0621-\u064a]+")


def tokens(text: str) -> list[str]:
    """Return the stems of a text's words in order, letters and digits only, none longer than ``LONGEST``."""
    found = _WORD.findall(normalise(text.translate(_APOSTROPHES)))
    return [_stem(word.removesuffix("'s").replace("'", ""))[:LONGEST] for word in found]


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
