"""The files that came along with a message, and those inside them: a winmail.dat's, a signature.

Each is typed by its content. It opens no document.
"""

from dataclasses import dataclass, field
from email.message import Message as Part
from urllib.parse import unquote_to_bytes

from intake.domain import faults
from intake.inbox import headers, media
from intake.inbox.leaves import Leaf
from intake.inbox.transfer import content_of, message_in

MOST = 100
LONGEST_NAME, LONGEST_ENDING = 200, 10


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along. ``media_type`` is what the content shows; ``role`` one of ``media.ROLES``."""

    filename: str
    media_type: str
    data: bytes = field(repr=False)
    role: str

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)


def attachments(found: list[Leaf], defects: list[str]) -> tuple[Attachment, ...]:
    """Return the leaves as files, at most ``MOST``; what was wrong with them is added to ``defects``."""
    if len(found) > MOST:
        defects.append(faults.ATTACHMENTS % {"count": len(found), "limit": MOST})
    return tuple(_attachment(leaf, defects) for leaf in found[:MOST])


def typed(filename: str, content: bytes, declared: str = "") -> Attachment:
    """Return a file typed by its content."""
    name = _shortened(headers.one_line(filename).replace("\\", "/").rpartition("/")[2])
    media_type = media.sniff(content, declared, name)
    return Attachment(name, media_type, content, media.role_of(media_type))


def _shortened(name: str) -> str:
    """Cut a name before its ending: texts are told from other files by it, and whoever opens them is, too."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not stem or len(ending) > LONGEST_ENDING:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(dot + ending)] + dot + ending


def _attachment(leaf: Leaf, defects: list[str]) -> Attachment:
    raw_names = headers.raw_value(leaf.part, "content-disposition") + headers.raw_value(leaf.part, "content-type")
    for mark in headers.direction_marks(raw_names + unquote_to_bytes(raw_names)):
        defects.append(faults.MARK_IN_FILE % {"mark": mark})
    if leaf.media_type in media.MESSAGES and leaf.part.is_multipart():
        name = typed(leaf.filename, b"").filename
        return Attachment(name, leaf.media_type, _nested(leaf.part), media.role_of(leaf.media_type))
    content, defect = content_of(leaf.part)
    if defect:
        shown = headers.one_line(leaf.filename) or leaf.media_type
        defects.append(faults.IN_FILE % {"fault": defect, "file": shown})
    return typed(leaf.filename, content, leaf.media_type)


def _nested(part: Part) -> bytes:
    """Return a nested message's bytes as near to the original as the parser kept them."""
    inner = [each for each in part.get_payload() if isinstance(each, Part)]
    encoded = message_in(part, inner)
    if encoded is not None:
        return encoded
    try:
        return b"\n".join(each.as_bytes() for each in inner)
    except (ValueError, TypeError, KeyError, AttributeError, LookupError):  # as_bytes() raises on a few odd messages
        return b""
