"""The caps a message must keep before the standard parser may see it, and the parsing copy that keeps them.

The stored bytes are never touched. Figures and reasons: the reliability page, "Facts measured on this stack".
"""

import re
from dataclasses import dataclass

from intake.domain import faults
from intake.domain.errors import TooLarge, Unreadable

LARGEST_MESSAGE = 25 * 1024 * 1024
LARGEST_HEADER_BLOCK = 128 * 1024
LARGEST_HEADER = 16 * 1024
LARGEST_PART_HEADER = 4 * 1024
"""Of one Content-* field inside a part: the parser takes quadratic time on each."""
MOST_BOUNDARY_LINES = 500
MOST_NESTED_MESSAGES = 50
DEEPEST = 20

_STRUCTURAL = (b"content-type", b"content-disposition", b"content-transfer-encoding")
_LOST_FOLD = re.compile(rb"(?:boundary|charset|name|filename|type|format)\s*=", re.IGNORECASE)
_SPACED = re.compile(rb"^([!-9;-~]+)[ \t]+:")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_BOUNDARY = re.compile(rb"boundary[*0-9]*\s*=\s*\"?([^\"\r\n;]{1,200})", re.IGNORECASE)
_PART_FIELD = re.compile(
    rb"^(content-[a-z-]{1,40})[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_NESTED = re.compile(rb"^content-type\s*:\s*message/", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ParsingCopy:
    """What the parser is given, and the repairs that made it: each a fault (``domain.faults``)."""

    content: bytes
    defects: tuple[str, ...]


def parsing_copy(raw: bytes) -> ParsingCopy:
    """Return a copy of a message that is safe to parse.

    An over-long header is cut; a stray line between header lines is dropped. Raises TooLarge over 25 MB, and Unreadable
    for a header block over 128 KB, an over-long Content-* header, too many boundary lines or nested messages.
    """
    if len(raw) > LARGEST_MESSAGE:
        raise TooLarge(faults.LARGE_MESSAGE, limit=LARGEST_MESSAGE // 2**20)
    defects: list[str] = []
    block, body = split_header(raw)
    kept = b"".join(_repaired(_fields(block, defects), defects))
    if len(kept) > LARGEST_HEADER_BLOCK:
        raise Unreadable(faults.LARGE_BLOCK, limit=LARGEST_HEADER_BLOCK // 1024)
    _count_parts(raw)
    _measure_part_fields(body)
    return ParsingCopy(kept + body, tuple(dict.fromkeys(defects)))


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the rest, which starts with the empty line; leading empty lines belong to neither."""
    start = len(raw) - len(raw.lstrip(b"\r\n\xef\xbb\xbf"))
    end = re.search(rb"(?:\r\n|\r(?!\n)|\n)(?=[\r\n])", raw[start:])
    cut = start + end.end() if end else len(raw)
    return raw[start:cut], raw[cut:]


def fields(block: bytes) -> list[bytes]:
    """Return the header block's fields, each with its continuation lines and line ends; stray lines stand alone."""
    return _fields(block, [])


def _fields(block: bytes, defects: list[str]) -> list[bytes]:
    found: list[bytes] = []
    for line in block.splitlines(keepends=True):
        if found and line[:1] in b" \t" and line.strip():
            found[-1] += line
        elif found and _LOST_FOLD.match(line) and found[-1].rstrip().endswith(b";"):
            found[-1] += b" " + line
            defects.append(faults.SPLIT_PARAMETER)
        elif line.strip():
            found.append(line)
        else:
            defects.append(faults.EMPTY_FOLD)
    return found


def _repaired(found: list[bytes], defects: list[str]) -> list[bytes]:
    """Return the fields without stray lines that other fields follow, each cut to its cap."""
    last = max((place for place, field in enumerate(found) if _FIELD.match(field)), default=-1)
    kept = []
    for place, field in enumerate(found):
        if not _FIELD.match(field):
            if place == 0 and field.startswith(b"From "):  # an mbox line, which the parser knows
                kept.append(field)
            elif place < last:
                defects.append(faults.NO_FIELD)
                continue
            else:  # the parser takes what follows the last field for the body, as the author meant
                kept.append(field)
        else:
            kept.append(_cut(field, defects))
    return kept


def _cut(field: bytes, defects: list[str]) -> bytes:
    name = field.partition(b":")[0].strip().lower()
    if len(field) <= LARGEST_HEADER:
        # A quoted boundary may be folded (RFC 5322, 2.2.3); the parser would keep the line end in it.
        field = _SPACED.sub(rb"\1:", field)
        return re.sub(rb"[\r\n]+(?=[ \t])", b"", field) if name == b"content-type" else field
    if name in _STRUCTURAL:
        raise Unreadable(faults.LARGE_HEADER, name=name.decode("ascii", "replace"), limit=LARGEST_HEADER // 1024)
    shown = name.decode("ascii", "replace")[:40]
    defects.append(faults.CUT_HEADER % {"name": shown, "limit": LARGEST_HEADER // 1024})
    cut = field[:LARGEST_HEADER].rstrip(b"\r\n \t")
    return cut + (b"\r\n" if field.endswith(b"\r\n") else b"\n")


def _measure_part_fields(body: bytes) -> None:
    for found in _PART_FIELD.finditer(body):
        if found.end() - found.start() > LARGEST_PART_HEADER and found[1].lower() in _STRUCTURAL:
            name = found[1].decode("ascii").lower()
            raise Unreadable(faults.LARGE_PART_HEADER, name=name, limit=LARGEST_PART_HEADER // 1024)


def _count_parts(raw: bytes) -> None:
    dashed = raw.count(b"\n--") + raw.count(b"\r--")
    if dashed > MOST_BOUNDARY_LINES:
        marks = set(_BOUNDARY.findall(raw))
        if len(marks) > MOST_BOUNDARY_LINES:
            raise Unreadable(faults.BOUNDARIES, limit=MOST_BOUNDARY_LINES)
        lines = sum(raw.count(end + b"--" + mark.rstrip()) for mark in marks for end in (b"\n", b"\r"))
        if lines > MOST_BOUNDARY_LINES or dashed > 100 * MOST_BOUNDARY_LINES:
            raise Unreadable(faults.BOUNDARIES, limit=MOST_BOUNDARY_LINES)
    if sum(1 for _ in _NESTED.finditer(raw)) > MOST_NESTED_MESSAGES:
        raise Unreadable(faults.NESTED, limit=MOST_NESTED_MESSAGES)
