"""The piece: exactly what an author's approval covers and what a publication target receives.

It holds no person's contact data and no workflow state.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return the writing direction of a language tag such as ``ar`` or ``ar-LY``."""
    return "rtl" if language.partition("-")[0] in {"ar", "fa", "he", "ur"} else "ltr"


@dataclass(frozen=True, slots=True)
class Credit:
    """One printed author: the byline and the one-line biography, as they will stand on the page."""

    name: str
    bio: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """The resolved disclaimer: a label above the headline and the explainer, in the piece's language."""

    label: str
    text: str
    version_id: int
    placement: Literal["top", "end"] = "end"


@dataclass(frozen=True, slots=True)
class Piece:
    """Everything that is printed. ``body_html`` is canonical (see ``domain.body``) and never holds the notice.

    ``notice`` is ``None`` only for genres that carry no disclaimer (news, analysis, interview, sponsored).
    """

    headline: str
    standfirst: str
    body_html: str
    credits: tuple[Credit, ...]
    disclosure: str
    publication: str
    language: str
    genre: str
    notice: Notice | None
    author_note: str = ""
    """What readers are told about a withheld name; empty for an author who writes under their own."""

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Return the writing direction of the piece."""
        return direction(self.language)

    @property
    def byline(self) -> str:
        """Return the authors' names joined by a comma of the piece's language."""
        return ("، " if self.direction == "rtl" else ", ").join(credit.name for credit in self.credits)

    def digest(self) -> str:
        """Return the SHA-256 (hex) over headline, standfirst, body, byline, bio, disclosure, label and disclaimer."""
        canonical = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def to_json(piece: Piece) -> dict[str, object]:
    """Return the piece as plain JSON values, for pinning beside a proof or a publication."""
    return asdict(piece)


def from_json(pinned: dict[str, object]) -> Piece:
    """Return the piece that ``to_json`` wrote. Raises KeyError or TypeError on anything else."""
    values = dict(pinned)
    printed = values.pop("credits")
    notice = values.pop("notice")
    if not isinstance(printed, list | tuple):
        raise TypeError("credits must be a list")
    return Piece(
        credits=tuple(Credit(**credit) for credit in printed),
        notice=Notice(**notice) if isinstance(notice, dict) else None,
        **values,  # type: ignore[arg-type]  # the caller pinned these very fields
    )
