"""The queue's reads: order, marks between pages, capped counts, the piece to read next."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import event

from intake.newsroom import Newsroom
from intake.storage.queries import queue
from intake.storage.queries.queue import Group, Mark, Wanted
from intake.workflow import review
from tests import factories

BOTH = ("opinion", "rai")


@pytest.mark.parametrize(("number", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (5000, "99+")])
def test_counts_stop_at_99(number: int, shown: str) -> None:
    assert queue.capped(number) == shown


@pytest.mark.parametrize("mark", [Mark(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), 7), Mark(None, 9)])
def test_a_mark_survives_an_address(mark: Mark) -> None:
    assert Mark.read(str(mark)) == mark


@pytest.mark.parametrize("text", ["", "~", "x~1", "2026-11-24~x", "~1~"])
def test_what_is_no_mark_is_none(text: str) -> None:
    assert Mark.read(text) is None


def test_pieces_without_promise_come_last_and_page_on(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        made = [factories.received(session, newsroom, address=f"a{n}@author.example") for n in range(4)]
        for piece in made[:2]:
            piece.reply_by, piece.no_promise = None, "import"
        session.flush()
        wanted, after, seen = Wanted(BOTH, None), None, []
        while True:
            page = queue.page(session, wanted, after, size=1)
            seen += [row.id for row in page.rows]
            after = page.following
            if after is None:
                break
        assert seen == [made[2].id, made[3].id, made[0].id, made[1].id]


def test_finished_pieces_show_the_newest_first(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        made = []
        for number in range(3):
            piece = factories.in_review(session, newsroom, editor, address=f"a{number}@author.example")
            review.decline(session, newsroom, piece, editor, piece.version, "no_room")
            made.append(piece.id)
        first = queue.page(session, Wanted(BOTH, None, Group.CLOSED), size=2)
        rest = queue.page(session, Wanted(BOTH, None, Group.CLOSED), first.following, size=2)
        assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]
        assert rest.following is None


def test_every_state_but_deleted_is_in_one_group() -> None:
    from intake.domain.states import Status

    grouped = [
        state for group, states in queue.STATES.items() if group not in (Group.OPEN, Group.ALL) for state in states
    ]
    assert sorted(grouped) == sorted(set(Status) - {Status.PURGED})


def test_the_next_piece_is_the_most_urgent_that_is_free_or_mine(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        me = factories.person(session, newsroom, name="Me")
        other = factories.person(session, newsroom, name="Other")
        theirs = factories.in_review(session, newsroom, other, address="a@author.example")
        mine = factories.in_review(session, newsroom, me, address="b@author.example")
        free = factories.received(session, newsroom, address="c@author.example")
        urgent = factories.received(session, newsroom, language="ar", address="d@author.example")
        urgent.reply_by = theirs.reply_by = newsroom.now() - timedelta(hours=1)
        session.flush()
        found = [queue.next_to_read(session, BOTH, me.id, but) for but in (0, urgent.id)]
        assert found == [urgent.ref, mine.ref]
        assert queue.next_to_read(session, ("opinion",), other.id, theirs.id) == free.ref
        assert queue.next_to_read(session, (), me.id, 0) is None


def test_counts_and_held_mail_of_no_desk_are_nothing(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        factories.received(session, newsroom)
        assert queue.counts(session, {"here": Wanted(BOTH, None), "away": Wanted((), None)}) == {
            "here": "1",
            "away": "",
        }
        assert queue.held_waiting(session, BOTH) == ""


@pytest.mark.sqlite  # the plan is asked for in its words
@pytest.mark.parametrize("after", [None, Mark(datetime(2026, 11, 24, tzinfo=UTC), 7), Mark(None, 7)])
@pytest.mark.parametrize(("group", "claim"), [(Group.READ, ""), (Group.READ, "unclaimed"), (Group.OPEN, "mine")])
def test_a_page_by_promise_reads_the_end_of_an_index(
    newsroom: Newsroom, after: Mark | None, group: Group, claim: Literal["", "unclaimed", "mine"]
) -> None:
    said: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        said.append((statement, values))

    with newsroom.reading() as session:
        event.listen(newsroom.database.engine, "before_cursor_execute", note)
        queue.page(session, Wanted(BOTH, 1, group, claim=claim), after)
        event.remove(newsroom.database.engine, "before_cursor_execute", note)
        statement, values = next(each for each in said if "submission.headline" in each[0])
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    searched = {
        line.partition("USING ")[2] for line in plan if line.startswith(("SEARCH submission", "SCAN submission"))
    }
    narrow = "claimant_id=? AND desk=? AND status=?" if claim == "mine" else "desk=? AND status=? AND reply_by"
    assert [line for line in searched if narrow not in line and not line.startswith("INTEGER PRIMARY KEY")] == []
