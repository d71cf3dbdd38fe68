"""What an author is told about a piece that is within the rules: hints to look again, never a refusal.

It counts and points; it judges no argument and knows no page.
"""

import re

from intake.domain.desk import Desk
from intake.domain.proposal import Facts, Text
from intake.domain.text import count_words, script_of

_FIGURE = re.compile(
    r"(?<![\w.])\d[\d.,٫٬]*\s*(?:%|٪|percent|per cent|million|billion|في المئة|بالمئة|مليون|مليار)|\d{2,}"
)
_QUOTATION = re.compile('[“«"]([^”»"\n]{3,400})[”»"]')
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")

QUOTED_WORDS = 4
"""Words between quotation marks from which on they look like someone's, not like a coined term."""


def advice(text: Text, facts: Facts, desk: Desk) -> tuple[str, ...]:
    """Return the keys of what is worth a second look: ``script``, ``short``, ``long``, ``sources``."""
    least, most = desk.advised_words
    found = []
    if script_of(text.body_text) not in ("", desk.language):
        found.append("script")
    if text.words < least:
        found.append("short")
    if text.words > most:
        found.append("long")
    if not facts.sources and unsourced(text.body_text):
        found.append("sources")
    return tuple(found)


def unsourced(text: str) -> bool:
    """Tell whether a text holds figures or quotations, which readers expect a source for. Years do not count."""
    if _FIGURE.search(_YEAR.sub("", text)):
        return True
    return any(count_words(quoted) >= QUOTED_WORDS for quoted in _QUOTATION.findall(text))
