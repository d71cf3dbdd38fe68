"""A planned date that no longer stands: its authors are told which day it was, whoever called it off."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.roles import Actor
from intake.domain.states import Status
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import clock, proof, publish
from tests import factories


def unscheduled(session: Session, newsroom: Newsroom, piece: Submission, chief: Actor) -> None:
    publish.unschedule(session, newsroom, piece, chief, piece.version)


def recalled(session: Session, newsroom: Newsroom, piece: Submission, chief: Actor) -> None:
    proof.recall(session, newsroom, piece, chief, piece.version)


def changed(session: Session, newsroom: Newsroom, piece: Submission, _chief: Actor) -> None:
    proof.request_changes(session, newsroom, piece, factories.author(piece), "The second paragraph is wrong.")


def found_closed(session: Session, newsroom: Newsroom, piece: Submission, _chief: Actor) -> None:
    piece.bylines[0].exclusivity = "published"
    clock.publish_due(session, newsroom, piece)


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (unscheduled, Status.APPROVED),
        (recalled, Status.ACCEPTED),
        (changed, Status.ACCEPTED),
        (found_closed, Status.APPROVED),
    ],
)
def test_the_authors_are_told_the_day_that_no_longer_stands(
    newsroom: Newsroom, act: Callable[[Session, Newsroom, Submission, Actor], None], status: Status
) -> None:
    with newsroom.transaction() as session:
        chief = factories.person(session, newsroom)
        piece = factories.approved(session, newsroom, chief)
        publish.schedule(session, newsroom, piece, chief, newsroom.now() + timedelta(days=7), piece.version)
        act(session, newsroom, piece, chief)
        assert (piece.state, piece.publish_at) == (status, None)
        letter = session.scalars(select(Letter).where(Letter.code == "M11u")).one()
        assert "Tuesday 1 December" in letter.body


def test_without_a_date_nothing_is_said(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        chief = factories.person(session, newsroom)
        piece = factories.approved(session, newsroom, chief)
        proof.recall(session, newsroom, piece, chief, piece.version)
        assert session.scalars(select(Letter).where(Letter.code == "M11u")).all() == []
