"""The piece in a message: the manuscript attached, or the body; its headline and bio. Nothing of the rest is lost.

A document of more than 250 words wins, and the body becomes its covering note; so does a shorter one over a body that
is too short for a piece and no longer than it. An editor can switch.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from intake import manuscripts
from intake.domain import faults, subject
from intake.domain.body import blocks, text_of
from intake.domain.errors import IntakeError
from intake.domain.text import count_words
from intake.inbox.forwarded import Forward
from intake.inbox.message import Attachment, Message
from intake.inbox.surroundings import Mark, Trimmed, trim
from intake.inbox.transfer import without_uuencoded
from intake.inbox.triage import FEWEST_WORDS
from intake.manuscripts import Manuscript
from intake.manuscripts.manuscript import Comment

WINNING_WORDS = 250
MOST_DOCUMENTS = 5
LONGEST_TEXT = 200_000
LONGEST_HEADLINE = 300
FORWARDED = "forwarded message"
_JUNK_TITLE = re.compile(
    r"^(?:microsoft word|document ?\d*|untitled|title|مستند ?\d*|doc ?\d*)\b|^\S+\.\w{2,5}$", re.IGNORECASE
)
_FIRST_BLOCK = re.compile(r"<(p|h2|h3)\b[^>]*>(?:(?!</\1>).)*</\1>", re.DOTALL)
_HEADLINE_WORDS = 18


@dataclass(frozen=True, slots=True)
class Documents:
    """How many attached documents could be read, and how many not."""

    read: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A piece found in a message; ``html`` leaves out the headline. ``source``: "body", ``FORWARDED`` or a file's."""

    headline: str
    html: str
    text: str
    words: int
    body_words: int
    bio: str
    cover_note: str
    marks: tuple[Mark, ...]
    source: str
    why: str
    documents: Documents = Documents()
    warnings: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Document:
    attachment: Attachment
    manuscript: Manuscript


def find(message: Message, desk_words: Iterable[str]) -> Found:
    """Return the piece in a message; an empty one when there is neither text nor a readable document."""
    defects: list[str] = []
    every = [*message.attachments, *message.inner_files]
    asked = [attachment for attachment in every if attachment.role == "manuscript"]
    documents = list(_read(asked[:MOST_DOCUMENTS], defects))
    if len(asked) > MOST_DOCUMENTS:
        defects.append(faults.DOCUMENTS % {"count": len(asked), "limit": MOST_DOCUMENTS})
    body = trim(_body_html(message.text, message.html, defects))
    body_words = count_words(body.text)
    forward = _forwarded(message, body_words, defects)
    if forward is not None:
        body = forward.body
        body_words = count_words(body.text)
    longest = max(documents, key=lambda document: document.manuscript.words, default=None)
    suggested = subject.strip(message.subject, desk_words)
    if message.forward and not suggested:
        suggested = subject.strip(message.forward.whose.subject, desk_words)
    counts = Documents(len(documents), len(asked) - len(documents))
    if longest and _wins(longest.manuscript.words, body_words):
        return _from_document(longest, body_words, message, suggested, counts, tuple(defects))
    found = _from_body(body, body_words, suggested, counts, tuple(defects))
    return replace(found, cover_note=forward.cover, source=FORWARDED, why=forward.why) if forward else found


def _wins(words: int, body_words: int) -> bool:
    return words > WINNING_WORDS or (body_words < FEWEST_WORDS and words >= body_words)


@dataclass(frozen=True, slots=True)
class _Forwarded:
    body: Trimmed
    cover: str
    why: str


def _forwarded(message: Message, body_words: int, defects: list[str]) -> _Forwarded | None:
    """Return the forwarded message's text where that is the piece: the forwarder's own words are too few to be one."""
    forward = message.forward
    if forward is None:
        return None
    if forward.last_field:  # it stands in the text itself
        html = _below(message.html, forward, defects) or manuscripts.from_plain(forward.text[:LONGEST_TEXT])
        body_words = count_words(forward.cover)
    else:
        html = _body_html(forward.text, forward.html, defects)
    body = trim(html)
    words = count_words(body.text)
    if body_words >= FEWEST_WORDS or words <= body_words:
        return None
    return _Forwarded(
        body, forward.cover, f"the forwarded message has {words} words, what stands above it {body_words}"
    )


def _below(markup: str, forward: Forward, defects: list[str]) -> str:
    """Return the canonical body behind a forwarded header block, or nothing where it is not found in the HTML."""
    if not markup.strip():
        return ""
    try:
        html = manuscripts.canonical(markup)
    except IntakeError as error:
        defects.append(faults.OF_HTML % {"fault": error})
        return ""
    last = _squeezed(forward.last_field)
    flat = re.sub(r"</?blockquote\b[^>]*>", "", html)  # Apple Mail quotes all of a forwarded message
    for block in _FIRST_BLOCK.finditer(flat):
        lines = block[0].removesuffix(f"</{block[1]}>").split("<br>")
        for place, line in enumerate(lines):
            if len(last) > 3 and _squeezed(text_of(line)) == last:
                rest = "<br>".join(lines[place + 1 :]).strip()
                below = (f"<p>{rest}</p>" if text_of(rest) else "") + flat[block.end() :]
                return below if 2 * len(text_of(below)) >= len(forward.text) else ""
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s>*]+", "", text)


def _read(asked: list[Attachment], defects: list[str]) -> Iterable[_Document]:
    for attachment in asked:
        try:
            yield _Document(attachment, manuscripts.read(attachment.data, attachment.filename))
        except IntakeError as error:
            defects.append(faults.OF_FILE % {"file": attachment.filename or attachment.media_type, "fault": error})


def _body_html(text: str, markup: str, defects: list[str]) -> str:
    """Return a body in canonical form, from its HTML where that holds the text, else from the plain version."""
    plain, uuencoded = without_uuencoded(text)
    plain = plain[:LONGEST_TEXT]
    if len(text) > LONGEST_TEXT and not uuencoded:
        defects.append(faults.LONG_BODY % {"limit": f"{LONGEST_TEXT:,}"})
    if markup:
        try:
            html = manuscripts.canonical(markup)
        except IntakeError as error:
            defects.append(faults.OF_HTML % {"fault": error})
        else:
            if 2 * len(text_of(html)) >= len(plain):
                return html
    return manuscripts.from_plain(plain)


def _from_document(
    document: _Document,
    body_words: int,
    message: Message,
    suggested: str,
    counts: Documents,
    defects: tuple[str, ...],
) -> Found:
    manuscript = document.manuscript
    trimmed = trim(manuscript.html)
    title = manuscript.properties.get("title", "").strip()
    headline = manuscript.headline or ("" if _JUNK_TITLE.match(title) else title) or suggested
    html, headline = _with_headline(trimmed.html, headline)
    text, words = _counted(html)
    name = document.attachment.filename or document.attachment.media_type
    return Found(
        headline=headline,
        html=html,
        text=text,
        words=words,
        body_words=body_words,
        bio=trimmed.bio,
        cover_note=message.text.strip(),
        marks=trimmed.marks,
        source=name,
        why=f"the document {name} has {manuscript.words} words, the body {body_words}",
        warnings=manuscript.warnings,
        comments=manuscript.comments,
        properties=manuscript.properties,
        defects=defects,
        documents=counts,
    )


def _from_body(body: Trimmed, body_words: int, suggested: str, counts: Documents, defects: tuple[str, ...]) -> Found:
    html, headline = _with_headline(body.html, suggested)
    text, words = (body.text, body_words) if html == body.html else _counted(html)
    return Found(
        headline=headline,
        html=html,
        text=text,
        words=words,
        body_words=body_words,
        bio=body.bio,
        cover_note="\n\n".join(mark.text for mark in body.marks if mark.kind in {"greeting", "cover"}),
        marks=body.marks,
        source="body",
        why=f"the body has {body_words} words, and no document has more than {WINNING_WORDS}",
        defects=defects,
        documents=counts,
    )


def _counted(html: str) -> tuple[str, int]:
    text = text_of(html)
    return text, count_words(text)


def _with_headline(html: str, headline: str) -> tuple[str, str]:
    """Return body and headline: a heading on top leads, a repeated headline goes, a short first line may serve."""
    first = _FIRST_BLOCK.match(html)
    if first:
        text = " ".join(text_of(first[0]).split())
        rest = html[first.end() :]
        heading = blocks(first[0])[0].tag in {"h2", "h3"} if text else False
        if rest and text and (heading or _same(text, headline) or (not headline and _reads_as_headline(text))):
            return rest, (text if heading or not headline else headline)[:LONGEST_HEADLINE]
    return html, headline[:LONGEST_HEADLINE]


def _same(one: str, other: str) -> bool:
    return "".join(one.casefold().split()).rstrip(".") == "".join(other.casefold().split()).rstrip(".")


def _reads_as_headline(text: str) -> bool:
    return len(text.split()) <= _HEADLINE_WORDS and text[-1] not in ".،,:;؛"
