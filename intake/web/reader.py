"""The pages' one way to read an uploaded document: in the sandbox, started at the first upload. It keeps no file."""

from typing import Any

from flask import current_app

from intake.sandbox import Reader


def read_document(content: bytes, filename: str) -> dict[str, Any]:
    """Return what a document holds (``manuscripts.telling``). Raises Unreadable with the cause."""
    reader: Reader = current_app.extensions.setdefault("reader", Reader())
    return reader.call("intake.manuscripts.telling:tell", content, filename=filename)
