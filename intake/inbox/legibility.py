"""How much a string looks like running text of some script: it tells a right charset from a wrong one.

A wrong charset shows: letters of two scripts in one word, capitals inside words, boxes and signs where letters should
be, letters nobody uses. charset-normalizer looks at the same, but wants more text than a subject or a name holds, and
takes short KOI8-R for Japanese. This knows the scripts whose charsets are most often declared wrongly. It reads no
bytes and guesses no language.
"""

import re
from collections.abc import Iterator

_ALPHABETS = (
    "اليمنتوربهدعفسكقحجذشطصخةىأغضزثءإئؤظآپچگژکیھہےە",
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњћђџѕќѓ",
    "ατοιεσνηυρπκλμςωάίδγόχθέύήφβξώζψϊϋΐΰ",
    "יוהלאתרבמשנםעדחקפגטסצזכןךףץ",
)
_COMMON_HAN = frozenset(
    "的一是在不了有和人这这個个這中大为為上国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過"
    "子说說产產种種面而方后後多定行学學法所民得经經十三之进進着著等部度家电電力里裡如水化高自二理起小物现現实實加量都两兩体體"
    "制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日那社义義事平形相全表间間样樣与與关關各重新线線内數"
    "正心反你明看原又么麼利比或但质質气氣第向道命此变變条條只没沒结結解问問意建月公无無系軍军很情者最立代想已通并提直题題党"
    "程展五果料象员員革位入常文总總次品式活设設及管特件长長求老头頭基资資边邊流路级級少图圖山统統接知较較将將组組见見计計别別"
    "気見行今何時私前彼思言手自知話国本子間学校女男年生先東京市港払"
)
_POINTS = {
    letter: 3.0 if rank < 12 else 2.0 if rank < 24 else 1.0
    for letters in _ALPHABETS
    for rank, letter in enumerate(letters)
}
_QUIET = re.compile(
    "[\u00a0\u00ab\u00bb\u00b7\u00b0\u00a7\u00a9\u00ad\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122،؛؟٪٠-٩]"
)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6_000
_FEWEST_LATIN = 4
_WRONG = -3.0


def legibility(text: str) -> float:
    """Return from -3 (surely a wrong charset) to 3 how much the letters beyond ASCII look like text; 0 for none."""
    first = next((place for place, sign in enumerate(text) if sign > "\x7f"), None)
    if first is None:
        return 0.0
    sample = text[max(0, first - 40) : first + _SAMPLE]
    points = [*_signs(sample), *_latin(sample), *_words(sample)]
    counted = sum(sign > "\x7f" and not _QUIET.match(sign) for sign in sample)
    return max(_WRONG, sum(points) / counted) if counted else 0.0


def _signs(text: str) -> Iterator[float]:
    """Give the points of each sign beyond ASCII that is no Latin letter, by how common it is."""
    for sign in text:
        if sign <= "\x7f" or _QUIET.match(sign) or _is_latin(sign):
            continue
        yield _POINTS.get(sign.lower()) or _beyond(sign)


def _beyond(sign: str) -> float:
    code = ord(sign)
    if 0x3040 <= code <= 0x30FF or sign in _COMMON_HAN:
        return 3.0
    if 0xAC00 <= code <= 0xD7A3 or 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 2.0
    if 0x4E00 <= code <= 0x9FFF:
        return 0.5
    if 0x064B <= code <= 0x0652 or code == 0x0640:
        return 1.0
    if 0x0E00 <= code <= 0x0E5B or 0x0900 <= code <= 0x0D7F or 0x10A0 <= code <= 0x10FF or 0x0530 <= code <= 0x058F:
        return 1.5  # Thai, the scripts of India, Georgian, Armenian
    return 0.5 if sign.isalpha() and not 0x3130 <= code <= 0x318F and code < 0xF900 else _WRONG


def _latin(text: str) -> Iterator[float]:
    """Give points to accented letters: good among plain ones, wrong where words consist of them."""
    accented = sum(sign > "\x7f" and _is_latin(sign) for sign in text)
    plain = sum(sign.isascii() and sign.isalpha() for sign in text)
    if not accented:
        return
    wrong = accented >= _FEWEST_LATIN and accented > plain
    yield accented * (_WRONG if wrong else 2.0 if accented * 2 <= plain else 0.5)


def _words(text: str) -> Iterator[float]:
    """Take points from words that mix scripts or hold capitals after small letters."""
    small = any(sign != sign.upper() for sign in text if sign > "\x7f" and not _is_latin(sign))
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        latin = sum(_is_latin(sign) or sign.isascii() for sign in word)
        if 0 < latin < len(word):
            yield _WRONG * 2 * min(latin, len(word) - latin)
        capitals = sum(sign != sign.lower() for sign in word[1:] if not _is_latin(sign))
        if capitals and small:  # a word in capitals may be; one that begins small was shifted
            yield capitals * (-1.2 if word == word.upper() else _WRONG * 1.5)


def _is_latin(sign: str) -> bool:
    return ("\u00aa" <= sign <= "\u024f" and sign.isalpha()) or "\u1e00" <= sign <= "\u1eff"
