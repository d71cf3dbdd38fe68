"""Address fields: names and addresses out of what people and programs write there (RFC 5322, section 3.4).

Groups are opened, comments and routes dropped, encoded words read where they stand and where they do not belong. It
checks no address: a domain may not exist, and a local part may be anything.
"""

import re
from collections.abc import Iterable

from intake.inbox.headers import text_of
from intake.inbox.parameters import split, unquoted

LONGEST = 320
_GROUP = re.compile(rb"^\s*(?:\"[^\"]{0,200}\"|[^\"<@,]*):(?=[^/])(?!\s*//)")
_MAILTO = re.compile(rb"\bmailto:", re.IGNORECASE)
_COMMENT = re.compile(rb"=\?[\w.:+*-]{1,60}\?[bBqQ]\?[^?\"<>]{0,400}\?=|\\.|[\"()]", re.DOTALL)
_ANGLE = re.compile(rb"<([^<>]*)(?:>|$)")
_BARE = re.compile(
    rb"(?:\"(?:[^\"\\]|\\.){1,100}\"|[^\s<>()\[\],;:\"]{1,200})@(?:\[[^\[\]\s]{1,100}\]|[^\s<>()\[\],;:\"]{1,255})"
)
_ROUND_AT = re.compile(rb"\s*@\s*(?=[\w\[\x80-\xff])")


def addresses(raw: bytes, charsets: Iterable[str] = (), language: str = "en") -> list[tuple[str, str]]:
    """Return (name, address) pairs of an address field, groups opened; at most 100, either may be empty."""
    flat = re.sub(rb"[\r\n]+(?=[ \t])", b"", raw)
    known = (tuple(charsets), language)
    pairs: list[tuple[str, str]] = []
    before = b""
    for chunk in split(flat, b",;"):
        if chunk.rstrip().endswith(b":") and b"@" not in chunk:
            continue
        bare = _GROUP.sub(b"", _MAILTO.sub(b"", chunk))
        if b"@" in bare and b"<" in bare and before:  # a comma in a name without quotes
            pairs.pop()
            bare = before + b"," + bare
        name, address = _mailbox(bare, *known)
        unnamed = bool(bare.strip()) and b"@" not in bare and b"<" not in bare and b"=?" not in bare
        before = bare if unnamed else b""
        if name or address:
            pairs.append((name, address))
        else:
            before = b""
    return pairs


def _mailbox(chunk: bytes, charsets: tuple[str, ...], language: str, *, again: bool = True) -> tuple[str, str]:
    plain, comments = _without_comments(chunk)
    if again and b"=?" in plain and b"@" not in plain:
        return _nameless(plain, charsets, language, again=again)
    angles = [found for found in _ANGLE.finditer(plain) if b"@" in found[1]] or list(_ANGLE.finditer(plain))
    if angles:
        name, address = plain[: angles[-1].start()].rstrip(b"<"), angles[-1][1]
    else:
        found = list(_BARE.finditer(_ROUND_AT.sub(b"@", plain)))
        if not found:
            return _nameless(plain, charsets, language, again=again)
        address = found[-1][0]
        name = _ROUND_AT.sub(b"@", plain)[: found[-1].start()].rstrip(b"[<")
    read = re.sub(r"\s", "", text_of(re.sub(rb"^\s*@[^:]*:", b"", address), charsets))
    told = text_of(_unquoted_words(name.strip()), charsets, language).strip("\"' ")
    told = told or text_of(comments, charsets, language)
    quoted = read.startswith('"') and '"@' in read
    address_read = text_of(address, charsets).strip() if quoted else read.strip("\"'<>,")
    return ("" if not angles and told == address_read else told), address_read[:LONGEST]


def _nameless(plain: bytes, charsets: tuple[str, ...], language: str, *, again: bool) -> tuple[str, str]:
    """Read a chunk in which no address shows: perhaps an encoded word hides it, or it is a bare name."""
    text = text_of(_unquoted_words(plain.strip()), charsets, language)
    if again and "@" in text:
        return _mailbox(text.encode(), (), language, again=False)
    bare = text.strip("\"'<>, ")
    is_word = bare and " " not in bare and b'"' not in plain and bare.isascii()
    return ("", bare[:LONGEST]) if is_word else (bare, "")


def _unquoted_words(name: bytes) -> bytes:
    """Return a phrase without its quotes, when one quoted string is all of it."""
    whole = name.startswith(b'"') and name.rstrip().endswith(b'"') and name.count(b'"') - name.count(b'\\"') == 2
    return unquoted(name) if whole or (name.count(b'"') == 1 and name.startswith(b'"')) else name


def _without_comments(chunk: bytes) -> tuple[bytes, bytes]:
    """Return a chunk without its comments (they may nest), and the text of the first."""
    kept, comments = bytearray(), bytearray()
    start, depth, quoted, count = 0, 0, False, 0
    for found in _COMMENT.finditer(chunk):
        sign = found[0]
        if sign == b'"' and not depth:
            quoted = not quoted
        elif sign == b"(" and not quoted:
            if depth == 0:
                kept += chunk[start : found.start()]
                start, count = found.end(), count + 1
            depth += 1
        elif sign == b")" and depth and not quoted:
            depth -= 1
            if depth == 0:
                comments += chunk[start : found.start()] if count == 1 else b""
                start = found.end()
    if depth:
        return chunk[: start - 1] if b"@" in kept else chunk.replace(b"(", b" "), chunk[start:]
    return bytes(kept) + chunk[start:], bytes(comments).strip()
