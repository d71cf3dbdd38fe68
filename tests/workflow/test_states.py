"""Every state × action × role: the one door lets through what the table says, and nothing else."""

import itertools

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake.domain.errors import IllegalAction, NotAllowed
from intake.domain.roles import LADDER, SYSTEM, Actor, Kind, Role
from intake.domain.states import OPEN, PROMISED, TRANSITIONS, Action, Party, Status, legal
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, broken
from intake.workflow.transition import move
from tests import databases, factories

ROLES: dict[str, frozenset[Party]] = {
    "nobody": frozenset(),
    "author": frozenset({Party.AUTHOR}),
    "system": frozenset({Party.SYSTEM}),
    "reader": frozenset({Party.READER}),
    "editor": frozenset({Party.READER, Party.EDITOR}),
    "publisher": frozenset({Party.READER, Party.EDITOR, Party.PUBLISHER}),
    "chief": frozenset({Party.READER, Party.EDITOR, Party.PUBLISHER, Party.CHIEF}),
    "auditor": frozenset(),
    "standards": frozenset(),
    "editor of another desk": frozenset(),
}
"""Written by hand, as the table of who counts as whom."""


def actor(role: str, byline: int) -> Actor:
    if role == "author":
        return Actor(Kind.AUTHOR, id=byline, address="huda@author.example")
    if role == "system":
        return SYSTEM
    held = {"nobody": {}, "editor of another desk": {"rai": frozenset({Role.EDITOR})}}.get(role)
    roles = held if held is not None else {"opinion": frozenset({Role(role)})}
    return Actor(Kind.PERSON, id=None, name=role, address=f"{role}@desk.example", roles=roles)


def test_every_state_action_and_role(newsroom: Newsroom) -> None:
    rows = {row.action: row for row in TRANSITIONS}
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
        byline = piece.bylines[0].id
        wrong = []
        for status, action, role in itertools.product(Status, Action, ROLES):
            row = rows[action]
            expected = "illegal" if not legal(status, action) else "moved" if ROLES[role] & row.who else "forbidden"
            nested = session.begin_nested() if expected == "moved" else None
            piece.status, piece.decline_reason, piece.publish_at = status.value, "not_for_us", newsroom.now()
            target = next(iter(row.targets)) if len(row.targets) > 1 else None
            try:
                move(session, newsroom, piece, action, actor(role, byline), seen=piece.version, to=target, text="why")
                happened = "moved"
            except IllegalAction:
                happened = "illegal"
            except NotAllowed:
                happened = "forbidden"
            after = {status.value} if not row.targets else {one.value for one in row.targets}
            if happened != expected or (happened == "moved" and piece.status not in after):
                wrong.append((status, action, role, happened, expected, piece.status))
            if nested is not None:
                nested.rollback()
        assert wrong == []


def test_every_open_state_can_be_declined_and_withdrawn() -> None:
    assert {status for status in Status if legal(status, Action.DECLINE)} == OPEN
    assert {status for status in Status if legal(status, Action.WITHDRAW)} == OPEN


def test_only_promised_states_are_released() -> None:
    assert {status for status in Status if legal(status, Action.RELEASE)} == PROMISED


def test_the_ladder_is_cumulative() -> None:
    assert [role.value for role in LADDER] == ["reader", "editor", "publisher", "chief"]


REFUSED = {
    "a decline without reason": "UPDATE submission SET status = 'declined', decline_reason = NULL",
    "an unknown state": "UPDATE submission SET status = 'lost'",
    "a queue without promise": "UPDATE submission SET status = 'received', reply_by = NULL",
    "a changed audit entry": "UPDATE audit_entry SET action = 'nothing'",
    "a deleted audit entry": "DELETE FROM audit_entry",
    "a changed disclaimer version": "UPDATE disclaimer_version SET text = 'x'",
    "a changed revision": "UPDATE revision SET body_html = 'x'",
    "a publication without disclaimer version": "UPDATE publication SET disclaimer_version_id = NULL",
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_itself_refuses(newsroom: Newsroom, what: str) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        factories.published(session, newsroom, editor)
    with pytest.raises(DBAPIError), newsroom.transaction() as session:
        session.execute(text(REFUSED[what]))


def test_a_tampered_chain_is_found(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        factories.published(session, newsroom, editor)
        databases.without_trigger(session, "audit_entry_no_update", "audit_entry")
        victim = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id).offset(2).limit(1)).one()
        session.execute(text("UPDATE audit_entry SET actor_id = 999 WHERE id = :id"), {"id": victim})
        session.expire_all()
        assert list(broken(session)) == [victim]
