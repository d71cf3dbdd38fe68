"""Bytes to text for mail: a list of allowed charsets, then the order of guesses that loses least.

unicode_escape, punycode and the like are not on the list. utf-7 is, where it is declared (RFC 2152, old Outlook) and
never as a guess: it can spell markup in harmless bytes, so text is sanitised after decoding only, never before.
Order (mail page, section 5): a byte order mark or escapes; declared, widened to its superset, unless the bytes are
UTF-8 or look like no text; strict UTF-8; charsets of sibling parts and the likeliest ones by how the text looks; a
detector on 20 bytes and more; windows-1252; replacement.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from charset_normalizer import from_bytes

from intake.domain import faults
from intake.inbox.legibility import legibility

_SAME = (  # noqa: SIM905 # seventy quoted names would be harder to read
    "utf-7 utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be "
    "iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 "
    "iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u cp437 cp720 cp737 cp775 "
    "cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 mac-roman mac-cyrillic "
    "mac-greek mac-latin2 mac-turkish mac-arabic gb18030 hz big5hkscs cp949 euc_jp euc_jis_2004 cp932 shift_jis_2004 "
    "iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_ext iso2022_kr johab cp874"
).split()
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
ALLOWED = {codecs.lookup(name).name: name for name in _SAME} | {
    codecs.lookup(name).name: wider for name, wider in _WIDER.items()
}
"""From Python's canonical codec names to the codec used; nothing else is ever decoded with."""

_NICKNAMES = {
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-gb2312": "gb18030",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
}
_SNIFF_FROM = 20
_SNIFF_BYTES = 50_000
_LEAST_LIKE, _LIKE_TEXT, _CLEARLY = 1.4, 2.0, 0.7
"""Marks of ``legibility``: the least for a guess; one that bears a declaration out; the lead that overrules it."""
_FEWEST_FOREIGN = 6
_SELF_TOLD = frozenset(
    {"utf-8", "utf-8-sig", "utf-7", "hz"} | {name for name in _SAME if name.startswith(("utf", "iso2022"))}
)
"""Bytes that are valid in one of these are hardly ever valid by chance."""
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp949", "euc_jp", "euc_jis_2004", "cp932", "shift_jis_2004", "johab"})
_LIKELY = (
    "cp1256 iso8859-6 cp1251 koi8-r iso8859-5 cp866 cp1253 cp1255 euc_jp cp932 gb18030 cp949 big5hkscs".split()  # noqa: SIM905 # as above
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\(J|\x1b\$\([DOPQ]")
_A_WORD = re.compile(r"[^\W\d_\x00-\x7f]{2}")
_PLAIN_BYTES = bytes(range(0x80))
_KANA = re.compile("[\u3041-\u30fe]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, and a fault (``domain.faults``) where something had to be guessed or was lost."""

    text: str
    codec: str
    defect: str | None = None


def codec_for(declared: str | None) -> str | None:
    """Return the codec used for a declared charset, or None when it is unknown or not allowed."""
    if not declared:
        return None
    name = declared.strip().strip("\"'").lower()
    name = _NICKNAMES.get(name, name)
    try:
        return ALLOWED.get(codecs.lookup(name).name)
    except (LookupError, ValueError, UnicodeError):
        return None


def decode(content: bytes, declared: str | None, siblings: Iterable[str] = (), language: str = "en") -> Decoded:
    """Return the text of some bytes. ``siblings`` are charsets seen elsewhere in the message, best first."""
    codec = codec_for(declared)
    said = faults.UNKNOWN_CHARSET % {"charset": repr(declared)} if declared and codec is None else None
    if content.isascii() and b"\x1b" not in content and codec in {None, "utf-8"}:
        return Decoded(content.decode("ascii"), "utf-8", said)
    marked = _marked(content, codec)
    if marked is not None:
        return marked
    text = _strict(content, codec) if codec else None
    if codec and text is not None and (content.isascii() or codec in _SELF_TOLD):
        return Decoded(text, codec)
    if text is None and _is_damaged_utf8(content):
        return Decoded(content.decode("utf-8", "replace"), "utf-8", said or faults.STRAY_BYTES % {"charset": "utf-8"})
    for guess in _guesses(content, codec if text is not None else None, siblings, language):
        found = _strict(content, guess)
        if found is not None:
            told = guess not in {"utf-8", codec} or (codec is not None and guess != codec)
            return Decoded(found, guess, said or (_read_as(guess, declared) if told else None))
    codec = codec or "utf-8"
    return Decoded(content.decode(codec, "replace"), codec, said or faults.STRAY_BYTES % {"charset": codec})


def clean(text: str) -> str:
    """Return text without NUL, C0/C1 controls (tab and line ends stay), lone surrogates and non-characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _read_as(codec: str, declared: str | None) -> str:
    message = faults.DECLARED_WRONGLY if declared else faults.UNDECLARED
    return message % {"charset": codec, "declared": declared}


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):  # a few codecs raise the wider class
        return None


def _marked(content: bytes, codec: str | None) -> Decoded | None:
    """Return text whose bytes say by themselves how to read them: a byte order mark, or the escapes of ISO 2022."""
    for mark, name in _MARKS:
        if content.startswith(mark) and (text := _strict(content, name)) is not None:
            return Decoded(text, name)
    if codec in {"utf-16", "utf-32"}:  # no mark: big-endian, RFC 2781 4.3, but half of what is sent is not
        if b"\x00" not in content:
            text = _strict(content, "utf-8")
            return None if text is None else Decoded(text, "utf-8", _read_as("utf-8", codec))
        little = content[1::2].count(0) > content[::2].count(0)
        name = codec + ("-le" if little else "-be")
        return Decoded(content.decode(name, "replace"), name)
    if _ESCAPES.search(content) and not (codec or "").startswith("iso2022"):
        text = _strict(content, "iso2022_jp_ext")
        return None if text is None else Decoded(text, "iso2022_jp_ext", faults.ESCAPES % {"charset": "iso2022_jp"})
    return None


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell damaged UTF-8 (a few broken letters) from text that never was UTF-8."""
    lost = content.decode("utf-8", "replace").count("\ufffd")
    foreign = len(content.translate(None, _PLAIN_BYTES))
    return 0 < lost * 3 <= foreign


def _guesses(content: bytes, declared: str | None, siblings: Iterable[str], language: str) -> Iterable[str]:
    """Give the codecs to try, best first. ``declared`` is one that reads the bytes, rightly or not."""
    text = _strict(content, "utf-8")
    if text is not None and (declared is None or declared not in _MULTIBYTE or legibility(text) >= 1):
        yield "utf-8"
    told = legibility(content[:_SNIFF_BYTES].decode(declared, "ignore")) if declared else 0.0
    if declared and (told >= _LIKE_TEXT or not _may_be_wrong(content[:_SNIFF_BYTES], declared)):
        yield declared
    named = [codec for name in siblings if (codec := codec_for(name)) and codec not in _SELF_TOLD | {"cp1252"}]
    yield from _by_legibility(content[:_SNIFF_BYTES], named, language, above=told + _CLEARLY if declared else 0.0)
    if declared:
        yield declared
    yield from named
    if len(content) >= _SNIFF_FROM:
        best = from_bytes(content[:_SNIFF_BYTES]).best()
        found = codec_for(best.encoding) if best else None
        if found and found != "utf-7":
            yield found
    yield "cp1252"


def _may_be_wrong(content: bytes, declared: str) -> bool:
    """Tell whether a declaration is of a kind that is often wrong, and there are letters enough to say so."""
    high = content.translate(None, _PLAIN_BYTES)
    often = declared.startswith(("cp125", "iso8859", "koi8"))
    return often and len(high) >= _FEWEST_FOREIGN and len(set(high)) >= _FEWEST_FOREIGN // 2 + 1


def _by_legibility(content: bytes, named: list[str], language: str, above: float) -> list[str]:
    """Return the codec whose reading looks most like text, if it looks like it at all; named ones are preferred."""
    marks: list[tuple[float, str]] = []
    for codec in dict.fromkeys([*named, *_LIKELY]):
        text = content.decode(codec, "ignore")
        if len(text.encode(codec, "ignore")) < len(content) - 3 or not _A_WORD.search(
            text
        ):  # all but a letter cut at the end must be read
            continue
        bonus = 0.5 if codec in named else 0.3 if language == "ar" and codec in {"cp1256", "iso8859-6"} else 0.0
        if codec in {"gb18030", "big5hkscs"} and _KANA.search(text):
            bonus -= 1.0  # they hold kana where EUC-JP does; who writes kana writes Japanese
        marks.append((legibility(text) + bonus, codec))
    mark, codec = max(marks, default=(0.0, ""))
    return [codec] if mark >= max(_LEAST_LIKE, above) else []
