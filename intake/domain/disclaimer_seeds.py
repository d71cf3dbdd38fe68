"""The first policies and notes of an installation, as ``config/disclaimers.toml`` gives them.

It judges a document that is already parsed; it opens no file and writes no policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from intake.domain.disclaimer import PLACEHOLDER, Policy
from intake.domain.errors import SettingsError

FILE = "config/disclaimers.toml"
_NEEDED = {"language", "genres", "label", "placement", "text"}
_OPTIONAL = {"desk", "publication"}


@dataclass(frozen=True, slots=True)
class Notes:
    """Short printed texts of one language: the pseudonym note (a template) and the word before a disclosure."""

    pseudonym: str
    disclosure_lead: str

    def pseudonym_of(self, publication: str) -> str:
        """Return the pseudonym note with the publication's name put in."""
        return self.pseudonym.replace(PLACEHOLDER, publication)


def policies(document: Mapping[str, object]) -> tuple[Policy, ...]:
    """Return the seeded policies, in order; one with neither desk nor publication is meant for every publication.

    Raises SettingsError for a missing or unknown key, a wrong type or a faulty text, naming the policy and the cure.
    """
    _only(document, {"policy", "notes"}, "")
    tables = document.get("policy", [])
    if not isinstance(tables, list):
        raise SettingsError(f"{FILE}: write each policy as a [[policy]] table.")
    return tuple(_policy(table, f"policy {number}") for number, table in enumerate(tables, start=1))


def notes(document: Mapping[str, object]) -> dict[str, Notes]:
    """Return the notes by language. Raises SettingsError for a missing or unknown key."""
    found = {}
    for language, table in _table(document.get("notes"), "notes").items():
        where = f"notes.{language}"
        values = _table(table, where)
        _only(values, {"pseudonym", "disclosure_lead"}, where)
        found[language] = Notes(_text(values, "pseudonym", where), _text(values, "disclosure_lead", where))
    return found


def _policy(table: object, where: str) -> Policy:
    values = _table(table, where)
    _only(values, _NEEDED | _OPTIONAL, where)
    genres = values.get("genres")
    if not isinstance(genres, list) or not all(isinstance(genre, str) for genre in genres):
        raise SettingsError(f'{FILE}, {where}: genres must be a list of words, such as ["opinion"].')
    policy = Policy(
        desk=_text(values, "desk", where) if "desk" in values else None,
        publication=_text(values, "publication", where) if "publication" in values else None,
        language=_text(values, "language", where),
        genres=frozenset(genres),
        label=_text(values, "label", where),
        text=_text(values, "text", where),
        placement=cast(Literal["top", "end"], _text(values, "placement", where)),
    )
    for fault in policy.faults(()):
        raise SettingsError(f"{FILE}, {where} ({policy.label}): {fault.message}")
    return policy


def _table(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsError(f"{FILE}: [{where}] is missing or not a table.")
    return value


def _text(values: Mapping[str, object], key: str, where: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{FILE}, {where}: give {key} as a text in quotes.")
    return value


def _only(values: Mapping[str, object], known: set[str], where: str) -> None:
    for key in values.keys() - known:
        place = f", {where}" if where else ""
        raise SettingsError(f"{FILE}{place}: the key {key} is unknown. Known are: {', '.join(sorted(known))}.")
