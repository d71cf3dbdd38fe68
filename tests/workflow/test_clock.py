"""What time alone brings about, by moving a clock that stands still otherwise."""

import logging
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import InboundMessage, Letter
from intake.storage.publications import Publication
from intake.storage.submissions import Author, Submission
from intake.workflow import clock, proof, publish, review, sorting, submit
from tests import factories
from tests.workflow.arrivals import arrived, written
from tests.workflow.test_proof import second_author


@pytest.fixture
def editor(newsroom: Newsroom) -> Actor:
    """Return a chief in a transaction of its own: the clock opens one for each piece."""
    with newsroom.transaction() as session:
        return factories.person(session, newsroom)


def state(newsroom: Newsroom, piece: Submission) -> str | None:
    with newsroom.reading() as session:
        return session.scalar(select(Submission.status).where(Submission.id == piece.id))


def sent(newsroom: Newsroom, *codes: str) -> list[str]:
    with newsroom.reading() as session:
        return list(session.scalars(select(Letter.code).where(Letter.code.in_(codes)).order_by(Letter.id)))


def received(newsroom: Newsroom) -> Submission:
    with newsroom.transaction() as session:
        return factories.received(session, newsroom)


def step(newsroom: Newsroom, until: timedelta, by: timedelta) -> list[timedelta]:
    """Move the clock on in steps with a tick after each; return when something was done, from the start."""
    start, done = newsroom.now(), []
    while newsroom.now() - start < until:
        factories.pass_time(newsroom, seconds=by.total_seconds())
        done += [newsroom.now() - start] * clock.tick(newsroom)
    return done


def test_a_promise_that_passes_frees_the_author(newsroom: Newsroom) -> None:
    piece = received(newsroom)
    assert piece.reply_by is not None
    newsroom.clock.at = piece.reply_by  # type: ignore[attr-defined]  # the still clock
    assert (clock.tick(newsroom), state(newsroom, piece)) == (0, "received")
    factories.pass_time(newsroom, seconds=1)
    assert (clock.tick(newsroom), state(newsroom, piece)) == (1, "released")
    assert (clock.tick(newsroom), sent(newsroom, "M7")) == (0, ["M7"])


def test_an_acceptance_whose_letter_waits_is_no_lapse(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
    assert piece.reply_by is not None
    newsroom.clock.at = piece.reply_by - timedelta(seconds=1)  # type: ignore[attr-defined]  # the still clock
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, piece.id)
        review.accept(session, newsroom, piece, editor, piece.version)
    factories.pass_time(newsroom, seconds=10)
    assert (clock.tick(newsroom), state(newsroom, piece), sent(newsroom, "M7", "M8")) == (0, "accepted", ["M8"])


def test_an_open_question_is_recalled_twice_and_lapses(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
        review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    done = step(newsroom, timedelta(days=15), timedelta(hours=12))
    assert done == [timedelta(days=3), timedelta(days=7), timedelta(days=14, hours=12)]
    assert (state(newsroom, piece), sent(newsroom, "M4r", "M7n")) == ("released", ["M4r", "M4r", "M7n"])


def test_a_second_question_has_reminders_of_its_own(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
        review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    step(newsroom, timedelta(days=8), timedelta(hours=12))
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, piece.id)
        review.answer(session, newsroom, piece, factories.author(piece), "From the report.")
        review.ask(session, newsroom, piece, editor, "Which report?", piece.version)
    done = step(newsroom, timedelta(days=8), timedelta(hours=12))
    assert done == [timedelta(days=3), timedelta(days=7)]


def unconfirmed(newsroom: Newsroom) -> Submission:
    with newsroom.transaction() as session:
        return submit.submit(session, newsroom, factories.proposal(), confirmed=False)


def test_an_unconfirmed_piece_is_recalled_twice_and_purged(newsroom: Newsroom) -> None:
    piece = unconfirmed(newsroom)
    done = step(newsroom, timedelta(days=15), timedelta(hours=12))
    assert done == [timedelta(days=2), timedelta(days=11), timedelta(days=14, hours=12)]
    assert state(newsroom, piece) is None
    with newsroom.reading() as session:
        for table in (Author, Letter, Submission):
            assert list(session.scalars(select(table))) == []
        assert session.scalars(select(AuditEntry.action)).all() == ["submit", "purge"]
        assert list(broken(session)) == []


def test_a_purge_keeps_what_else_is_known_of_an_author(newsroom: Newsroom) -> None:
    kept = received(newsroom)
    unconfirmed(newsroom)
    factories.pass_time(newsroom, days=14, seconds=1)
    clock.tick(newsroom)
    with newsroom.reading() as session:
        assert list(session.scalars(select(Submission.id))) == [kept.id]
        assert len(session.scalars(select(Author.id)).all()) == 1


def test_a_purged_mail_keeps_its_row_but_not_its_words(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        message = arrived(session, newsroom, written())
        piece = session.get_one(Submission, message.submission_id)
        piece.status = "unconfirmed"
        clock.purge(session, newsroom, piece)
    with newsroom.reading() as session:
        row = session.scalars(select(InboundMessage)).one()
        assert (row.disposition, row.reading, row.submission_id) == ("dropped", None, None)


def test_back_from_the_spike_the_days_count_anew(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = submit.submit(session, newsroom, factories.proposal(suspected="too fast"), confirmed=False)
    step(newsroom, timedelta(days=20), timedelta(days=1))
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, piece.id)
        sorting.unspike(session, newsroom, piece, editor, piece.version)
    done = step(newsroom, timedelta(days=15), timedelta(hours=12))
    assert done == [timedelta(days=2), timedelta(days=11), timedelta(days=14, hours=12)]


def test_a_proof_is_recalled_twice_and_lapses(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, editor)
        proof.send(session, newsroom, piece, editor, piece.version)
    # A note in between starts nothing anew.
    done = step(newsroom, timedelta(hours=30), timedelta(hours=6))
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, piece.id)
        review.note(session, newsroom, piece, editor, "She is travelling.", piece.version)
    done += [timedelta(hours=30) + later for later in step(newsroom, timedelta(days=6), timedelta(hours=6))]
    assert done == [timedelta(hours=24), timedelta(hours=48), timedelta(days=7)]
    assert (state(newsroom, piece), sent(newsroom, "M10")) == ("accepted", ["M10", "M10"])
    with newsroom.reading() as session:
        assert proof.current(session, piece) is None


def test_only_who_still_owes_an_approval_is_recalled(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, editor)
        second_author(session, newsroom, piece)
        pinned = proof.send(session, newsroom, piece, editor, piece.version)
        proof.approve(session, newsroom, piece, factories.author(piece), pinned.hash)
    step(newsroom, timedelta(hours=50), timedelta(hours=2))
    with newsroom.reading() as session:
        reached = session.scalars(select(Letter.to_address).where(Letter.code == "M10")).all()
        assert Counter(reached) == {"salma@author.example": 2}


def test_an_offer_stands_seven_days(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
        review.decline(session, newsroom, piece, editor, piece.version, "no_room")
        review.offer(session, newsroom, piece, editor, piece.version)
    assert step(newsroom, timedelta(days=8), timedelta(hours=12)) == [timedelta(days=7, hours=12)]
    assert (state(newsroom, piece), sent(newsroom, "M8n")) == ("declined", ["M8n"])


def test_an_idle_claim_is_given_back_after_two_hours(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
    factories.pass_time(newsroom, hours=1, minutes=59)
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, piece.id)
        review.note(session, newsroom, piece, editor, "I am reading.", piece.version)
    factories.pass_time(newsroom, hours=1)
    assert (clock.tick(newsroom), state(newsroom, piece)) == (0, "in_review")
    factories.pass_time(newsroom, hours=1, seconds=1)
    assert (clock.tick(newsroom), state(newsroom, piece)) == (1, "received")
    with newsroom.reading() as session:
        assert session.scalars(select(Submission.claimant_id)).one() is None


def scheduled(newsroom: Newsroom, editor: Actor, **changed: object) -> Submission:
    with newsroom.transaction() as session:
        piece = factories.approved(session, newsroom, editor, **changed)
        publish.schedule(session, newsroom, piece, editor, newsroom.now() + timedelta(hours=3), piece.version)
        return piece


def test_a_due_piece_is_published_once(newsroom: Newsroom, editor: Actor) -> None:
    piece = scheduled(newsroom, editor)
    factories.pass_time(newsroom, hours=3, seconds=-1)
    assert (clock.tick(newsroom), state(newsroom, piece)) == (0, "scheduled")
    factories.pass_time(newsroom, seconds=1)
    assert (clock.tick(newsroom), clock.tick(newsroom), state(newsroom, piece)) == (1, 0, "published")
    with newsroom.reading() as session:
        assert session.scalars(select(Publication.submission_id)).all() == [piece.id]
    assert sent(newsroom, "M12") == ["M12"]


def test_a_due_piece_that_the_gate_keeps_in_goes_back_and_the_author_is_told(newsroom: Newsroom, editor: Actor) -> None:
    piece = scheduled(newsroom, editor)
    with newsroom.transaction() as session:
        session.get_one(Submission, piece.id).bylines[0].exclusivity = "published"
    factories.pass_time(newsroom, hours=4)
    assert (clock.tick(newsroom), state(newsroom, piece)) == (1, "approved")
    assert sent(newsroom, "M11u", "M12") == ["M11u"]
    with newsroom.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.action, entry.detail, entry.actor_kind) == ("unschedule", {"lines": ["exclusivity"]}, "system")
        assert list(session.scalars(select(Publication))) == []


def test_one_broken_piece_does_not_stop_the_tick(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    pieces = [received(newsroom) for _ in range(3)]
    with newsroom.transaction() as session:
        session.execute(text("UPDATE byline SET locale = 'xx' WHERE submission_id = :id"), {"id": pieces[1].id})
    factories.pass_time(newsroom, days=30)
    with caplog.at_level(logging.CRITICAL, "intake.clock"):
        assert clock.tick(newsroom) == 2
    assert [state(newsroom, piece) for piece in pieces] == ["released", "received", "released"]


def test_nothing_is_due_in_a_desk_at_rest(newsroom: Newsroom, editor: Actor) -> None:
    with newsroom.transaction() as session:
        factories.published(session, newsroom, editor)
        factories.accepted(session, newsroom, editor)
        factories.approved(session, newsroom, editor)
    assert step(newsroom, timedelta(days=60), timedelta(days=5)) == []
