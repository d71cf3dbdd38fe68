"""The reader's sentences in the page's language: each is found again among the constants it was made of.

What was stored is the English sentence with its values in it, so that what was filed long ago is told in every language
too. It makes no sentence of its own: one that no constant fits stays English, and the page says so.
"""

import re
from functools import lru_cache
from itertools import islice

from flask import Flask
from flask_babel import gettext

from intake.domain import faults, reasons
from intake.manuscripts import cautions, refusals

LONGEST = 1000
"""Characters of a sentence that is looked up; the constants and their values are far shorter."""
_VALUE = re.compile(r"%\((\w+)\)s")
KNOWN = (
    *cautions.EVERY,
    *(said for name, said in vars(refusals).items() if name.isupper()),
    *faults.EVERY,
    *reasons.EVERY,
)
"""Every constant that a stored sentence may have been made of by itself."""
WITHIN = frozenset(("fault", "reason"))
"""Values that are sentences of their own."""
MOST_PLACES = 20
"""Places in a sentence where another may begin; a file's name may hold some more of the kind."""
_IN_FILE = re.compile(r"(.+?) \(attachment (.+)\)", re.DOTALL)


def init(app: Flask) -> None:
    """Add the filter ``told``: a sentence in the page's language, or nothing where no constant fits."""
    app.jinja_env.filters["told"] = told


def told(sentence: str) -> str:
    """Return a sentence of the reader's in the page's language, or nothing where no constant fits it."""
    found = constant_of(sentence)
    if found is None:
        return ""
    message, values = found
    values = tuple((name, (name in WITHIN and told(value)) or _apart(value)) for name, value in values)
    return str(gettext(message, **dict(values)) if values else gettext(message))


def _apart(value: str) -> str:
    """Give a value a direction of its own: a name of a file or a charset stands in Arabic too."""
    return value if value.isdigit() else f"\u2068{value}\u2069"


@lru_cache(maxsize=1024)
def constant_of(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the constant that a sentence was made of and the values in it, or nothing.

    The value ``fault`` is a sentence of its own, which another constant fits.
    """
    return None if len(sentence) > LONGEST else _by_itself(sentence) or _around(sentence)


def _by_itself(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    for message, pattern in _patterns():
        fits = pattern.fullmatch(sentence)
        if fits:
            return message, tuple(fits.groupdict().items())
    return None


def _around(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Find a sentence that says where another fault is: its file's name may hold the very signs that part the two."""
    in_file = _IN_FILE.fullmatch(sentence)
    if in_file and _by_itself(in_file[1]):
        return faults.IN_FILE, (("fault", in_file[1]), ("file", in_file[2]))
    for place in islice(re.finditer(": ", sentence), MOST_PLACES):
        file, fault = sentence[: place.start()], sentence[place.end() :]
        if _by_itself(fault):
            inner = (("fault", fault),)
            alone = next((said for said in (faults.OF_HTML, faults.OF_MESSAGE) if said.startswith(f"{file}: ")), None)
            return (alone, inner) if alone else (faults.OF_FILE, (("file", file), *inner))
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, _pattern(message)) for message in KNOWN)


def _pattern(message: str) -> re.Pattern[str]:
    parts = _VALUE.split(message)  # words and names of values, by turns
    fixed = [re.escape(part) if place % 2 == 0 else rf"(?P<{part}>.+?)" for place, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
