"""A message read once: who wrote what to whom, the body's text, the files that came along, and what was wrong with it.

Runs in the sandbox's child. It decides nothing about a submission: ``triage`` and ``judgement`` do.
"""

import base64
import email
import email.policy
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message as Part

from intake.domain import faults
from intake.domain.errors import IntakeError, Unreadable
from intake.inbox import files, headers, leaves, media
from intake.inbox.automatic import Origin, origin_of
from intake.inbox.body import Body, Source, better, charsets_of
from intake.inbox.caps import fields, parsing_copy, split_header
from intake.inbox.files import Attachment
from intake.inbox.forwarded import Forward, Whose, in_text
from intake.inbox.groups import author_behind
from intake.inbox.mailboxes import addresses
from intake.inbox.parameters import parameters
from intake.inbox.plain import from_html
from intake.inbox.sealed import Seal, is_envelope, opened, seal_of
from intake.inbox.tnef import Opened, open_tnef
from intake.inbox.trace import digest
from intake.inbox.transfer import content_of, reopened, without_uuencoded

__all__ = ["Attachment", "Message", "part", "read"]

MOST_REFERENCES = 100
DEEPEST_FORWARD = 3
MOST_FORWARDED = 5
"""Messages inside one message that are opened."""
_OWN_REFERENCE = re.compile(r"\.ref@mail\.yahoo\.[a-z.]+$")
"""What Yahoo puts into References of a message that answers nothing: its own number."""


@dataclass(frozen=True, slots=True)
class Message:
    """Everything one message says. Strings hold no controls, names no direction marks, ids no brackets."""

    message_id: str
    subject: str
    from_name: str
    from_address: str
    author_behind: tuple[str, str] | None
    """Name and address of the author, should the sender be a group (``groups``)."""
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
    sources: tuple[Source, ...] = field(repr=False)
    """What ``text`` was made of, in its order."""
    attachments: tuple[Attachment, ...]
    inner_files: tuple[Attachment, ...]
    """Files inside files: of a message that was attached, of a winmail.dat; and signatures."""
    forward: Forward | None
    sealed: Seal
    """How it is encrypted, if it is."""
    invitation: str
    """The method of a meeting request (RFC 5546), if that is what the message is."""
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
    return _read(raw, language, depth=0)


def _read(raw: bytes, language: str, *, depth: int) -> Message:
    copy = parsing_copy(raw)
    root = parsed(copy.content)
    defects = [*copy.defects, *_defects_of(root)]
    tree = _with_parts(root, copy.content)
    found = leaves.sort(tree)
    envelopes = _unwrapped(found)
    charsets = charsets_of(found)
    body = Body(found, language, defects)
    listed = files.attachments(found.attachments, defects)
    tnef = [open_tnef(file.data) for file in listed if file.media_type == media.TNEF]
    text, html, sources = _with_tnef(body, tnef, defects)
    _, uuencoded = without_uuencoded(text)
    inner = [*envelopes, *files.attachments(found.signatures, defects)]
    inner += [files.typed(name, data) for name, data in [*uuencoded, *(each for one in tnef for each in one.files)]]
    pairs = addresses(headers.raw_value(root, "from"), charsets, language)
    name, address = pairs[0] if pairs else ("", "")
    if len(pairs) > 1 or len(headers.raw_values(root, "from")) > 1:
        defects.append(faults.SENDERS)
    subject = headers.text_of(headers.raw_value(root, "subject"), charsets, language)
    for mark in headers.direction_marks(headers.raw_value(root, "subject") + headers.raw_value(root, "from")):
        defects.append(faults.MARK_IN_HEADER % {"mark": mark})
    origin = origin_of(root, subject, address)
    carried = _carried([*listed, *inner], language, depth, defects)
    inner += [file for one in carried for file in (*one.attachments, *one.inner_files)]
    forward = None if origin.bounce else _forward(text, subject, carried)
    return Message(
        message_id=next(iter(_ids(root, "message-id")), ""),
        subject=subject,
        from_name=name,
        from_address=address,
        author_behind=author_behind(root, charsets, language),
        reply_to=next((found for _, found in _people(root, "reply-to")), ""),
        date=headers.date_of(headers.raw_value(root, "date")),
        in_reply_to=_ids(root, "in-reply-to"),
        references=_ids(root, "references"),
        to=tuple(found for _, found in _people(root, "to") if found),
        cc=tuple(found for _, found in _people(root, "cc") if found),
        delivered_to=tuple(found for name in ("delivered-to", "x-original-to") for _, found in _people(root, name)),
        origin=origin,
        text=text,
        html=html,
        sources=sources,
        attachments=listed,
        inner_files=tuple(inner[: files.MOST]),
        forward=forward,
        sealed=seal_of(root.get_content_type(), found.attachments, text),
        invitation=_invitation(tree),
        defects=tuple(dict.fromkeys(defects)),
        digest=digest(raw),
    )


def part(payload: bytes, position: int) -> dict[str, str]:
    """Return one file of a message as JSON values: its name, its media type, its bytes in base64 (``data``).

    ``position`` counts the attachments as ``read`` lists them, then the files inside them. Raises Unreadable when there
    are not so many.
    """
    message = read(payload)
    found = [*message.attachments, *message.inner_files]
    if not 0 <= position < len(found):
        raise Unreadable(faults.NO_SUCH_FILE)
    chosen = found[position]
    data = base64.b64encode(chosen.data).decode("ascii")
    return {"filename": chosen.filename, "media_type": chosen.media_type, "data": data}


def parsed(content: bytes) -> Part:
    """Return a parsing copy taken apart by the standard parser. Raises Unreadable when that fails."""
    try:
        return email.message_from_bytes(content, policy=email.policy.compat32)
    except RecursionError:
        raise Unreadable(faults.TOO_DEEP) from None
    except (ValueError, TypeError, IndexError, AttributeError, KeyError) as error:
        raise Unreadable(faults.STRUCTURE, cause=type(error).__name__) from None


def _with_parts(root: Part, content: bytes) -> Part:
    """Return a message whose parts were not found (no boundary, another one, encoded as a whole) taken apart anew.

    Where there are none, what it holds is its text.
    """
    found = reopened(root)
    if found is None:
        return root
    block, _ = split_header(content)
    kept = b"".join(f for f in fields(block) if not f.lower().startswith((b"content-type", b"content-transfer")))
    mark = re.search(rb"^--([^\s-][^\r\n]{0,70}?)[ \t]*\r?\n(?=[\w-]{1,40}:|\r?\n)", found, re.MULTILINE)
    if mark:
        kind = f"Content-Type: {root.get_content_type()}; boundary=".encode() + b'"' + mark[1] + b'"\r\n\r\n'
    else:
        kind = b"Content-Type: text/" + (b"html" if b"<html" in found[:1000].lower() else b"plain") + b"\r\n\r\n"
    return parsed(parsing_copy(kept + kind + found).content)


def _defects_of(root: Part) -> list[str]:
    return [_spoken(type(defect).__name__) for part in root.walk() for defect in part.defects]


def _spoken(name: str) -> str:
    """Say what the parser found; of a class it did not have yet, the name: OddLineDefect → odd line."""
    plain = "".join(f" {c.lower()}" if c.isupper() else c for c in name.removesuffix("Defect")).strip()
    return faults.PARSER.get(name, plain)


def _unwrapped(found: leaves.Sorted) -> list[Attachment]:
    """Put what an only signed S/MIME envelope holds in its place, and return the envelope as a file."""
    wrapped: list[Attachment] = []
    for leaf in [leaf for leaf in found.attachments if is_envelope(leaf)][:1]:
        content, _ = content_of(leaf.part)
        inner = opened(content)
        if inner is not None:
            found.attachments.remove(leaf)
            found.take(leaves.sort(parsed(parsing_copy(inner).content)))
            wrapped.append(files.typed(leaf.filename or "smime.p7m", content, leaf.media_type))
    return wrapped


def _with_tnef(body: Body, tnef: list[Opened], defects: list[str]) -> tuple[str, str, tuple[Source, ...]]:
    """Return text, HTML and sources of the body, or those of a winmail.dat that holds more of the author's words."""
    text, html, sources = body.text, body.html, body.sources
    for one in tnef:
        defects.extend(one.defects)
        own = better(one.text, from_html(one.html)) if one.html else one.text
        if better(text, own) == own != text:
            said_elsewhere = "".join(text.split()) in "".join(own.split())
            laid_out = own != one.text
            own_source = Source(one.html if laid_out else own, laid_out)
            sources = (own_source,) if said_elsewhere else (*sources, Source("", html=False), own_source)
            text, html = (own, one.html) if said_elsewhere else (f"{text.rstrip()}\n\n{own}", "")
    return text, html, sources


def _carried(listed: list[Attachment], language: str, depth: int, defects: list[str]) -> list[Message]:
    """Return the messages among some files, read; one that cannot be read is told and stays a file."""
    read_ones: list[Message] = []
    if depth >= DEEPEST_FORWARD:
        return read_ones
    for file in [file for file in listed if file.media_type in media.MESSAGES][:MOST_FORWARDED]:
        try:
            read_ones.append(_read(file.data, language, depth=depth + 1))
        except IntakeError as error:
            told = {"file": file.filename, "fault": str(error)}
            defects.append((faults.OF_FILE if file.filename else faults.OF_MESSAGE) % told)
    return read_ones


def _forward(text: str, subject: str, carried: list[Message]) -> Forward | None:
    """Return the innermost forwarded message: one that was attached, else one in the text itself."""
    if not carried:
        return in_text(text, subject)
    one = carried[0]
    deeper = one.forward
    if deeper is not None and not (deeper.last_field and len(deeper.text.split()) < len(deeper.cover.split())):
        cover = "\n\n".join(part for part in (text.strip(), deeper.cover) if part)
        return replace(deeper, cover=cover)
    date = one.date.isoformat() if one.date else ""
    return Forward(Whose(one.from_name, one.from_address, one.subject, date), text.strip(), one.text, one.html)


def _invitation(root: Part) -> str:
    """Return the method of a calendar part that is the message itself or a version of it, not a file beside it."""
    for part in root.walk():
        if part.get_content_type() == "text/calendar":
            _, options = parameters(headers.raw_value(part, "content-type"))
            shown, _ = parameters(headers.raw_value(part, "content-disposition"))
            if shown != "attachment" and (options.get("method") or part is root):
                return options.get("method", "publish").lower()[:20]
    return ""


def _people(root: Part, name: str) -> list[tuple[str, str]]:
    return [pair for value in headers.raw_values(root, name)[:10] for pair in addresses(value)]


def _ids(root: Part, name: str) -> tuple[str, ...]:
    return headers.message_ids(headers.raw_value(root, name))[-MOST_REFERENCES:]
