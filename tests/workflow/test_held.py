"""The tray of held mail: who may deal with a message, once, and what becomes of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import InboundMessage
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import held, receive, review
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


def put(session: Session, newsroom: Newsroom, message: InboundMessage, piece: Submission, actor: Actor) -> None:
    assert held.put_into(session, newsroom, message, piece.ref, actor) is piece
    assert (message.disposition, message.submission_id) == ("joined", piece.id)


def test_the_authors_mail_put_into_a_piece_answers_its_question(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    message = arrived(session, newsroom, written("The figure", "From the port's report."))
    put(session, newsroom, message, piece, editor)
    said = session.scalars(select(ThreadEntry).where(ThreadEntry.kind == "answer")).one()
    assert (piece.status, said.body, said.message_id) == ("in_review", "From the port's report.", message.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "put_into")).one()
    assert (entry.actor_id, entry.submission_id, entry.detail) == (editor.id, piece.id, {"message": message.id})


def test_a_strangers_mail_put_into_a_piece_is_a_note_and_its_manuscript_is_offered(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    text = piece.revision.body_text.replace("six", "seven")
    message = arrived(session, newsroom, written("From my other address", text, sender="Huda <huda@home.example>"))
    put(session, newsroom, message, piece, editor)
    said = session.scalars(select(ThreadEntry)).one()
    assert (said.internal, said.person_id, said.body[:28]) == (True, editor.id, "Huda <huda@home.example>:\n\nT")
    assert [(one.number, one.made_by, one.standing, one.person_id) for one in piece.revisions] == [
        (1, "author", True, None),
        (2, "author", False, editor.id),
    ]
    assert "M3v" not in codes(session)


def test_a_mail_cannot_be_put_where_its_editor_has_no_desk(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom, "ar")
    message = waiting(session, newsroom)
    here = factories.person(session, newsroom, Role.EDITOR, desks=("opinion",))
    for ref in (piece.ref, "OP-ZZZZZZ"):
        with pytest.raises(Missing):
            held.put_into(session, newsroom, message, ref, here)
    assert message.disposition == "held"


def test_a_list_mail_is_answered_by_nobody(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    message = arrived(session, newsroom, written("News", List_Id="<news.list.example>"))
    with pytest.raises(IllegalAction):
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
