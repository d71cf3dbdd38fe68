"""The publication gate: the lines that must all hold before a piece goes out. It gathers no evidence itself."""

from dataclasses import dataclass
from enum import StrEnum

from intake.domain.desk import GENRES_WITH_DISCLAIMER


class Line(StrEnum):
    """One line of the gate. A chief may let a line pass in writing, but for those in ``FIRM``."""

    CONFIRMED = "confirmed"
    STATEMENT = "statement"
    IDENTITY = "identity"
    APPROVAL = "approval"
    DISCLOSURE = "disclosure"
    EXCLUSIVITY = "exclusivity"
    ALLEGATION = "allegation"
    DISCLAIMER = "disclaimer"
    SHORTCODE = "shortcode"
    LOOK_ALIKE = "look_alike"


FIRM = frozenset({Line.DISCLAIMER, Line.SHORTCODE})
"""Lines that nobody overrides: without them the published page would break its own promise."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a piece when it stands before the gate.

    ``proof_hash`` is the hash every author approved, or nothing; ``piece_hash`` is the hash of what would be printed.
    """

    genre: str
    addresses_confirmed: bool
    statements_missing: tuple[str, ...]
    identity_level: int
    identity_required: int
    proof_hash: str | None
    piece_hash: str | None
    interest_declared: bool
    disclosure: str
    exclusivity: tuple[str | None, ...]
    exclusivity_required: bool
    allegation: bool | None
    allegation_signed: bool
    disclaimer_resolved: bool
    shortcodes: tuple[str, ...]
    look_alikes: tuple[str, ...]
    overridden: frozenset[Line] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """How one line stands: it holds, or not; ``overridden`` when a chief let it pass."""

    line: Line
    holds: bool
    overridden: bool = False

    @property
    def passes(self) -> bool:
        """Tell whether the line lets the piece through."""
        return self.holds or self.overridden


def inspect(evidence: Evidence) -> tuple[Finding, ...]:
    """Return every line of the gate, in the order an editor settles them."""
    e = evidence
    elsewhere = {"published", "also"} if e.exclusivity_required else {"published"}
    holds = {
        Line.CONFIRMED: e.addresses_confirmed,
        Line.STATEMENT: not e.statements_missing,
        Line.IDENTITY: e.identity_level >= e.identity_required,
        Line.APPROVAL: e.proof_hash is not None and e.proof_hash == e.piece_hash,
        Line.DISCLOSURE: not e.interest_declared or bool(e.disclosure.strip()),
        Line.EXCLUSIVITY: elsewhere.isdisjoint(e.exclusivity),
        Line.ALLEGATION: not e.allegation or e.allegation_signed,
        Line.DISCLAIMER: e.genre in GENRES_WITH_DISCLAIMER and e.disclaimer_resolved,
        Line.SHORTCODE: not e.shortcodes,
        Line.LOOK_ALIKE: not e.look_alikes,
    }
    return tuple(
        Finding(line, held, overridden=not held and line in e.overridden and line not in FIRM)
        for line, held in holds.items()
    )


def closed(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return the keys of the lines that keep the piece in; nothing when the gate is open."""
    return tuple(finding.line.value for finding in findings if not finding.passes)
