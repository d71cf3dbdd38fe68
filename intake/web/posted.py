"""What a program posts, as exact bytes: the framework's own forms are text, in which bytes that are no UTF-8 are lost.

Bodies wait in a file, so that slow senders hold no memory. It verifies nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from intake.domain.errors import TooLarge, Unreadable

CHUNK = 1 << 16
IN_MEMORY = 1 << 18
"""Bytes of a body that are held in memory while the rest arrives."""
MOST_FIELDS = 200


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
        text = kept.read().decode("latin-1")
        pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS)
    except (ValueError, RequestEntityTooLarge) as error:
        raise Unreadable(f"The form cannot be read: {error}") from error
    return {name: value.encode("latin-1") for name, value in reversed(pairs)}


def _parts(whole: bytes, boundary: bytes) -> dict[str, bytes]:
    if not boundary:
        raise ValueError("no boundary is named")
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
