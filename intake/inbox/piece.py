"""The piece in a message: the manuscript attached, or the body; its headline and bio. Nothing of the rest is lost.

A document of more than 250 words wins, and the body becomes its covering note; an editor can switch.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake import manuscripts
from intake.domain import subject
from intake.domain.body import blocks, text_of
from intake.domain.errors import IntakeError
from intake.domain.text import count_words
from intake.inbox.message import Attachment, Message
from intake.inbox.surroundings import Mark, Trimmed, trim
from intake.inbox.triage import FEWEST_WORDS
from intake.manuscripts import Manuscript

WINNING_WORDS = 250
MOST_DOCUMENTS = 5
LONGEST_TEXT = 200_000
LONGEST_HEADLINE = 300
_JUNK_TITLE = re.compile(r"^(?:microsoft word|document ?\d*|untitled|title|مستند ?\d*|doc ?\d*)\b", re.IGNORECASE)
_FIRST_BLOCK = re.compile(r"<(p|h2|h3)\b[^>]*>(?:(?!</\1>).)*</\1>", re.DOTALL)
_HEADLINE_WORDS = 18


@dataclass(frozen=True, slots=True)
class Documents:
    """How many attached documents could be read, and how many not."""

    read: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A piece found in a message. ``source`` is "body" or the attachment's name; ``html`` leaves out the headline."""

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
    properties: dict[str, str] = field(default_factory=dict)
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Document:
    attachment: Attachment
    manuscript: Manuscript


def find(message: Message, desk_words: Iterable[str]) -> Found:
    """Return the piece in a message; an empty one when there is neither text nor a readable document."""
    defects: list[str] = []
    asked = [attachment for attachment in message.attachments if attachment.role == "manuscript"]
    documents = list(_read(asked[:MOST_DOCUMENTS], defects))
    if len(asked) > MOST_DOCUMENTS:
        defects.append(f"{len(asked)} documents came along: only the first {MOST_DOCUMENTS} were read")
    body = trim(_body_html(message, defects))
    body_words = count_words(text_of(body.html))
    longest = max(documents, key=lambda document: document.manuscript.words, default=None)
    suggested = subject.strip(message.subject, desk_words)
    counts = Documents(len(documents), len(asked) - len(documents))
    if longest and (longest.manuscript.words > WINNING_WORDS or body_words < FEWEST_WORDS):
        return _from_document(longest, body_words, message, suggested, counts, tuple(defects))
    return _from_body(body, body_words, suggested, counts, tuple(defects))


def _read(asked: list[Attachment], defects: list[str]) -> Iterable[_Document]:
    for attachment in asked:
        try:
            yield _Document(attachment, manuscripts.read(attachment.data, attachment.filename))
        except IntakeError as error:
            defects.append(f"{attachment.filename or attachment.media_type}: {error}")


def _body_html(message: Message, defects: list[str]) -> str:
    """Return the body in canonical form, from its HTML where that holds the text, else from the plain version."""
    plain = message.text[:LONGEST_TEXT]
    if len(message.text) > LONGEST_TEXT:
        defects.append(f"the body is longer than {LONGEST_TEXT:,} characters: the piece was cut there")
    if message.html:
        try:
            html = manuscripts.canonical(message.html)
        except IntakeError as error:
            defects.append(f"HTML body: {error}")
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
    text = text_of(html)
    name = document.attachment.filename or document.attachment.media_type
    return Found(
        headline=headline,
        html=html,
        text=text,
        words=count_words(text),
        body_words=body_words,
        bio=trimmed.bio,
        cover_note=message.text.strip(),
        marks=trimmed.marks,
        source=name,
        why=f"the document {name} has {manuscript.words} words, the body {body_words}",
        warnings=manuscript.warnings,
        properties=manuscript.properties,
        defects=defects,
        documents=counts,
    )


def _from_body(body: Trimmed, body_words: int, suggested: str, counts: Documents, defects: tuple[str, ...]) -> Found:
    html, headline = _with_headline(body.html, suggested)
    text = text_of(html)
    return Found(
        headline=headline,
        html=html,
        text=text,
        words=count_words(text),
        body_words=body_words,
        bio=body.bio,
        cover_note="\n\n".join(mark.text for mark in body.marks if mark.kind in {"greeting", "cover"}),
        marks=body.marks,
        source="body",
        why=f"the body has {body_words} words, and no document has more than {WINNING_WORDS}",
        defects=defects,
        documents=counts,
    )


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
