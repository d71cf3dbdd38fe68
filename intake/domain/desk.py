"""A desk: one language and voice of a publication, with its addresses, limits, promise and policies.

It is read from ``config/desks.toml``; it holds no people and no texts that editors own.
"""

from dataclasses import dataclass, field
from typing import Literal

from intake.domain.calendar import WorkingCalendar

GENRES_WITH_DISCLAIMER = ("opinion", "column", "letter", "editorial")
GENRES_WITHOUT = ("news", "analysis", "interview", "sponsored")
GENRES = GENRES_WITH_DISCLAIMER + GENRES_WITHOUT


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk, as configured. Word counts are words, days are calendar days unless they say working days."""

    slug: str
    publication: str
    name: str
    language: Literal["en", "ar"]
    addresses: tuple[str, ...]
    calendar: WorkingCalendar
    subject_words: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    """Further names of the publication that a disclaimer must not spell out."""
    min_words: int = 400
    max_words: int = 1200
    advised_words: tuple[int, int] = (600, 900)
    promise_days: int = 3
    """Working days until ``reply_by``."""
    publish_days: int = 30
    exclusivity: Literal["required", "preferred"] = "required"
    ai_policy: Literal["none", "assist", "research"] = "research"
    """The most help the desk accepts: none; spelling and translation; also research and outline."""
    identity_level: Literal[0, 1, 2, 3] = 1
    terms_version: str = "1"
    letters_address: str = ""
    sign_off: str = ""
    republish_after_days: int = 7

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Return the writing direction of the desk's language."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def address(self) -> str:
        """Return the address that letters come from: the first one configured."""
        return self.addresses[0]


@dataclass(frozen=True, slots=True)
class Desks:
    """All desks of an installation, found by slug or by inbound address."""

    every: tuple[Desk, ...]
    _by_slug: dict[str, Desk] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_slug.update({desk.slug: desk for desk in self.every})

    def __getitem__(self, slug: str) -> Desk:
        return self._by_slug[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def for_address(self, address: str) -> Desk | None:
        """Return the desk an envelope recipient belongs to; a ``+tag`` in the local part is ignored."""
        local, _, domain = address.strip().lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return next((d for d in self.every if bare in (a.lower() for a in d.addresses)), None)

    def for_postmaster(self, address: str) -> Desk | None:
        """Return whose domain's postmaster an address is: one that every mail server must take (RFC 5321, 4.5.1).

        Without a domain it is the first desk's; an address of a desk itself is none.
        """
        local, _, domain = address.strip().lower().rpartition("@")
        if (local or domain) != "postmaster" or self.for_address(address) is not None:
            return None
        if not local:
            return self.every[0]
        return next((d for d in self.every if domain in (a.lower().rpartition("@")[2] for a in d.addresses)), None)

    def takes(self, address: str) -> bool:
        """Tell whether mail to an address is for us: for a desk, with any ``+tag``, or for its domain's postmaster."""
        return self.for_address(address) is not None or self.for_postmaster(address) is not None
