"""Mail that is held whatever it says, and of which nobody hears: quiet mail, a note on mail left, the postmaster's."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import reply_address
from intake.domain.roles import Actor
from intake.inbox.judgement import desk_facts, judge
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import held, review
from intake.workflow.receive import file_message
from tests import factories
from tests.workflow.arrivals import OPED, arrived, codes, spooled, written


@pytest.mark.parametrize(
    "raw",
    [written(), written("Lunch?"), written("Op-Ed: soon", "Would you take it?")],
    ids=["a piece", "no convention", "an enquiry"],
)
def test_quiet_mail_is_held_as_imported_and_nobody_hears_of_it(
    session: Session, newsroom: Newsroom, raw: bytes
) -> None:
    message = arrived(session, newsroom, raw, quiet=True)
    assert (message.disposition, message.why, message.submission_id) == ("held", "imported", None)
    assert (session.scalar(select(func.count(Submission.id))), codes(session)) == (0, [])


def test_our_note_on_a_mail_left_in_its_mailbox_is_held_as_that(session: Session, newsroom: Newsroom) -> None:
    raw = written()
    note = spooled(newsroom, raw, quiet=True)
    note = replace(note, envelope=replace(note.envelope, left=True))
    message = file_message(session, newsroom, note, judge(raw, desk_facts(newsroom.desks), "opinion"))
    assert message is not None
    assert (message.disposition, message.why, codes(session)) == ("held", "left in its mailbox", [])


def test_a_quiet_answer_to_our_letter_changes_no_piece(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    signed = reply_address(OPED, piece.bylines[0].id, newsroom.key("replies"))
    before = codes(session)
    message = arrived(
        session,
        newsroom,
        written("Re: it", "Yes.", message_id="<two@x>"),
        recipient=signed,
        quiet=True,
    )
    assert (message.disposition, message.why, piece.status) == ("held", "imported", "needs_author")
    assert codes(session) == before


def test_imported_mail_is_taken_in_with_a_promise_that_starts_then(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    message = arrived(session, newsroom, written(), quiet=True)
    piece = held.take_in(session, newsroom, message, editor)
    assert piece.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert (message.disposition, codes(session)) == ("taken_in", ["M2"])


def test_mail_to_the_postmaster_is_held_at_a_desk_of_the_domain_and_not_answered(
    session: Session, newsroom: Newsroom
) -> None:
    for number, raw in enumerate((written(), written("Your mail comes back", message_id="<two@x>"))):
        message = arrived(session, newsroom, raw, recipient="postmaster@harbourpost.example")
        assert (message.disposition, message.why, message.desk, number) == ("held", "postmaster", "opinion", number)
    assert codes(session) == []
