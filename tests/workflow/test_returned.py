"""Reports of letters that came back: tied to their letter, audited, never answered; a forged one only leaves a note."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.addresses import reply_address
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.bounces import LetterBounce
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Submission
from intake.workflow import submit
from tests import factories
from tests.inbox.bounced import DELAYS, DELIVERED, REPORTS, report
from tests.workflow.arrivals import HUDA, OPED, arrived, codes

STRANGER = "<nobody@elsewhere.example>"


@pytest.fixture
def letter(session: Session, newsroom: Newsroom) -> Letter:
    """Return a letter to an author that has left."""
    submit.submit(session, newsroom, factories.proposal(), confirmed=True)
    sent = session.scalars(select(Letter)).one()
    sent.status, sent.sent_at = "sent", newsroom.now()
    session.flush()
    return sent


def came_back(session: Session, newsroom: Newsroom, raw: bytes, recipient: str = OPED) -> InboundMessage:
    return arrived(session, newsroom, raw, "", recipient)


def notes(session: Session) -> list[tuple[int, str, str]]:
    return [(row.letter_id, row.kind, row.how) for row in session.scalars(select(LetterBounce))]


def piece(session: Session) -> tuple[str, int]:
    found = session.scalars(select(Submission)).one()
    return found.status, found.version


@pytest.mark.parametrize("system", REPORTS)
def test_our_message_id_in_what_is_brought_back_ties_a_report(
    session: Session, newsroom: Newsroom, letter: Letter, system: str
) -> None:
    factories.pass_time(newsroom, days=40)
    message = came_back(session, newsroom, report(REPORTS[system], message_id=letter.message_id))
    assert (message.disposition, message.submission_id) == ("joined", letter.submission_id)
    assert notes(session) == [(letter.id, "permanent", "message_id")]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_kind, entry.submission_id) == ("letter_returned", "system", letter.submission_id)
    assert (piece(session), len(codes(session))) == (("received", 1), 1)


@pytest.mark.parametrize("system", DELAYS)
def test_a_delay_is_noted_as_one(session: Session, newsroom: Newsroom, letter: Letter, system: str) -> None:
    came_back(session, newsroom, report(DELAYS[system], message_id=letter.message_id))
    assert notes(session) == [(letter.id, "delayed", "message_id")]


def test_the_signed_address_ties_a_report_that_brings_nothing_back(
    session: Session, newsroom: Newsroom, letter: Letter
) -> None:
    signed = reply_address(OPED, letter.byline_id or 0, newsroom.key("replies"))
    came_back(session, newsroom, report(REPORTS["postfix"], "forwarded@other.example", STRANGER), signed)
    assert notes(session) == [(letter.id, "permanent", "reply")]


@pytest.mark.parametrize(("days", "tied"), [(6, True), (8, False)])
def test_the_failed_address_alone_ties_a_report_for_a_week(
    session: Session, newsroom: Newsroom, letter: Letter, days: int, tied: bool
) -> None:
    factories.pass_time(newsroom, days=days)
    message = came_back(session, newsroom, report(REPORTS["exim"], HUDA.upper(), STRANGER))
    assert notes(session) == ([(letter.id, "permanent", "address")] if tied else [])
    assert (message.disposition, message.why) == (("joined", "bounce") if tied else ("held", "bounce"))


@pytest.mark.parametrize("shape", [REPORTS["postfix"], DELIVERED], ids=["a stranger's", "a success"])
def test_a_report_about_no_letter_or_no_failure_leaves_no_note(
    session: Session, newsroom: Newsroom, letter: Letter, shape: str
) -> None:
    about = STRANGER if shape == REPORTS["postfix"] else letter.message_id
    came_back(session, newsroom, report(shape, "other@elsewhere.example", about))
    assert notes(session) == []
    assert len(codes(session)) == 1


def test_a_letter_that_has_not_left_cannot_have_come_back(session: Session, newsroom: Newsroom, letter: Letter) -> None:
    letter.status, letter.sent_at = "queued", None
    session.flush()
    message = came_back(session, newsroom, report(REPORTS["postfix"], message_id=letter.message_id))
    assert (message.disposition, notes(session)) == ("held", [])


def test_a_flood_of_forged_reports_changes_nothing_and_is_noted_twenty_times(
    session: Session, newsroom: Newsroom, letter: Letter
) -> None:
    for number in range(25):
        forged = report(REPORTS["exim"], HUDA, STRANGER).replace(b"<report@", f"<{number}@".encode())
        came_back(session, newsroom, forged)
    assert (len(notes(session)), piece(session), len(codes(session))) == (20, ("received", 1), 1)
    assert letter.status == "sent"
    factories.pass_time(newsroom, minutes=1)
    byline = session.scalars(select(Submission)).one().bylines[0]
    assert byline.confirmed_at is None
