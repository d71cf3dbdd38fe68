"""The tray of held mail: who may deal with a message, once, and what becomes of it."""

import pytest
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, NotAllowed
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage
from intake.workflow import held, receive
from tests import factories
from tests.workflow.arrivals import arrived, codes, spooled, written


def waiting(session: Session, newsroom: Newsroom) -> InboundMessage:
    return arrived(session, newsroom, written("A piece for you"))


ACTS = [held.take_in, held.answer_held, held.spike_held]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["reader", "stranger", "author"])
def test_held_mail_needs_an_editor_of_its_desk(session: Session, newsroom: Newsroom, act: object, who: str) -> None:
    message = waiting(session, newsroom)
    actors = {
        "reader": factories.person(session, newsroom, Role.READER),
        "stranger": factories.person(session, newsroom, Role.CHIEF, desks=("rai",)),
        "author": factories.author(factories.received(session, newsroom)),
    }
    with pytest.raises(NotAllowed):
        act(session, newsroom, message, actors[who])  # type: ignore[operator]  # one of ACTS
    assert message.disposition == "held"


def test_a_held_mail_is_taken_in_with_a_promise_that_starts_now(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    message = waiting(session, newsroom)
    factories.pass_time(newsroom, days=5)
    piece = held.take_in(session, newsroom, message, editor)
    assert (message.disposition, message.submission_id, piece.status) == ("taken_in", piece.id, "received")
    assert piece.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert codes(session) == ["M0", "M2"]


@pytest.mark.parametrize("first", ACTS)
@pytest.mark.parametrize("second", ACTS)
def test_a_held_mail_is_dealt_with_once(
    session: Session, newsroom: Newsroom, editor: Actor, first: object, second: object
) -> None:
    message = waiting(session, newsroom)
    first(session, newsroom, message, editor)  # type: ignore[operator]  # one of ACTS
    with pytest.raises(IllegalAction):
        second(session, newsroom, message, editor)  # type: ignore[operator]  # one of ACTS


def test_a_list_mail_is_answered_by_nobody(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    message = arrived(session, newsroom, written("News", List_Id="<news.list.example>"))
    with pytest.raises(NotAllowed):
        held.answer_held(session, newsroom, message, editor)


def test_an_unreadable_message_is_seen_and_cannot_become_a_piece(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    lying = spooled(newsroom, b"\0broken")
    message = receive.file_unreadable(session, newsroom, lying, "reading failed")
    session.flush()
    assert message is not None
    assert (message.disposition, message.defects) == ("quarantine", ["reading failed"])
    assert receive.file_unreadable(session, newsroom, lying, "again") is None
    with pytest.raises(IllegalAction):
        held.take_in(session, newsroom, message, editor)
    held.spike_held(session, newsroom, message, editor)
