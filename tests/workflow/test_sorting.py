"""Copies are merged into a piece that stays, spam is put aside and comes back: nothing is lost on the way."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import Missing
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import review, sorting, submit
from tests import factories
from tests.workflow.arrivals import codes


def twins(session: Session, newsroom: Newsroom) -> tuple[Submission, Submission]:
    return factories.received(session, newsroom), factories.received(session, newsroom)


def test_a_copy_is_merged_and_its_author_told_which_piece_stays(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    copy, kept = twins(session, newsroom)
    sorting.merge(session, newsroom, copy, kept, editor, copy.version)
    assert (copy.status, copy.merged_into, kept.status) == ("merged", kept.id, "received")
    letter = session.scalars(select(Letter).where(Letter.code == "Mm")).one()
    assert kept.ref in letter.body


def test_a_merged_piece_is_split_again_with_a_fresh_promise(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    copy, kept = twins(session, newsroom)
    sorting.merge(session, newsroom, copy, kept, editor, copy.version)
    factories.pass_time(newsroom, days=9)
    sorting.split(session, newsroom, copy, editor, copy.version)
    assert (copy.status, copy.merged_into, copy.claimant_id) == ("received", None, None)
    assert copy.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert codes(session, copy) == ["M1", "M3", "Mm", "M3"]


def test_a_copy_needs_another_open_piece_of_its_desk(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    copy, kept = twins(session, newsroom)
    closed = factories.received(session, newsroom)
    review.decline(session, newsroom, closed, editor, closed.version, "no_room")
    merged = factories.received(session, newsroom)
    sorting.merge(session, newsroom, merged, kept, editor, merged.version)
    unconfirmed = submit.submit(session, newsroom, factories.proposal(), confirmed=False)
    other_desk = factories.received(session, newsroom, language="ar")
    for wrong in (copy, closed, merged, unconfirmed, other_desk):
        with pytest.raises(Missing):
            sorting.merge(session, newsroom, copy, wrong, editor, copy.version)
    assert copy.status == "received"


def test_a_spiked_piece_comes_back_with_a_fresh_promise(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    sorting.spike(session, newsroom, piece, editor, piece.version)
    assert (piece.status, piece.came_from, piece.claimant_id) == ("spiked", "received", None)
    assert codes(session) == ["M1", "M3"]
    factories.pass_time(newsroom, days=30)
    sorting.unspike(session, newsroom, piece, editor, piece.version)
    assert (piece.status, piece.suspected, piece.came_from) == ("received", None, None)
    assert piece.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert codes(session) == ["M1", "M3", "M3"]


def test_a_suspect_that_was_none_is_asked_to_confirm(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = submit.submit(session, newsroom, factories.proposal(suspected="too fast"), confirmed=False)
    sorting.unspike(session, newsroom, piece, editor, piece.version)
    assert (piece.status, piece.suspected, piece.reply_by, codes(session)) == ("unconfirmed", None, None, ["M1"])
