"""What a document gives: a canonical body and everything worth knowing beside it. It reads nothing itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark in the margin, as one line; the author is empty where none is named."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document that was read.

    ``media_type`` is what the bytes are, whatever the file's name says. ``html`` is canonical (``domain.body``); it and
    ``text`` do not hold ``headline``, while ``whole`` is all text in the document's order. ``warnings`` are sentences
    of ``cautions``, their values put in. ``properties`` may hold author, last_modified_by, company, created, modified,
    title, producer and charset. ``comments`` are never part of the text.
    """

    media_type: str
    html: str
    text: str
    whole: str
    words: int
    headline: str | None = None
    warnings: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
