"""A structured field taken apart: its main value and its parameters, however their names and values were written.

RFC 2045 and RFC 2231, and what real programs write instead: encoded words in quotes, percent signs without a star, raw
8-bit names, continuations out of order, a missing semicolon. It decides nothing about files.
"""

import re
from urllib.parse import unquote_to_bytes

from intake.inbox.charset import codec_for, decode
from intake.inbox.headers import one_line, text_of

MOST_PIECES = 100
"""Parameters or addresses of one field that are looked at."""
_SPECIAL = re.compile(rb"=\?[\w.:+*-]{1,60}\?[bBqQ]\?[^?\r\n\"<>]{0,400}\?=|\\.|[\"(),;<>]", re.DOTALL)
"""What may end a piece; an encoded word is passed over, since a comma in it is part of a name."""
_CONTINUED = re.compile(r"^(.+?)(?:\*(\d{1,3}))?(\*)?$")
_ENCODED_WORD = re.compile(rb"=\?[\w.:+*-]{1,60}\?[bBqQ]\?")
_RUN_ON = re.compile(rb"^(\s*[^\s;=]+)\s+([\w*-]{1,40}\s*=.*)$", re.DOTALL)
_WITH_CHARSET = re.compile(rb"^([\w.:+-]{1,40})'[\w-]{0,20}'(.*%[0-9A-Fa-f]{2}.*)$", re.DOTALL)
_PERCENT = re.compile(rb"%(?:[0-9A-Fa-f]{2})?")
_NAMES = ("filename", "name")


def parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """Return a field's lower-case main value and its parameters (RFC 2045, 2231), names lower-case; first one wins."""
    main, *rest = split(re.sub(rb"[\r\n]+(?=[ \t])", b"", raw), b";")
    if run_on := _RUN_ON.match(main):  # "text/plain charset=utf-8"
        main, rest = run_on[1], [run_on[2], *rest]
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for chunk in rest:
        name, sign, value = chunk.partition(b"=")
        found = _CONTINUED.match(name.strip().decode("ascii", "replace").lower())
        if not sign or not found:
            continue
        value = unquoted(value.strip())
        if found[2] is None and not found[3]:
            plain.setdefault(found[1], _name(value) if found[1] in _NAMES else text_of(value))
        else:
            pieces.setdefault(found[1], {}).setdefault(int(found[2] or 0), (bool(found[3]), value))
    return text_of(main).lower(), plain | {name: _joined(parts) for name, parts in pieces.items()}


def _name(value: bytes) -> str:
    """Return a file's name, percent signs read where the whole is clearly so encoded, though no star says it."""
    told = _WITH_CHARSET.match(value)
    if told and codec_for(told[1].decode("ascii", "replace")):
        return one_line(decode(unquote_to_bytes(told[2]), told[1].decode("ascii")).text)
    if b"%" in value and all(len(found) == 3 for found in _PERCENT.findall(value)):
        content = unquote_to_bytes(value)
        try:
            return one_line(content.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return text_of(value)


def _joined(parts: dict[int, tuple[bool, bytes]]) -> str:
    """Put an RFC 2231 value together: numbered pieces in order, percent signs read where a star says so."""
    charset, content = None, b""
    for place, number in enumerate(sorted(parts)):
        starred, value = parts[number]
        if starred and place == 0 and value.count(b"'") >= 2:
            name, _, value = value.split(b"'", 2)
            charset = name.decode("ascii", "replace")
        content += unquote_to_bytes(value) if starred else value
    if _ENCODED_WORD.search(content):  # two ways of encoding at once
        return text_of(content)
    return one_line(decode(content, charset).text)


def split(raw: bytes, separators: bytes, most: int = MOST_PIECES) -> list[bytes]:
    """Split at separators outside quotes, comments and angle brackets, in linear time; at most so many pieces."""
    out: list[bytes] = []
    start, quoted, comment, angle = 0, False, 0, False
    for found in _SPECIAL.finditer(raw):
        sign = found[0]
        if sign == b'"':
            quoted = quoted != (not comment)
        elif quoted or len(sign) > 1:
            continue
        elif sign in b"()":
            comment = max(0, comment + (1 if sign == b"(" else -1))
        elif sign in b"<>":
            angle = angle if comment else sign == b"<"
        elif sign in separators and not (comment or angle):
            out.append(raw[start : found.start()])
            start = found.end()
            if len(out) == most:
                return out
    return [*out, raw[start:]]


def unquoted(value: bytes) -> bytes:
    """Return a quoted string's content; a backslash before a letter stays, as in C:\\piece.doc."""
    if value[:1] == b'"':
        inner = value[1:]
        inner = inner[: inner.rindex(b'"')] if b'"' in inner else inner
        return re.sub(rb"\\([^\w\s])", rb"\1", inner)
    return value
