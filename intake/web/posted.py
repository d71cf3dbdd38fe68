"""What a program posts, as exact bytes: the framework's own forms are text, in which bytes that are no UTF-8 are lost.

Bodies wait in a file, so that slow senders hold no memory. It verifies nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from intake.domain.errors import TooLarge, Unreadable

CHUNK = 1 << 16
IN_MEMORY = 1 << 18
"""Bytes of a body that are held in memory while the rest arrives."""
MOST_FIELDS = 200
LONGEST_HEAD = 1 << 13
"""Bytes of a part's boundary and header lines."""


def body(stream: IO[bytes], most: int, folder: Path) -> IO[bytes]:
    """Return a body in a nameless file of a folder, ready to be read. Raises TooLarge, OSError."""
    kept: IO[bytes] = SpooledTemporaryFile(IN_MEMORY, dir=str(folder))  # noqa: SIM115  # the caller closes it
    size = 0
    try:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The request is larger than {most} bytes.")
            kept.write(chunk)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


def fields(kept: IO[bytes], media_type: str, options: Mapping[str, str]) -> dict[str, bytes]:
    """Return a form's fields, files among them, as bytes; of two with one name the first. Raises Unreadable."""
    try:
        if media_type == "multipart/form-data":
            return _parts(kept.read(), options.get("boundary", "").encode("latin-1"))
        return _pairs(kept.read())
    except (ValueError, RequestEntityTooLarge) as error:
        raise Unreadable(f"The form cannot be read: {error}") from error


def _pairs(whole: bytes) -> dict[str, bytes]:
    pairs = whole.split(b"&", MOST_FIELDS)
    if len(pairs) > MOST_FIELDS:
        raise ValueError("too many fields")
    found: dict[str, bytes] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        found.setdefault(_unescaped(name).decode("utf-8", "replace"), _unescaped(value))
    return found


def _unescaped(value: bytes) -> bytes:
    """Read percent signs and plus, a chunk at a time: at once it would take fifty times a value's size in memory."""
    out, start = bytearray(), 0
    while start < len(value):
        end = start + CHUNK
        sign = value.rfind(b"%", max(start, end - 2), end)
        end = sign if sign > start else end  # not through the middle of an escape
        out += unquote_to_bytes(value[start:end].replace(b"+", b" "))
        start = end
    return bytes(out)


def _parts(whole: bytes, boundary: bytes) -> dict[str, bytes]:
    if not boundary:
        raise ValueError("no boundary is named")
    _refuse_long_heads(whole, b"--" + boundary)
    # All at once: where a chunk ends within a boundary, Werkzeug 3.1 adds a CR to the part before it.
    decoder = MultipartDecoder(boundary, max_parts=MOST_FIELDS)
    decoder.receive_data(whole)
    decoder.receive_data(None)
    found: dict[str, bytes] = {}
    name = ""
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            name = event.name
        elif isinstance(event, Data):
            found.setdefault(name, event.data)
    return found


def _refuse_long_heads(whole: bytes, mark: bytes) -> None:
    """Raise ValueError for a part whose header lines do not end soon: the decoder makes an object of every line."""
    at, count = whole.find(mark), 0
    while at >= 0 and not whole.startswith(b"--", at + len(mark)):
        count += 1
        if count > MOST_FIELDS or whole.find(b"\r\n\r\n", at, at + LONGEST_HEAD) < 0:
            raise ValueError("too many parts, or header lines that do not end")
        at = whole.find(mark, at + len(mark))
