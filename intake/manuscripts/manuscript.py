"""What a document gives: a canonical body and everything worth knowing beside it. It reads nothing itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document that was read.

    ``media_type`` is what the bytes are, whatever the file's name says. ``html`` is canonical (``domain.body``) and
    does not hold ``headline``. ``warnings`` are English sentences for an editor. ``properties`` may hold author,
    last_modified_by, company, created, modified, title, comments and charset.
    """

    media_type: str
    html: str
    text: str
    words: int
    headline: str | None = None
    warnings: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
