"""Text in any script, Arabic first: a form for comparing, counts, clean input, slugs, the script a text is written in.

It knows no markup (see ``body``) and no language beyond its letters: ``script_of`` names the commonest language of a
script and is no language detection.
"""

import re
import unicodedata
from collections import Counter
from itertools import filterfalse

MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0711\u0730-\u074a\u07a6-\u07b0\u08ca-\u08e1\u08e3-\u08ff\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200c\u200d"
)
"""Ranges of combining marks and joiners, as they stand inside words; ``\\w`` of ``re`` knows none of them."""

_LETTERS = rf"(?:[^\W_]++|[{MARKS}]++)++"
_IDEOGRAPH = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_WORD = re.compile(
    rf"(?:https?://|www\.)\S+|{_IDEOGRAPH}|(?!{_IDEOGRAPH}){_LETTERS}(?:(?:['’ʼ‘‐‑-]|(?<=\d)[.,٫٬](?=\d)){_LETTERS})*+"
)

_LATIN = re.compile("[A-Za-z]")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ue000]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_FOLDED = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ہ": "ه", "ە": "ه", "\u0640": None})

_SCRIPTS = (
    ("ar", ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))),
    ("he", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    ("en", ((0x0041, 0x024F), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F))),
    ("el", ((0x0370, 0x03FF), (0x1F00, 0x1FFF))),
    ("ru", ((0x0400, 0x052F),)),
    ("am", ((0x1200, 0x137F),)),
    ("hi", ((0x0900, 0x097F),)),
    ("ja", ((0x3040, 0x30FF),)),
    ("zh", ((0x3400, 0x9FFF),)),
    ("ko", ((0xAC00, 0xD7AF),)),
)

_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof", "st", "gen", "col", "sen", "rep", "jr", "sr", "no", "vs", "etc"))
_SENTENCE_END = re.compile(r"(\S*?)([.!?؟۔…]+)[\"'”’»)\]]*(?=\s|$)|[。！？]")


def normalise(text: str) -> str:
    """Return the form for searching and comparing: no case, marks, tatweel or joiners; one shape of alef, ya and ta.

    White space becomes single spaces and decimal digits of every script become ASCII. Idempotent.
    """
    bare = "".join(
        _ascii_digit(letter)
        for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if unicodedata.category(letter) not in {"Mn", "Cf", "Cs"}
    )
    return " ".join(bare.translate(_FOLDED).split())


def _ascii_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def words(text: str) -> list[str]:
    """Return the words of a text: vocalised, hyphened and apostrophised ones whole, ideographs one by one."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """Return the number of words, as ``words`` parts them, without those that are nothing but marks."""
    found = words(text)
    mixed = filterfalse(str.isalnum, found)
    return len(found) - sum(not any(map(str.isalnum, word)) for word in mixed)


def clean(text: str) -> str:
    """Return what a person typed, NFC, lines parted by ``\\n``, without controls and bidirectional overrides.

    Lone surrogates become U+FFFD; joiners (ZWNJ, ZWJ) and direction marks (LRM, RLM) stay. U+E000 goes because
    ``manuscripts.docx`` marks paragraphs with it. Idempotent.
    """
    return unicodedata.normalize("NFC", without_controls(text))


def without_controls(text: str) -> str:
    """Return ``clean`` without its last step, NFC: what may be done to text that still holds markup."""
    lines = _LINE_END.sub("\n", _SURROGATE.sub("\ufffd", text))
    return _UNWANTED.sub("", lines)


def one_line(text: str) -> str:
    """Return cleaned text as one line with single spaces, for names, subjects and headlines."""
    return " ".join(clean(text).split())


def slug(text: str) -> str:
    """Return at most 80 letters, digits and hyphens for an address; Arabic letters stay. Empty when none are left."""
    kept = "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFC", text).lower())
    parts = re.findall(r"[^\W_]+", kept.replace("'", "").replace("’", ""))
    joined = "-".join(parts)
    if len(joined) <= 80:
        return joined
    cut = joined[:80]
    return cut.rpartition("-")[0] if joined[80] != "-" and "-" in cut else cut


def _plain_letter(letter: str) -> str:
    if letter == "\u0640":
        return ""
    if script_of(letter) == "ar":
        return letter
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part)[0] not in "MC")


def script_of(text: str) -> str:
    """Return the commonest language (ar, en, he, ru …) of the script most letters are in; empty without letters."""
    if text.isascii():
        return "en" if _LATIN.search(text) else ""
    found: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        if letter.isalpha():
            found[_script(ord(letter))] += times
    return found.most_common(1)[0][0] if found else ""


def _script(point: int) -> str:
    for name, ranges in _SCRIPTS:
        if any(first <= point <= last for first, last in ranges):
            return name
    return "und"


def sentences(text: str) -> int:
    """Return the number of sentences; initials, common titles and points inside numbers end none."""
    ends = [match for match in _SENTENCE_END.finditer(text) if _ends_sentence(match, text)]
    rest = text[ends[-1].end() :] if ends else text
    return len(ends) + bool(count_words(rest))


def _ends_sentence(match: re.Match[str], text: str) -> bool:
    if match[2] != "." or not text[match.end() :].strip():
        return True
    last = match[1].rpartition(".")[2].strip("(\"'“«").lower()
    following = text[match.end() :].lstrip()[:1]
    return len(last) != 1 and last not in _TITLES and not following.islower()
