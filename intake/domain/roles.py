"""Who acts, and what a desk role may do. It knows no session and no account table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from intake.domain.states import Action, Party, rule


class Role(StrEnum):
    """A role on one desk. The first four are cumulative; the others stand beside them."""

    READER = "reader"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    CHIEF = "chief"
    STANDARDS = "standards"
    AUDITOR = "auditor"


LADDER: tuple[Role, ...] = (Role.READER, Role.EDITOR, Role.PUBLISHER, Role.CHIEF)


class Kind(StrEnum):
    """What sort of actor performs an act."""

    PERSON = "person"
    AUTHOR = "author"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: a person with an account, an author by secret link or signed reply, or the software.

    ``id`` is the account's id for a person and the byline's id for an author.
    """

    kind: Kind
    id: int | None = None
    name: str = ""
    address: str = ""
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    administrator: bool = False

    def on(self, desk: str) -> frozenset[Role]:
        """Return the roles the actor holds on a desk."""
        return self.roles.get(desk, frozenset())

    def rank(self, desk: str) -> int:
        """Return the highest rung of the ladder held on a desk: 0 none, 1 reader … 4 chief."""
        held = self.on(desk)
        return max((rung for rung, role in enumerate(LADDER, start=1) if role in held), default=0)


SYSTEM = Actor(Kind.SYSTEM, name="system")


def parties(actor: Actor, desk: str) -> frozenset[Party]:
    """Return every party of the state table the actor counts as on a desk."""
    if actor.kind is Kind.AUTHOR:
        return frozenset({Party.AUTHOR})
    if actor.kind is Kind.SYSTEM:
        return frozenset({Party.SYSTEM})
    return frozenset(Party(role) for role in LADDER[: actor.rank(desk)])


def may(actor: Actor, action: Action, desk: str) -> bool:
    """Tell whether the actor's role on the desk opens the action. Whose piece it is, is asked by the workflow."""
    return not parties(actor, desk).isdisjoint(rule(action).who)


def may_read(actor: Actor, desk: str) -> bool:
    """Tell whether a person may read what lies on a desk: any rung of the ladder, standards or auditor."""
    return actor.kind is Kind.PERSON and bool(actor.on(desk))
