"""Bytes to text for mail: a list of allowed charsets, then the order of guesses that loses least.

unicode_escape, punycode and the like are not on the list. utf-7 is, where it is declared (RFC 2152, old Outlook) and
never as a guess: it can spell markup in harmless bytes, so text is sanitised after decoding only, never before.
Order (mail page, section 5): declared, widened to its superset; strict UTF-8; charsets of sibling parts; a detector on
20 bytes and more; replacement.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from charset_normalizer import from_bytes

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
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")
_ARABIC = re.compile("[ء-ي]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, and a defect in English where something had to be guessed or was lost."""

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
    if codec is not None:
        try:
            return Decoded(content.decode(codec), codec)
        except UnicodeError:
            if codec not in {"utf-8", "cp1252"} or _mostly_utf8(content, codec):
                return Decoded(content.decode(codec, "replace"), codec, f"bytes that are no {codec}")
    said = f"charset {declared!r} is not known or not taken" if declared and codec is None else None
    for guess in _guesses(content, siblings, language):
        try:
            defect = said or (f"read as {guess} though declared {declared or 'nothing'}" if guess != "utf-8" else None)
            return Decoded(content.decode(guess), guess, defect)
        except UnicodeError:
            continue
    return Decoded(content.decode(codec or "utf-8", "replace"), codec or "utf-8", said or "bytes of an unknown charset")


def clean(text: str) -> str:
    """Return text without NUL, C0/C1 controls (tab and line ends stay), lone surrogates and non-characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _mostly_utf8(content: bytes, codec: str) -> bool:
    """Tell damaged UTF-8 (a few broken letters) from text that never was UTF-8; cp1252 has five holes only."""
    if codec == "cp1252":
        return True
    lost = content.decode("utf-8", "replace").count("\ufffd")
    foreign = sum(byte > 0x7F for byte in content)
    return lost * 4 <= foreign


def _guesses(content: bytes, siblings: Iterable[str], language: str) -> Iterable[str]:
    yield "utf-8"
    for name in siblings:
        codec = codec_for(name)
        if codec and codec not in {"utf-7", "utf-8", "cp1252"}:
            yield codec
    if language == "ar" and _reads_as_arabic(content):
        yield "cp1256"
    if len(content) >= _SNIFF_FROM:
        best = from_bytes(content[:_SNIFF_BYTES]).best()
        found = codec_for(best.encoding) if best else None
        if found and found != "utf-7":
            yield found
    if _reads_as_arabic(content):
        yield "cp1256"


def _reads_as_arabic(content: bytes) -> bool:
    """Tell whether the high bytes, read as windows-1256, are mainly Arabic letters."""
    high = bytes(byte for byte in content if byte > 0x7F)
    letters = len(_ARABIC.findall(high.decode("cp1256", "replace")))
    return bool(high) and letters * 10 >= len(high) * 9
