"""What to do with a message: an ordered list of small rules, each of which keeps whether it hit, and why.

The first rule that hits decides; the others are recorded too, because editors ask "why was this held?". Whether a reply
answers one of our letters is not known here: the workflow asks its letters, before it looks at a disposition.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from intake.domain import reasons, subject
from intake.inbox.endings import above_endings
from intake.inbox.message import Message

Disposition = Literal[
    "submit",
    "enquiry",
    "link_only",
    "unreadable",
    "sealed",
    "calendar",
    "hold",
    "automatic",
    "bounce",
    "loop",
    "reply",
    "quarantine",
]
FEWEST_WORDS = 150
"""A body with fewer words, and no readable document beside it, is no manuscript."""
_LOOKED_AT = 20_000
"""Characters of a body searched for a link; one of few words is not longer in earnest."""
_LINK = re.compile(r"https?://\S{4,}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the rules look at. ``words`` counts the body without its surroundings."""

    message: Message
    desk_words: tuple[str, ...]
    own_addresses: frozenset[str]
    words: int
    documents_read: int
    documents_unread: int

    @property
    def convention(self) -> subject.Match:
        """Return how the subject keeps the convention."""
        return subject.matches(self.message.subject, self.desk_words)

    @property
    def manuscript(self) -> bool:
        """Tell whether there is a piece to read: a body long enough, or a document that could be read."""
        return self.words >= FEWEST_WORDS or self.documents_read > 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its test gives the reason in English, or nothing when it does not hit."""

    name: str
    disposition: Disposition
    test: Callable[[Evidence], str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The disposition, with every rule that hit as "name: why" and the names of those that missed, in their order."""

    disposition: Disposition
    hits: tuple[str, ...]
    misses: tuple[str, ...]


def _own_address(evidence: Evidence) -> str:
    sender = evidence.message.from_address.lower()
    return reasons.OWN_ADDRESS % {"address": sender} if sender in evidence.own_addresses else ""


def _circling(evidence: Evidence) -> str:
    return evidence.message.origin.loop


def _delivery_report(evidence: Evidence) -> str:
    return evidence.message.origin.bounce


def _machine(evidence: Evidence) -> str:
    return evidence.message.origin.automatic


def _invitation(evidence: Evidence) -> str:
    method = evidence.message.invitation
    return reasons.INVITATION % {"method": method} if method and not evidence.documents_read else ""


def _sealed(evidence: Evidence) -> str:
    if not evidence.message.sealed or evidence.manuscript:
        return ""
    return reasons.SEALED % {"how": evidence.message.sealed}


def _piece(evidence: Evidence) -> str:
    if not (evidence.convention.hit and evidence.manuscript):
        return ""
    return reasons.PIECE % {"reason": evidence.convention.why}


def _unread_document(evidence: Evidence) -> str:
    if not evidence.convention.hit or evidence.manuscript or not evidence.documents_unread:
        return ""
    return reasons.UNREAD % {"reason": evidence.convention.why}


def _bare_link(evidence: Evidence) -> str:
    if not evidence.convention.hit or evidence.manuscript:
        return ""
    if not _LINK.search(above_endings(evidence.message.text[:_LOOKED_AT])):
        return ""
    return reasons.BARE_LINK % {"reason": evidence.convention.why}


def _short(evidence: Evidence) -> str:
    if not evidence.convention.hit or evidence.manuscript:
        return ""
    return reasons.SHORT % {"reason": evidence.convention.why, "least": FEWEST_WORDS}


def _answer(evidence: Evidence) -> str:
    return reasons.ANSWER if evidence.message.answers_something else ""


def _without_convention(evidence: Evidence) -> str:
    return "" if evidence.convention.hit else evidence.convention.why


RULES: tuple[Rule, ...] = (
    Rule("own_address", "loop", _own_address),
    Rule("circling", "loop", _circling),
    Rule("delivery_report", "bounce", _delivery_report),
    Rule("automatic", "automatic", _machine),
    Rule("invitation", "calendar", _invitation),
    Rule("sealed", "sealed", _sealed),
    Rule("piece", "submit", _piece),
    Rule("unread_document", "unreadable", _unread_document),
    Rule("bare_link", "link_only", _bare_link),
    Rule("short", "enquiry", _short),
    Rule("answer", "reply", _answer),
    Rule("without_convention", "hold", _without_convention),
)


def judge(evidence: Evidence) -> Judgement:
    """Return the first hit's disposition, with all hits and misses; a message no rule knows is held."""
    found = [(rule, rule.test(evidence)) for rule in RULES]
    hits = tuple(f"{rule.name}: {why}" for rule, why in found if why)
    misses = tuple(rule.name for rule, why in found if not why)
    return Judgement(next((rule.disposition for rule, why in found if why), "hold"), hits, misses)
