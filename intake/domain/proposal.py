"""What an author hands in: the text, its facts, who they are and what they declare.

Form and mail both end in a ``Proposal``; a mail leaves most answers open. It checks no limits of a desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

INTERESTS = ("funded", "office", "paid", "asked", "drafted", "tie")
"""Interest questions: funded by who gains; office or party; paid for this; asked to; drafted by another; tie."""


@dataclass(frozen=True, slots=True)
class Text:
    """The piece's words. ``body_html`` is canonical, ``body_text`` derived from it."""

    headline: str
    standfirst: str
    body_html: str
    body_text: str
    words: int


@dataclass(frozen=True, slots=True)
class Source:
    """One claim and the link that backs it."""

    claim: str
    link: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Why now, what backs it, and whether it accuses someone. ``None`` means not answered."""

    why_now: str = ""
    useless_after: date | None = None
    sources: tuple[Source, ...] = ()
    allegation: bool | None = None
    evidence: str = ""
    asked: bool | None = None


@dataclass(frozen=True, slots=True)
class AuthorDetails:
    """Who an author is and how to reach them. ``pseudonym`` empty means that the name is printed."""

    name: str
    address: str
    locale: str = "en"
    other_spelling: str = ""
    pseudonym: str = ""
    pseudonym_reason: str = ""
    phone: str = ""
    contact_otherwise: str = ""
    city: str = ""
    country: str = ""
    role: str = ""
    organisation: str = ""
    role_page: str = ""
    bio: str = ""
    earlier_works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What an author declares. ``None`` means not answered yet."""

    interests: Mapping[str, tuple[bool, str]] | None = None
    disclosure: str = ""
    ai_use: Literal["none", "assist", "research", "wrote"] | None = None
    ai_tool: str = ""
    exclusivity: Literal["only", "also", "published"] | None = None
    exclusivity_where: str = ""
    terms_version: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything one author hands in at one desk."""

    desk: str
    language: str
    channel: Literal["mail", "form"]
    text: Text
    author: AuthorDetails
    facts: Facts = field(default_factory=Facts)
    statement: Statement = field(default_factory=Statement)
    suspected: str | None = None
    form_key: str | None = None
    beside: Mapping[str, Any] | None = None
    """What stood beside the text in the document that the form read it from."""


def missing(facts: Facts, statement: Statement, terms_version: str) -> tuple[str, ...]:
    """Return the keys of the statements an author still owes before publication, in the form's order."""
    owed = []
    if facts.allegation is None or (facts.allegation and (not facts.evidence or facts.asked is None)):
        owed.append("allegation")
    if statement.interests is None or set(statement.interests) != set(INTERESTS):
        owed.append("interests")
    if statement.ai_use is None:
        owed.append("ai")
    if statement.exclusivity is None:
        owed.append("exclusivity")
    if statement.terms_version != terms_version:
        owed.append("terms")
    return tuple(owed)
