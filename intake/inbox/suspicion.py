"""Whether a mail looks like spam: a small ordered table of rules, each with its weight; hits and misses are kept.

No rule decides alone, and nothing is dropped: a suspected piece is put where editors look for wrong suspicions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from intake.domain import reasons
from intake.inbox.message import Message

ENOUGH = 5
"""The sum of weights from which a piece is suspected."""
MOST_LINKS, WORDS_TO_A_LINK = 8, 40
_LINK = re.compile(r"https?://\S{4,}", re.IGNORECASE)
_SELLING = re.compile(
    r"\b(?:guest post|sponsored (?:post|article|content)|back ?links?|do-?follow|link insertion|domain authority"
    r"|seo (?:services?|agency|experts?)|paid placement|link building)\b"
)
"""Sought, as the next, in folded text: a search that minds no case takes two and a half times as long."""
_LURES = re.compile(
    r"\b(?:online casino|sports? betting|viagra|cialis|payday loans?|crypto (?:giveaway|investment)|forex signals?"
    r"|make money (?:fast|online)|escort service|lottery winner|next of kin|wire transfer of)\b"
)
_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its weight, and a test that gives the reason in English, or nothing."""

    name: str
    weight: int
    test: Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The sum, every rule that hit as "name (weight): why", and the names of those that missed."""

    score: int
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def strong(self) -> bool:
        """Tell whether there is enough of it."""
        return self.score >= ENOUGH


def _selling(message: Message) -> str:
    found = _SELLING.search(message.subject.casefold()) or _SELLING.search(message.text.casefold())
    return reasons.SELLING % {"words": found[0]} if found else ""


def _lures(message: Message) -> str:
    found = set(_LURES.findall(f"{message.subject}\n{message.text}".casefold()))
    return reasons.LURES % {"words": ", ".join(sorted(found)[:3])} if found else ""


def _links(message: Message) -> str:
    links, words = len(_LINK.findall(message.text)), len(message.text.split())
    many = links >= MOST_LINKS and words < links * WORDS_TO_A_LINK
    return reasons.LINKS % {"links": links, "words": words} if many else ""


def _disguised(message: Message) -> str:
    shown = _ADDRESS.search(message.from_name)
    if shown is None or shown[1].lower() == message.from_address.rpartition("@")[2].lower():
        return ""
    return reasons.DISGUISED


def _answers_elsewhere(message: Message) -> str:
    answer, sender = (one.rpartition("@")[2].lower() for one in (message.reply_to, message.from_address))
    return reasons.ELSEWHERE % {"domain": answer} if answer and answer != sender else ""


def _no_date_or_id(message: Message) -> str:
    if message.date and message.message_id:
        return ""
    if message.date:
        return reasons.NO_ID
    return reasons.NO_DATE if message.message_id else reasons.NEITHER


RULES: tuple[Rule, ...] = (
    Rule("selling_links", 4, _selling),
    Rule("lures", 4, _lures),
    Rule("many_links", 2, _links),
    Rule("disguised_sender", 3, _disguised),
    Rule("answers_elsewhere", 1, _answers_elsewhere),
    Rule("no_date_or_id", 1, _no_date_or_id),
)


def suspicion(message: Message) -> Suspicion:
    """Return how much a message looks like spam, by every rule of the table."""
    found = [(rule, rule.test(message)) for rule in RULES]
    hits = [(rule, why) for rule, why in found if why]
    return Suspicion(
        score=sum(rule.weight for rule, _ in hits),
        hits=tuple(f"{rule.name} ({rule.weight}): {why}" for rule, why in hits),
        misses=tuple(rule.name for rule, why in found if not why),
    )
