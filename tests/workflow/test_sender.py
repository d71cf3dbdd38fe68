"""A mail's sender, proved or not: letters wait for the answer, and the answer settles which one leaves."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.evidence import MessageCheck, MessageEvidence
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope
from intake.storage.submissions import Submission
from intake.workflow import held, review, sender, sorting, submit
from intake.workflow.publish import findings
from tests import factories
from tests.workflow.arrivals import HUDA, OPED, arrived, codes, written


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """Return the newsroom with senders proved; each test says itself what was found."""
    mail = replace(newsroom.settings.mail, authenticate=True)
    return replace(newsroom, settings=replace(newsroom.settings, mail=mail))


def check_of(session: Session, message_id: int) -> MessageCheck:
    return session.scalars(select(MessageCheck).where(MessageCheck.message_id == message_id)).one()


def settle(session: Session, room: Newsroom, message_id: int, verdict: str) -> None:
    sender.settle(session, room, check_of(session, message_id), verdict, {"domain": "author.example"})
    session.flush()
    session.expire_all()


def letters(session: Session) -> list[tuple[str, str, float]]:
    """Return each letter's code and status, and in how many minutes it may leave."""
    rows = session.scalars(select(Letter).order_by(Letter.id))
    return [(row.code, row.status, (row.due_at - row.created_at).total_seconds() / 60) for row in rows]


def brought(session: Session, room: Newsroom) -> tuple[int, Submission]:
    message = arrived(session, room, written())
    return message.id, session.get_one(Submission, message.submission_id)


def test_a_piece_is_in_the_queue_at_once_and_its_receipt_waits(session: Session, room: Newsroom) -> None:
    message_id, piece = brought(session, room)
    assert (piece.status, letters(session)) == ("received", [("M2", "queued", 5.0)])
    assert check_of(session, message_id).status == "queued"


def test_switched_off_nothing_is_asked_and_nothing_waits(session: Session, newsroom: Newsroom) -> None:
    brought(session, newsroom)
    assert letters(session) == [("M2", "queued", 0.0)]
    assert session.scalars(select(MessageCheck)).all() == []


def test_a_pass_confirms_the_address_and_lets_the_receipt_go(session: Session, room: Newsroom) -> None:
    message_id, piece = brought(session, room)
    settle(session, room, message_id, "pass")
    assert letters(session) == [("M2", "queued", 0.0)]
    byline = piece.bylines[0]
    assert (byline.confirmed_how, byline.confirmed_at, byline.author.confirmed_at) == ("dmarc", room.now(), room.now())
    held = {finding.line: finding.holds for finding in findings(session, room, piece)}
    assert held["confirmed"]  # type: ignore[index]  # a line's name is its value
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_kind, entry.detail) == (
        *("confirm_address", "system"),
        {"how": "dmarc", "message": message_id},
    )
    assert submit.is_known(session, HUDA)


def test_a_group_s_pass_proves_nothing_of_the_author_it_names(session: Session, room: Newsroom) -> None:
    named = f"Huda Mansouri <{HUDA}>"
    mail = written(sender=f"Huda via Op-Ed <{OPED}>", X_Original_From=named, Reply_To=named)
    message = arrived(session, room, mail)
    piece = session.get_one(Submission, message.submission_id)
    sender.settle(session, room, check_of(session, message.id), "pass", {"domain": "harbourpost.example"})
    session.flush()
    assert (message.from_address, sender.verdict(session, message)) == (HUDA, "none")
    assert (piece.status, piece.bylines[0].confirmed_at) == ("received", None)
    assert letters(session) == [("M2", "queued", 0.0)]


def test_a_fail_leaves_only_the_question_whether_it_was_you(session: Session, room: Newsroom) -> None:
    message_id, piece = brought(session, room)
    settle(session, room, message_id, "fail")
    assert letters(session) == [("M2", "cancelled", 5.0), ("M1m", "queued", 0.0)]
    assert (piece.status, piece.reply_by, piece.version, piece.bylines[0].confirmed_at) == (
        "unconfirmed",
        None,
        2,
        None,
    )
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.from_status, entry.to_status) == ("doubt", "received", "unconfirmed")
    last = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert last is not None
    assert piece.headline not in last.subject + last.body
    submit.confirm(session, room, piece, submit.author_actor(piece.bylines[0]))
    assert (piece.status, piece.reply_by is not None, codes(session)) == ("received", True, ["M2", "M1m", "M3"])


def test_of_many_forged_mails_one_question_a_day_leaves(session: Session, room: Newsroom) -> None:
    for number in range(4):
        message = arrived(
            session,
            room,
            written(message_id=f"<{number}@x.example>", body=factories.text(words=400 + number * 40).body_text),
        )
        settle(session, room, message.id, "fail")
    assert [code for code, status, _ in letters(session) if status == "queued"] == ["M1m"]


@pytest.mark.parametrize("verdict", ["none", "temperror"])
def test_who_proves_nothing_gets_the_receipt(session: Session, room: Newsroom, verdict: str) -> None:
    message_id, piece = brought(session, room)
    settle(session, room, message_id, verdict)
    assert (piece.status, piece.bylines[0].confirmed_at) == ("received", None)
    assert letters(session) == [("M2", "queued", 0.0)]


def test_a_fail_that_comes_after_the_receipt_left_is_only_shown(session: Session, room: Newsroom) -> None:
    message_id, piece = brought(session, room)
    factories.pass_time(room, minutes=6)
    settle(session, room, message_id, "fail")
    assert (piece.status, [code for code, *_ in letters(session)]) == ("received", ["M2"])
    assert sender.verdict(session, arrived_message(session, message_id)) == "fail"


def arrived_message(session: Session, message_id: int) -> Any:
    return check_of(session, message_id).message


def test_a_piece_in_review_goes_back_and_its_claim_ends(session: Session, room: Newsroom, editor: Actor) -> None:
    message_id, piece = brought(session, room)
    review.claim(session, room, piece, editor, piece.version)
    settle(session, room, message_id, "fail")
    assert (piece.status, piece.claimant_id, piece.claimed_at) == ("unconfirmed", None, None)


def test_a_spiked_piece_whose_sender_failed_comes_back_to_be_confirmed(
    session: Session, room: Newsroom, editor: Actor
) -> None:
    message_id, piece = brought(session, room)
    sorting.spike(session, room, piece, editor, piece.version)
    settle(session, room, message_id, "fail")
    assert piece.status == "spiked"
    sorting.unspike(session, room, piece, editor, piece.version)
    assert (piece.status, codes(session)[-1]) == ("unconfirmed", "M1m")


def test_a_decided_piece_stays_decided_and_no_receipt_leaves(session: Session, room: Newsroom, editor: Actor) -> None:
    message_id, piece = brought(session, room)
    review.decline(session, room, piece, editor, piece.version, "no_room")
    settle(session, room, message_id, "fail")
    assert piece.status == "declined"
    assert ("M2", "cancelled") in [(code, status) for code, status, _ in letters(session)]


def test_an_explanation_never_leaves_to_a_forged_sender(session: Session, room: Newsroom) -> None:
    first = arrived(session, room, written("Hello"))
    assert letters(session) == [("M0", "queued", 5.0)]
    settle(session, room, first.id, "fail")
    assert letters(session) == [("M0", "cancelled", 5.0)]
    second = arrived(session, room, written("Hello", "I do write to you.", message_id="<2@author.example>"))
    settle(session, room, second.id, "none")
    assert [row[:2] for row in letters(session)] == [("M0", "cancelled"), ("M0", "queued")]


@pytest.mark.parametrize(
    ("verdict", "status", "code", "how"),
    [("pass", "received", "M2", "dmarc"), ("fail", "unconfirmed", "M1m", None), ("none", "received", "M2", None)],
)
def test_what_was_found_counts_when_held_mail_is_taken_in(
    session: Session, room: Newsroom, editor: Actor, verdict: str, status: str, code: str, how: str | None
) -> None:
    message = arrived(session, room, written("My piece"))
    settle(session, room, message.id, verdict)
    piece = held.take_in(session, room, message, editor)
    assert (piece.status, codes(session, piece), piece.bylines[0].confirmed_how) == (status, [code], how)


def test_mail_taken_in_before_the_answer_waits_for_it(session: Session, room: Newsroom, editor: Actor) -> None:
    message = arrived(session, room, written("My piece"))
    piece = held.take_in(session, room, message, editor)
    settle(session, room, message.id, "fail")
    assert (piece.status, codes(session, piece)) == ("unconfirmed", ["M2", "M1m"])


def test_the_senders_network_address_is_kept_only_until_the_answer(session: Session, room: Newsroom) -> None:
    message_id, _ = brought(session, room)
    check = check_of(session, message_id)
    assert (check.remote_ip, check.helo) == ("", "")  # it came by LMTP: the address is that of our own mail server
    check.remote_ip, check.helo = "192.0.2.1", "mx.author.example"
    settle(session, room, message_id, "none")
    assert (check.remote_ip, check.helo, check.status) == ("", "", "done")


@pytest.mark.parametrize(
    ("came_from", "kept"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("2001:db9::1", "2001:db9::1"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("192.0.2.7", ""),
        ("::ffff:192.0.2.7", ""),
        ("192.0.2.8", "192.0.2.8"),
        ("2001:db8:7::1", ""),
        ("", ""),
    ],
)
def test_by_smtp_the_address_counts_unless_it_is_our_own_relays(
    session: Session, room: Newsroom, came_from: str, kept: str
) -> None:
    mail = replace(room.settings.mail, relays=["192.0.2.7", "2001:db8::/32"])
    room = replace(room, settings=replace(room.settings, mail=mail))
    message_id, _ = brought(session, room)
    session.delete(check_of(session, message_id))
    session.flush()
    envelope = Envelope(HUDA, OPED, "smtp", came_from, "mx.author.example", room.now())
    sender.ask(session, room, session.get_one(InboundMessage, message_id), envelope)
    check = check_of(session, message_id)
    assert (check.remote_ip, check.helo) == (kept, "mx.author.example" if kept else "")


def test_evidence_is_written_once(session: Session, room: Newsroom) -> None:
    message_id, _ = brought(session, room)
    settle(session, room, message_id, "fail")
    assert session.scalars(select(MessageEvidence.verdict)).all() == ["fail"]
    with pytest.raises(DBAPIError, match="written once"), session.begin_nested():
        session.execute(text("UPDATE message_evidence SET verdict = 'pass'"))


@pytest.mark.parametrize("marks", [{"Precedence": "bulk"}, {"List_Id": "<news.list.example>"}], ids=["bulk", "list"])
def test_a_machine_or_list_that_fails_is_not_asked_whether_it_was_it(
    session: Session, room: Newsroom, marks: dict[str, str]
) -> None:
    message = arrived(session, room, written(**marks))
    settle(session, room, message.id, "fail")
    assert session.get_one(Submission, message.submission_id).status == "unconfirmed"
    assert codes(session) == []
