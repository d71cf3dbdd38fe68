"""A played resolver: names and their records in a dict, and names whose servers are silent. It reaches no network."""

from dataclasses import dataclass, field

from intake.screening.resolver import Answer


@dataclass
class PlayedNames:
    """Answers from ``zone``: (name, kind) to values; ``silent`` names fail. ``asked`` keeps every question."""

    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, name: str, kind: str, seconds: float) -> Answer:  # noqa: ARG002 - a played server never waits
        self.asked.append((name, kind))
        if name in self.silent or "*" in self.silent:
            return Answer("failed")
        values = self.zone.get((name, kind), [])
        return Answer("found" if values else "none", tuple(values))
