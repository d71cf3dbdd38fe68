"""A message read once: who wrote what to whom, the body's text, the files that came along, and what was wrong with it.

Runs in the sandbox's child. It decides nothing about a submission: ``triage`` and ``judgement`` do.
"""

import base64
import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as Part
from itertools import chain
from urllib.parse import unquote_to_bytes

from intake.domain.errors import Unreadable
from intake.inbox import headers, leaves, media
from intake.inbox.automatic import Origin, origin_of
from intake.inbox.caps import parsing_copy
from intake.inbox.charset import clean, codec_for, decode
from intake.inbox.leaves import Leaf
from intake.inbox.mailboxes import addresses
from intake.inbox.plain import charset_of_page, flowed, from_html
from intake.inbox.trace import digest
from intake.inbox.transfer import content_of

MOST_ATTACHMENTS = 100
MOST_REFERENCES = 100
LONGEST_PART = 2 * 1024 * 1024
"""Bytes of one text part that are read; the stored message keeps all of them."""
_OWN_REFERENCE = re.compile(r"\.ref@mail\.yahoo\.[a-z.]+$")
"""What Yahoo puts into References of a message that answers nothing: its own number."""


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


@dataclass(frozen=True, slots=True)
class Message:
    """Everything one message says. Strings hold no controls, names no direction marks, ids no brackets."""

    message_id: str
    subject: str
    from_name: str
    from_address: str
    reply_to: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    delivered_to: tuple[str, ...]
    origin: Origin
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    digest: str

    @property
    def automatic(self) -> bool:
        """Tell whether a machine wrote it (RFC 3834); ``origin`` says why."""
        return bool(self.origin.automatic or self.origin.bounce)

    @property
    def answerable(self) -> bool:
        """Tell whether a letter may go back: to no machine, list, bounce or unknown sender."""
        return bool(self.from_address) and not (self.automatic or self.origin.mute or self.origin.loop)

    @property
    def answers_something(self) -> bool:
        """Tell whether it says that it replies to an earlier message."""
        return bool(self.in_reply_to or any(not _OWN_REFERENCE.search(named) for named in self.references))


def read(raw: bytes, language: str = "en") -> Message:
    """Return what a message says. ``language`` (en, ar) helps where a charset has to be guessed.

    Raises Unreadable or TooLarge when it breaks a cap or cannot be taken apart.
    """
    copy = parsing_copy(raw)
    root = parsed(copy.content)
    defects = [*copy.defects, *_defects_of(root)]
    sorted_leaves = leaves.sort(root)
    charsets = _charsets(sorted_leaves)
    body = _Body(sorted_leaves, charsets, language, defects)
    attachments = _attachments(sorted_leaves.attachments, defects)
    pairs = addresses(headers.raw_value(root, "from"), charsets, language)
    name, address = pairs[0] if pairs else ("", "")
    if len(pairs) > 1 or len(headers.raw_values(root, "from")) > 1:
        defects.append("more than one sender: the first is shown")
    subject = headers.text_of(headers.raw_value(root, "subject"), charsets, language)
    for mark in headers.direction_marks(headers.raw_value(root, "subject") + headers.raw_value(root, "from")):
        defects.append(f"direction mark {mark} taken out of the subject or the sender's name")
    return Message(
        message_id=next(iter(_ids(root, "message-id")), ""),
        subject=subject,
        from_name=name,
        from_address=address,
        reply_to=next((found for _, found in _people(root, "reply-to")), ""),
        date=headers.date_of(headers.raw_value(root, "date")),
        in_reply_to=_ids(root, "in-reply-to"),
        references=_ids(root, "references"),
        to=tuple(found for _, found in _people(root, "to") if found),
        cc=tuple(found for _, found in _people(root, "cc") if found),
        delivered_to=tuple(found for name in ("delivered-to", "x-original-to") for _, found in _people(root, name)),
        origin=origin_of(root, subject, address),
        text=body.text,
        html=body.html,
        attachments=attachments,
        defects=tuple(dict.fromkeys(defects)),
        digest=digest(raw),
    )


def part(payload: bytes, position: int) -> dict[str, str]:
    """Return one file of a message as JSON values: its name, its media type, its bytes in base64 (``data``).

    ``position`` counts the attachments as ``read`` lists them. Raises Unreadable when there are not so many.
    """
    found = read(payload).attachments
    if not 0 <= position < len(found):
        raise Unreadable("the message holds no such file")
    chosen = found[position]
    data = base64.b64encode(chosen.data).decode("ascii")
    return {"filename": chosen.filename, "media_type": chosen.media_type, "data": data}


def parsed(content: bytes) -> Part:
    """Return a parsing copy taken apart by the standard parser. Raises Unreadable when that fails."""
    try:
        return email.message_from_bytes(content, policy=email.policy.compat32)
    except RecursionError:
        raise Unreadable("the message is nested too deep to be taken apart") from None
    except (ValueError, TypeError, IndexError, AttributeError, KeyError) as error:
        raise Unreadable(f"the message's structure cannot be taken apart ({type(error).__name__})") from None


def _defects_of(root: Part) -> list[str]:
    return [_spoken(type(defect).__name__) for part in root.walk() for defect in part.defects]


def _spoken(name: str) -> str:
    """Turn the parser's class name into words: StartBoundaryNotFoundDefect → start boundary not found."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name.removesuffix("Defect")).strip()


def _charsets(found: leaves.Sorted) -> tuple[str, ...]:
    """Return the charsets the text parts declare: the best guess for bytes that declare none."""
    declared = (leaf.options.get("charset", "") for leaf in chain(found.text, found.html))
    return tuple(dict.fromkeys(name for name in declared if codec_for(name)))


def _people(root: Part, name: str) -> list[tuple[str, str]]:
    return [pair for value in headers.raw_values(root, name)[:10] for pair in addresses(value)]


def _ids(root: Part, name: str) -> tuple[str, ...]:
    return headers.message_ids(headers.raw_value(root, name))[-MOST_REFERENCES:]


class _Body:
    """The two versions of a message's own text, and the choice between them."""

    def __init__(self, found: leaves.Sorted, charsets: tuple[str, ...], language: str, defects: list[str]) -> None:
        self._charsets, self._language, self._defects = charsets, language, defects
        self._markup: dict[int, str] = {}
        html_leaves = [leaf for leaf in found.html if leaf.media_type == "text/html"]
        self.html = "\n".join(self._source(leaf) for leaf in html_leaves)
        plain = self._joined(found.text)
        laid_out = self._joined(found.html) if html_leaves and found.html != found.text else plain
        # Outlook sends an empty or stunted plain part beside the real HTML.
        self.text = plain if 2 * len("".join(plain.split())) >= len("".join(laid_out.split())) else laid_out

    def _joined(self, parts: list[Leaf]) -> str:
        return "\n".join(text for leaf in parts if (text := self._readable(leaf)).strip() or len(parts) == 1)

    def _readable(self, leaf: Leaf) -> str:
        source = self._source(leaf)
        if leaf.media_type == "text/html":
            return from_html(source)
        if leaf.options.get("format", "").lower() == "flowed":
            return flowed(source, delete_space=leaf.options.get("delsp", "").lower() == "yes")
        return source

    def _source(self, leaf: Leaf) -> str:
        """Return a text leaf's clean characters, decoded once."""
        if id(leaf) not in self._markup:
            content, defect = content_of(leaf.part)
            if len(content) > LONGEST_PART:
                self._defects.append(f"only the first {LONGEST_PART // 2**20} MB of a text part were read")
            declared = leaf.options.get("charset", "")
            if leaf.media_type == "text/html" and codec_for(declared) is None:
                declared = charset_of_page(content) or declared
            found = decode(content[:LONGEST_PART], declared, self._charsets, self._language)
            self._defects.extend(said for said in (defect, found.defect) if said)
            self._markup[id(leaf)] = clean(found.text.lstrip("\ufeff"))
        return self._markup[id(leaf)]


def _attachments(found: list[Leaf], defects: list[str]) -> tuple[Attachment, ...]:
    if len(found) > MOST_ATTACHMENTS:
        defects.append(f"{len(found)} attachments: only the first {MOST_ATTACHMENTS} are listed")
    return tuple(_attachment(leaf, defects) for leaf in found[:MOST_ATTACHMENTS])


def _attachment(leaf: Leaf, defects: list[str]) -> Attachment:
    raw_names = headers.raw_value(leaf.part, "content-disposition") + headers.raw_value(leaf.part, "content-type")
    for mark in headers.direction_marks(raw_names + unquote_to_bytes(raw_names)):
        defects.append(f"direction mark {mark} taken out of a file name")
    filename = headers.one_line(leaf.filename).replace("\\", "/").rpartition("/")[2][:200]
    if leaf.media_type.startswith("message/") and leaf.part.is_multipart():
        return Attachment(filename, leaf.media_type, _nested(leaf.part), media.role_of(leaf.media_type))
    content, defect = content_of(leaf.part)
    if defect:
        defects.append(f"{defect} (attachment {filename or leaf.media_type})")
    media_type = media.sniff(content, leaf.media_type, filename)
    return Attachment(filename, media_type, content, media.role_of(media_type))


def _nested(part: Part) -> bytes:
    """Return a nested message's bytes as near to the original as the parser kept them."""
    inner = part.get_payload()
    try:
        return b"\n".join(each.as_bytes() for each in inner if isinstance(each, Part))
    except (ValueError, TypeError, KeyError, AttributeError, LookupError):  # as_bytes() raises on a few odd messages
        return b""
