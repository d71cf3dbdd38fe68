"""An mbox file as the messages in it: their exact bytes, one at a time, however large the file is (RFC 4155).

The standard library's ``mailbox.mbox`` does not fit: it begins a message at any line that starts with "From ", in the
middle of a text too, never takes the quoting back, and holds a message of any size. A message begins here at a line
"From sender date" after an empty line; ">From " loses one ">" as in mboxrd. It parses no message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 1 << 16
"""Bytes read at a time; no limit on the lines of a message."""
_CLOCK = rb"\d{1,2}:\d{2}(?::\d{2})?"
_ZONES = rb"(?: [-+\w]{1,6}){0,2}"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_POSTMARK = re.compile(
    rb"From (?P<sender>.{0,320}?) ?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "
    rb"(?:%b +\d{1,2} %b%b \d{4}|\d{1,2} %b \d{4} %b)(?:[ \t].{0,100})?\r?\n" % (_MONTH, _CLOCK, _ZONES, _MONTH, _CLOCK)
)
"""As RFC 4155 has it, with a time zone where some write one, or the date as in a header."""
_QUOTED = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class Cut:
    """A message of an mbox: its bytes (nothing when it has more than allowed), its length, and who its line names.

    ``end`` is how far the file has been read, in bytes.
    """

    raw: bytes | None
    size: int
    sender: str
    end: int


class _Open:
    """The message that is being read. Of one that is too large only the length is kept."""

    def __init__(self, sender: str, most: int) -> None:
        self.size = 0
        self._sender, self._most = sender, most
        self._raw = bytearray()

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= self._most + 2:  # the empty line after it is no part of it
            self._raw += line

    def cut(self, blank: bytes, end: int) -> Cut:
        """Return the message without the empty line that parts it from what follows."""
        size = self.size - len(blank)
        raw = bytes(self._raw[:size]) if size <= self._most else None
        return Cut(raw, size, self._sender, end)


def begins(line: bytes) -> bool:
    """Tell whether a file with this first line is an mbox."""
    return line.startswith(b"From ")


def split(file: BinaryIO, most: int) -> Iterator[Cut]:
    """Yield each message of an mbox, holding no more than ``most`` bytes of one. Raises OSError."""
    message: _Open | None = None
    blank, at_start, end = b"", True, 0
    while line := file.readline(LONGEST_LINE):
        first = message is None and begins(line)
        if first or (at_start and blank and _POSTMARK.fullmatch(line)):
            if message is not None:
                yield message.cut(blank, end)
            message, line_kept = _Open(_sender(line), most), b""
        elif message is None:
            line_kept = b""  # whatever stands before the first message is none
        else:
            line_kept = line[1:] if at_start and _QUOTED.match(line) else line
            message.add(line_kept)
        end += len(line)
        blank = line_kept if at_start and line_kept in (b"\n", b"\r\n") else b""
        at_start = line.endswith(b"\n")
    if message is not None:
        yield message.cut(blank, end)


def _sender(line: bytes) -> str:
    found = _POSTMARK.fullmatch(line)
    return found["sender"].decode("utf-8", "replace").strip() if found else ""
