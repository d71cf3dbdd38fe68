"""The chain finds whatever was changed in it; only erased free text is no fault."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.audit import GENESIS, AuditEntry, append, broken
from tests import databases, factories

CHANGES: dict[str, str] = {
    "at": "'2001-01-01 00:00:00.000000'",
    "actor_kind": "actor_kind || 'x'",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "action": "action || 'x'",
    "submission_id": "coalesce(submission_id, 0) + 1",
    "from_status": "coalesce(from_status, '') || 'x'",
    "to_status": "coalesce(to_status, '') || 'x'",
    "seen_version": "coalesce(seen_version, 0) + 1",
    "version": "coalesce(version, 0) + 1",
    "reason_code": "coalesce(reason_code, '') || 'x'",
    "text_hash": "'x' || substr(coalesce(text_hash, ''), 2)",
    "detail": """'{"x": 1}'""",
    "previous": "substr(previous, 2) || 'x'",
    "hash": "substr(hash, 2) || 'x'",
}


@pytest.fixture
def history(newsroom: Newsroom) -> Newsroom:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        for number in range(3):
            factories.published(session, newsroom, editor, address=f"a{number}@author.example")
        append(session, at=newsroom.now(), actor_kind="system", action="said", text="Words that can be erased.")
        databases.without_trigger(session, "audit_entry_no_update", "audit_entry")
        databases.without_trigger(session, "audit_entry_no_delete", "audit_entry")
    return newsroom


def test_entries_follow_each_other(history: Newsroom) -> None:
    with history.reading() as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
        assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
        assert list(broken(session)) == []


def test_a_hundred_random_changes_are_found(history: Newsroom) -> None:
    chance = random.Random(7)  # noqa: S311  # which field, no secret
    missed = []
    with history.transaction() as session:
        ids = [entry.id for entry in session.query(AuditEntry)]
        for _ in range(100):
            field, victim = chance.choice(sorted(CHANGES)), chance.choice(ids)
            nested = session.begin_nested()
            change = f"UPDATE audit_entry SET {field} = {CHANGES[field]} WHERE id = :id"  # noqa: S608  # our own names
            session.execute(text(change), {"id": victim})
            session.expire_all()
            if not found(session):
                missed.append((field, victim))
            nested.rollback()
    assert missed == []


def found(session: Session) -> list[int]:
    return list(broken(session))


def test_a_deleted_or_inserted_entry_is_found(history: Newsroom) -> None:
    with history.transaction() as session:
        nested = session.begin_nested()
        session.execute(text("DELETE FROM audit_entry WHERE id = 4"))
        assert found(session) == [5]
        nested.rollback()
        session.execute(text("UPDATE audit_entry SET id = id + 1000 WHERE id = 4"))
        session.expire_all()
        assert found(session) == [5, 1004]


def test_changed_words_are_found_and_erased_ones_are_no_fault(history: Newsroom) -> None:
    with history.transaction() as session:
        session.execute(text("UPDATE audit_text SET body = 'Other words.' WHERE body LIKE 'Words%'"))
        session.expire_all()
        assert len(found(session)) == 1
        session.execute(text("DELETE FROM audit_text WHERE body = 'Other words.'"))
        session.expire_all()
        assert found(session) == []


def test_a_moment_counts_to_the_microsecond(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        append(session, at=newsroom.now() + timedelta(microseconds=1), actor_kind="system", action="x")
        session.expire_all()
        assert found(session) == []
