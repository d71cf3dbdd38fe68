"""A row that waits is claimed by one, tried again ever later, and given up in the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.claims import BACK_OFF, claim, put_back, waiting
from intake.storage.messages import Letter
from intake.workflow import submit
from tests import factories

LEASE = timedelta(minutes=5)


def queue(session: Session, newsroom: Newsroom, number: int = 1) -> None:
    for place in range(number):
        address = f"a{place}@author.example"
        submit.submit(session, newsroom, factories.proposal(address=address), confirmed=False)


def claimed(session: Session, newsroom: Newsroom, most: int = 20) -> list[int]:
    return [row.id for row in claim(session, Letter, newsroom.now(), lease=LEASE, most=most)]


def test_a_row_is_claimed_once_until_its_lease_ends(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        queue(session, newsroom)
        assert waiting(session, Letter, newsroom.now())
        assert claimed(session, newsroom) == [1]
    with newsroom.transaction() as session:
        assert (claimed(session, newsroom), waiting(session, Letter, newsroom.now())) == ([], False)
        factories.pass_time(newsroom, minutes=5)
        assert claimed(session, newsroom) == []
        factories.pass_time(newsroom, seconds=1)
        assert claimed(session, newsroom) == [1]
        assert session.scalars(select(Letter.attempts)).one() == 2


def test_the_oldest_come_first_and_no_more_than_asked(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        queue(session, newsroom, 4)
        session.get_one(Letter, 3).due_at -= timedelta(hours=1)
        session.get_one(Letter, 1).due_at += timedelta(hours=1)
        assert (claimed(session, newsroom, 2), claimed(session, newsroom, 2)) == ([3, 2], [4])


@pytest.mark.parametrize("status", ["sent", "kept", "cancelled", "failed"])
def test_only_what_is_queued_waits(newsroom: Newsroom, status: str) -> None:
    with newsroom.transaction() as session:
        queue(session, newsroom)
        session.get_one(Letter, 1).status = status
        session.flush()
        assert (waiting(session, Letter, newsroom.now()), claimed(session, newsroom)) == (False, [])


def test_tries_go_on_for_more_than_a_day_and_then_end(newsroom: Newsroom) -> None:
    waits = []
    with newsroom.transaction() as session:
        queue(session, newsroom)
        start = newsroom.now()
        while True:
            (row,) = claim(session, Letter, newsroom.now(), lease=LEASE, most=1)
            if not put_back(row, newsroom.now(), "450 later"):
                break
            waits.append(row.due_at - newsroom.now())
            assert claim(session, Letter, row.due_at - timedelta(seconds=1), lease=LEASE, most=1) == []
            factories.pass_time(newsroom, seconds=waits[-1].total_seconds())
    minutes = [1, 2, 5, 15, 30, 60, 120, 240, 480, 480, 480, 480]
    assert waits == list(BACK_OFF) == [timedelta(minutes=wait) for wait in minutes]
    assert newsroom.now() - start > timedelta(hours=24)
    assert (row.status, row.attempts, row.last_error, row.leased_until) == ("failed", 13, "450 later", None)
