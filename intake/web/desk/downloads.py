"""Bytes that came from outside, handed on as files and never shown: a message as it came, one of its parts.

A part is cut from the raw message in the sandbox. Every answer is an attachment in a CSP sandbox, its type unnamed.
"""

import base64
import unicodedata
from mimetypes import guess_extension, guess_type
from urllib.parse import quote

from flask import Response, abort, current_app, request

from intake.domain.errors import IllegalAction
from intake.sandbox import Reader
from intake.storage.messages import InboundMessage
from intake.storage.queries import evidence
from intake.web.desk.held import message_for
from intake.web.transaction import newsroom, session

LONGEST_NAME = 120


def raw(message_id: int) -> Response:
    """Hand on a message exactly as it came."""
    message = message_for(message_id)
    return handed(_bytes(message), f"message-{message.id}.eml")


def part(message_id: int, position: int) -> Response:
    """Hand on one file of a message. Raises Unreadable when it cannot be cut out; IllegalAction for a mail in which a
    virus was found, unless the argument ``despite`` says that the editor insists.
    """
    message = message_for(message_id)
    virus = evidence.found(session(), [message.id])[message.id].get("virus")
    if virus is not None and virus.verdict == "found" and request.args.get("despite") != "virus":
        raise IllegalAction("A virus was found in this mail. Open the message's page if you must have the file.")
    listed = next((each for each in message.attachments if each.position == position), None) or abort(404)
    reader: Reader = current_app.extensions.setdefault("reader", Reader())
    cut = reader.call("intake.inbox.message:part", _bytes(message), position=position)
    return handed(base64.b64decode(cut["data"]), listed.filename or f"file-{position + 1}", listed.media_type)


def _bytes(message: InboundMessage) -> bytes:
    try:
        return newsroom().blobs.get(message.raw)
    except (FileNotFoundError, ValueError):
        abort(410)  # erased when its time was over


def handed(content: bytes, filename: str, media_type: str = "") -> Response:
    """Return bytes as a download that no browser opens in our name."""
    response = Response(content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = disposition(safe_name(filename, media_type))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def safe_name(filename: str, media_type: str = "") -> str:
    """Return a name without folders, controls and direction marks, its extension that of the content where known."""
    bare = "".join(sign for sign in filename if unicodedata.category(sign)[0] != "C")
    bare = "".join("_" if sign in '/\\:*?"<>|' else sign for sign in bare).strip(" ._")
    stem, dot, ending = bare.rpartition(".")
    if misnamed(bare, media_type):
        return (bare[:LONGEST_NAME] or "file") + (guess_extension(media_type) or ".bin")
    if dot and len(ending) <= 8:
        return f"{stem[:LONGEST_NAME] or 'file'}.{ending}"
    return bare[:LONGEST_NAME] or "file"


def misnamed(filename: str, media_type: str) -> bool:
    """Tell whether a name promises another kind of file than the content is."""
    promised = guess_type(filename)[0]
    return bool(media_type) and promised is not None and promised != media_type


def disposition(name: str) -> str:
    """Return the header of an attachment with its name in both forms (RFC 6266, 4.1; RFC 8187, 3.2)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(sign for sign in plain if sign not in '"\\%;') or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
