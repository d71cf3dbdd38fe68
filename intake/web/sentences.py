"""The reader's sentences in the page's language: each is found again among the constants it was made of.

What was stored is the English sentence with its values in it, so that what was filed long ago is told in every language
too. It makes no sentence of its own: one that no constant fits stays English, and the page says so.
"""

import re
from functools import lru_cache

from flask import Flask
from flask_babel import gettext

from intake.manuscripts import cautions, refusals

LONGEST = 1000
"""Characters of a sentence that is looked up; the constants and their values are far shorter."""
_VALUE = re.compile(r"%\((\w+)\)s")
KNOWN = (*cautions.EVERY, *(said for name, said in vars(refusals).items() if name.isupper()))
"""Every constant that a stored sentence may have been made of."""


def init(app: Flask) -> None:
    """Add the filter ``told``: a sentence in the page's language, or nothing where no constant fits."""
    app.jinja_env.filters["told"] = told


def told(sentence: str) -> str:
    """Return a sentence of the reader's in the page's language, or nothing where no constant fits it."""
    found = constant_of(sentence)
    if found is None:
        return ""
    message, values = found
    # Each value in a direction of its own: a name of a file or a charset stands in Arabic too.
    apart = {name: value if value.isdigit() else f"\u2068{value}\u2069" for name, value in values}
    return str(gettext(message, **apart) if apart else gettext(message))


@lru_cache(maxsize=1024)
def constant_of(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the constant that a sentence was made of and the values in it, or nothing."""
    if len(sentence) > LONGEST:
        return None
    for message, pattern in _patterns():
        fits = pattern.fullmatch(sentence)
        if fits:
            return message, tuple(fits.groupdict().items())
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, _pattern(message)) for message in KNOWN)


def _pattern(message: str) -> re.Pattern[str]:
    parts = _VALUE.split(message)  # words and names of values, by turns
    fixed = [re.escape(part) if place % 2 == 0 else rf"(?P<{part}>.+?)" for place, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
