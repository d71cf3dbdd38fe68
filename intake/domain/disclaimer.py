"""The views-disclaimer: which wording may be saved, which version a piece gets, and how it reads when printed.

It stores nothing (``storage`` keeps the versions), decides nothing about approval of a version, and emits no markup
(``publishing`` does). Wordings pasted by hand into a body are found by ``traces``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from intake.domain import folding
from intake.domain.desk import GENRES, GENRES_WITH_DISCLAIMER
from intake.domain.errors import Missing
from intake.domain.piece import Notice

PLACEHOLDER = "{publication}"
SHORTEST, LONGEST = 40, 300
LONGEST_LABEL = 40
Placement = Literal["top", "end"]


class NoDisclaimer(Missing):
    """No disclaimer resolves for the piece's desk, language and genre; publication must stop."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a wording may not be saved: a stable code for the form and a sentence that says the cure."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What an editor writes or ``config/disclaimers.toml`` seeds.

    It belongs to one desk, or to every desk of a publication.
    """

    desk: str | None
    publication: str | None
    language: str
    genres: frozenset[str]
    label: str
    text: str
    placement: Placement = "end"

    def faults(self, names: Iterable[str]) -> tuple[Fault, ...]:
        """Return what is wrong with the policy; ``names`` are the publication's own and listed names."""
        found = list(lint(self.text, self.language, names))
        if not 0 < len(self.label.strip()) <= LONGEST_LABEL:
            found.append(Fault("label", f"Give a label of at most {LONGEST_LABEL} characters, for example Opinion."))
        if not self.genres or not self.genres <= set(GENRES_WITH_DISCLAIMER):
            found.append(Fault("genres", "Choose one or more of: " + ", ".join(GENRES_WITH_DISCLAIMER) + "."))
        if self.placement not in ("top", "end"):
            found.append(Fault("placement", "Place the note at the top or at the end."))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Version:
    """One approved, immutable wording of a policy; ``number`` counts from 1 within its policy."""

    id: int
    policy_id: int
    desk: str | None
    publication: str | None
    language: str
    genres: frozenset[str]
    label: str
    text: str
    placement: Placement
    number: int


def needs_notice(genre: str) -> bool:
    """Tell whether a genre carries a disclaimer. Raises ValueError on an unknown genre: none may slip through."""
    if genre not in GENRES:
        raise ValueError(f"unknown genre {genre!r}")
    return genre in GENRES_WITH_DISCLAIMER


def resolve(
    versions: Iterable[Version], desk: str, publication: str, language: str, genre: str, override: Version | None = None
) -> Version:
    """Return the version a piece gets: its own override, else the desk's, else the publication's, in its language.

    ``versions`` are approved ones; only the newest of each policy counts, so a genre that a policy gave up stays given
    up. Raises NoDisclaimer when none fits (never another language), ValueError for a genre that carries none.
    """
    if not needs_notice(genre):
        raise ValueError(f"{genre} carries no disclaimer: ask needs_notice first")
    if override is not None:
        if override.language != language:
            raise NoDisclaimer(
                "The disclaimer chosen for this piece is in %(chosen)s, the piece in %(language)s. "
                "Choose one in the piece’s language.",
                chosen=override.language,
                language=language,
            )
        return override
    fitting = [v for v in _newest(versions) if v.language == language and genre in v.genres]
    of_desk = [v for v in fitting if v.desk == desk]
    of_publication = [v for v in fitting if v.desk is None and v.publication == publication]
    for candidates in (of_desk, of_publication):
        if candidates:
            return max(candidates, key=lambda version: version.id)
    raise NoDisclaimer(
        "No disclaimer for %(genre)s in %(language)s on the desk %(desk)s. "
        "Add a policy for the desk or for %(publication)s.",
        genre=genre,
        language=language,
        desk=desk,
        publication=publication,
    )


def render(version: Version, publication: str) -> Notice:
    """Return the notice as readers will see it, with the publication's name put in. Raises Missing without a name."""
    name = " ".join(publication.split())
    if not name:
        raise Missing("The disclaimer needs the publication's name. Set it for the desk.")
    text = " ".join(version.text.split()).replace(PLACEHOLDER, name)
    return Notice(version.label, text, version.id, version.placement)


def notice_for(
    versions: Iterable[Version], desk: str, publication: str, language: str, genre: str, override: Version | None = None
) -> Notice | None:
    """Return the finished notice of a piece, or None for a genre that carries none. Raises as ``resolve`` does."""
    if not needs_notice(genre):
        return None
    return render(resolve(versions, desk, publication, language, genre, override), publication)


def _newest(versions: Iterable[Version]) -> list[Version]:
    newest: dict[int, Version] = {}
    for version in versions:
        seen = newest.get(version.policy_id)
        if seen is None or version.number > seen.number:
            newest[version.policy_id] = version
    return list(newest.values())


# What a wording is refused for. Each rule takes text, language and names, and tells whether the text breaks it.

_STAND_IN = "\ufffc"  # stands where the placeholder stood; no letter, so no rule takes it for one
_ARABIC = "\u0621-\u064a\u066e-\u06d3\u0750-\u077f"
_SILENT = "[\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"  # vowel signs, invisible characters
_PREFIX = re.compile(rf"[{_ARABIC}]{_SILENT}$|(?:^|[^{_ARABIC}]){_SILENT}[وف]?{_SILENT}[وفبكل]{_SILENT}ـ*{_SILENT}\s+$")
_UNKNOWN = re.compile(r"[{}]|%\(\w+\)|%[sd]\b|\$\w*[A-Za-z_]")
_MARKUP = re.compile(r"[<>`\\]|&\w+;|&#\w+;|\*\S|\S\*|__|~~|\]\(|^\s*#", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]［］【】〔〕⟦⟧]")
_ADDRESS = re.compile(r"[@＠]|\bhttps?:|\bwww\.|\bmailto:", re.IGNORECASE)
_SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "he": "HEBREW", "ru": "CYRILLIC", "el": "GREEK"}


def lint(text: str, language: str, names: Iterable[str]) -> tuple[Fault, ...]:
    """Return every reason why a wording may not be saved, in a fixed order; an empty tuple is a good wording.

    ``names`` are the publication's own and further names in any language: none may be spelt out.
    """
    listed = tuple(names)
    return tuple(Fault(code, message) for code, message, broken in RULES if broken(text, language, listed))


def _no_placeholder(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return PLACEHOLDER not in text


def _spells_a_name(text: str, _language: str, names: tuple[str, ...]) -> bool:
    spelt = folding.line(_bare(text, f" {_STAND_IN} "))
    return any(pattern is not None and pattern.search(spelt) for pattern in map(_name_pattern, names))


def _unknown_placeholder(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return bool(_UNKNOWN.search(_bare(text)))


def _bracket(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return bool(_BRACKET.search(text))


def _markup(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return bool(_MARKUP.search(_bare(text)))


def _address(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return bool(_ADDRESS.search(text))


def _control(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text.strip(" "))


def _too_short(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return len(text.strip()) < SHORTEST


def _too_long(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return len(text.strip()) > LONGEST


def _foreign_script(text: str, language: str, _names: tuple[str, ...]) -> bool:
    script = _SCRIPTS.get(language.partition("-")[0], "LATIN")
    letters = [c for c in _bare(text) if c.isalpha() and c != folding.TATWEEL]
    own = sum(unicodedata.name(c, "").startswith(script) for c in letters)
    return own * 10 < len(letters) * 9 or not letters


def _arabic_prefix(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    return any(_PREFIX.search(before) for before in text.split(PLACEHOLDER)[:-1])


def _glued(text: str, _language: str, _names: tuple[str, ...]) -> bool:
    parts = text.split(PLACEHOLDER)
    before = any(part[-1:].isalnum() and not _PREFIX.search(part) for part in parts[:-1])
    return before or any(part[:1].isalnum() for part in parts[1:])


Rule = Callable[[str, str, tuple[str, ...]], bool]
RULES: tuple[tuple[str, str, Rule], ...] = (
    ("no_placeholder", f"Write {PLACEHOLDER} where the publication's name belongs.", _no_placeholder),
    ("literal_name", f"Do not spell out a publication's name: write {PLACEHOLDER} instead.", _spells_a_name),
    ("unknown_placeholder", f"Only {PLACEHOLDER} is known: remove any other placeholder.", _unknown_placeholder),
    ("bracket", "Remove the square brackets: a note is plain text and holds no shortcode.", _bracket),
    ("markup", "Remove the markup: a note is plain text.", _markup),
    ("address", "Remove the address or link: it does not belong in a note.", _address),
    ("control", "Write the note as one paragraph without line breaks or control characters.", _control),
    ("too_short", f"Write at least {SHORTEST} characters.", _too_short),
    ("too_long", f"Write at most {LONGEST} characters.", _too_long),
    ("script", "Write the note in the script of its language.", _foreign_script),
    (
        "arabic_prefix",
        f"Do not join a letter such as «لـ» or «بـ» to {PLACEHOLDER}: it contracts with names that begin with «ال». "
        "Use a word of its own, such as «في».",
        _arabic_prefix,
    ),
    ("glued", f"Leave a space around {PLACEHOLDER}.", _glued),
)


def _bare(text: str, stand_in: str = _STAND_IN) -> str:
    return text.replace(PLACEHOLDER, stand_in)


def _name_pattern(name: str) -> re.Pattern[str] | None:
    """Match a folded name however it is spaced, with the one-letter words that Arabic writes onto it."""
    first, *rest = [re.escape(word.folded) for word in folding.words(name)] or [""]
    if not first:
        return None
    if first.startswith("ال"):
        first = rf"[وف]?(?:[بك]?ال|لل?){first[2:]}"
    elif re.match(rf"[{_ARABIC}]", first):
        first = rf"[وف]?[بكل]?{first}"
    return re.compile(rf"(?<!\S){' ?'.join([first, *rest])}(?!\S)")
