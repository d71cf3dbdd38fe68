"""HTML and plain text files → manuscripts: their character set found, never trusted blindly."""

import html
import re
from itertools import pairwise

from charset_normalizer import from_bytes

from intake.domain.text import one_line, script_of
from intake.manuscripts import cautions, kinds
from intake.manuscripts.assembling import assemble
from intake.manuscripts.manuscript import Manuscript
from intake.manuscripts.plain import from_plain

_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "windows-1256": "cp1256",
    "iso-8859-6": "iso8859-6",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "us-ascii": "cp1252",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "iso-8859-9": "cp1254",
    "windows-1254": "cp1254",
    "iso-8859-15": "iso8859-15",
}
"""What a page may declare. utf-7 and Python's own escapes are missing on purpose: they turn text into markup."""

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{1,40})", re.IGNORECASE)


_HEAD = 20_000
"""Characters at the start of a page in which its head stands."""
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})</title>", re.IGNORECASE)
_META = re.compile(
    r"<meta\s[^>]{0,200}?name=[\"']?(author|generator)[\"']?\s[^>]{0,200}?content=[\"']([^\"'<>]{1,500})", re.IGNORECASE
)


def read_page(data: bytes) -> Manuscript:
    """Return the manuscript in an HTML file; a heading at its top becomes the headline. Raises Unreadable, TooLarge."""
    declared = _DECLARED.search(data[:4096])
    text, charset, warnings = decoded(data, declared[1].decode("ascii").lower() if declared else "")
    return assemble(kinds.HTML, text, warnings=warnings, properties=_head(text[:_HEAD]) | {"charset": charset})


def _head(text: str) -> dict[str, str]:
    """Return title, author and writing program, as the head of a page names them."""
    title = _TITLE.search(text)
    said = [("title", title[1])] if title else []
    for name, content in _META.findall(text):
        said.append(("producer" if name.lower() == "generator" else "author", content))
    return {key: value for key, words in said if (value := one_line(html.unescape(words)))}


def read_plain(data: bytes) -> Manuscript:
    """Return the manuscript in a text file. Raises Unreadable when it is empty, TooLarge beyond the limit."""
    text, charset, warnings = decoded(data, "")
    return assemble(kinds.PLAIN, from_plain(text), warnings=warnings, properties={"charset": charset})


def decoded(data: bytes, declared: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the character set it was read in and warnings."""
    for charset in _candidates(data, declared):
        try:
            return data.decode(charset), charset, ()
        except UnicodeDecodeError:
            continue
    guessed = _guessed(data)
    warning = cautions.CHARSET % {"charset": guessed}
    return data.decode(guessed, "replace"), guessed, (warning,)


def _candidates(data: bytes, declared: str) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    return ["utf-8-sig", *([_CHARSETS[declared]] if declared in _CHARSETS else [])]


def _guessed(data: bytes) -> str:
    sample = data[:20_000]
    best = from_bytes(sample, cp_isolation=["cp1256", "cp1252", "cp1251"]).best()
    arabic = sample.decode("cp1256", "replace")
    if best is None or script_of("".join(letter for letter in arabic if not letter.isascii())) == "ar":
        # In windows-1252 Arabic reads as a row of accented capitals, which no language writes.
        return "cp1256" if _looks_arabic(arabic) else "cp1252"
    return best.encoding


def _looks_arabic(text: str) -> bool:
    foreign = [letter for letter in text if not letter.isascii()]
    pairs = sum(1 for a, b in pairwise(text) if not a.isascii() and not b.isascii())
    return len(foreign) > 0 and pairs * 2 > len(foreign)
