"""Who counts as whom on a desk, and what that opens."""

import pytest

from intake.domain.roles import LADDER, SYSTEM, Actor, Kind, Role, may, may_read, parties
from intake.domain.states import Action, Party


def person(*roles: Role, desk: str = "opinion", administrator: bool = False) -> Actor:
    return Actor(Kind.PERSON, id=1, roles={desk: frozenset(roles)}, administrator=administrator)


AUTHOR = Actor(Kind.AUTHOR, id=1)


@pytest.mark.parametrize(
    ("role", "rank", "counts_as"),
    [
        (Role.READER, 1, {Party.READER}),
        (Role.EDITOR, 2, {Party.READER, Party.EDITOR}),
        (Role.PUBLISHER, 3, {Party.READER, Party.EDITOR, Party.PUBLISHER}),
        (Role.CHIEF, 4, {Party.READER, Party.EDITOR, Party.PUBLISHER, Party.CHIEF}),
        (Role.STANDARDS, 0, set()),
        (Role.AUDITOR, 0, set()),
    ],
)
def test_the_ladder(role: Role, rank: int, counts_as: set[Party]) -> None:
    assert (person(role).rank("opinion"), parties(person(role), "opinion")) == (rank, frozenset(counts_as))
    assert parties(person(role), "rai") == frozenset()


def test_the_highest_of_several_roles_counts() -> None:
    assert person(Role.AUDITOR, Role.READER, Role.PUBLISHER).rank("opinion") == LADDER.index(Role.PUBLISHER) + 1


def test_author_and_software_are_themselves_on_every_desk() -> None:
    assert (parties(AUTHOR, "x"), parties(SYSTEM, "x")) == (
        frozenset({Party.AUTHOR}),
        frozenset({Party.SYSTEM}),
    )


@pytest.mark.parametrize(
    ("actor", "action", "allowed"),
    [
        (person(Role.READER), Action.CLAIM, True),
        (person(Role.READER), Action.DECLINE, False),
        (person(Role.EDITOR), Action.PUBLISH, False),
        (person(Role.PUBLISHER), Action.PUBLISH, True),
        (person(Role.PUBLISHER), Action.OVERRIDE, False),
        (person(Role.CHIEF), Action.OVERRIDE, True),
        (person(Role.CHIEF), Action.RELEASE, False),
        (person(Role.CHIEF), Action.WITHDRAW, False),
        (person(Role.CHIEF, desk="rai"), Action.DECLINE, False),
        (person(administrator=True), Action.OPEN_SEALED, False),
        (person(Role.AUDITOR), Action.NOTE, False),
        (AUTHOR, Action.WITHDRAW, True),
        (AUTHOR, Action.ACCEPT, False),
        (SYSTEM, Action.RELEASE, True),
        (SYSTEM, Action.DECLINE, False),
    ],
)
def test_what_a_role_opens(actor: Actor, action: Action, allowed: bool) -> None:
    assert may(actor, action, "opinion") == allowed


def test_who_reads_a_desk() -> None:
    for role in Role:
        assert may_read(person(role), "opinion")
        assert not may_read(person(role, desk="rai"), "opinion")
    for nobody in (AUTHOR, SYSTEM, person(), person(administrator=True)):
        assert not may_read(nobody, "opinion")
