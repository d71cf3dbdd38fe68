"""What becomes of mail: filed once, a piece, an answer in its thread, or held; nobody gets rights by a From line."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Submission
from tests import factories
from tests.workflow.arrivals import HUDA, OPED, arrive, arrived, codes, written


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_op_ed_becomes_a_piece_with_a_promise_and_its_letter(session: Session, newsroom: Newsroom) -> None:
    message = arrived(session, newsroom, written())
    piece = session.get_one(Submission, message.submission_id)
    assert (message.disposition, piece.status, piece.channel, piece.headline) == (
        "filed",
        "received",
        "mail",
        "Move the road",
    )
    assert piece.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert piece.bylines[0].author.address == HUDA
    assert codes(session) == ["M2"]
    assert session.scalars(select(Letter.in_reply_to)).one() == "<one@author.example>"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (written(), written()),
        (b"Received: from a by b\r\n" + written(), b"Received: from c by d\nX-Spam-Score: 3\n" + written()),
        (written(message_id=""), written(message_id="")),
        (written(), written().replace(b"\n", b"\r\n")),
    ],
    ids=["same bytes", "other trace headers", "no Message-ID", "other line ends"],
)
def test_one_message_is_filed_once(session: Session, newsroom: Newsroom, first: bytes, second: bytes) -> None:
    assert arrive(session, newsroom, first) is not None
    assert arrive(session, newsroom, second) is None
    assert (count(session, Submission), count(session, InboundMessage), codes(session)) == (1, 1, ["M2"])


@pytest.mark.parametrize("other", ["OpEd@HarbourPost.example", "oped+news@harbourpost.example"])
def test_a_copy_to_another_address_of_the_desk_is_put_aside(session: Session, newsroom: Newsroom, other: str) -> None:
    first = arrived(session, newsroom, written())
    copy = arrived(session, newsroom, written(), recipient=other)
    assert (copy.disposition, copy.why, copy.submission_id) == ("dropped", "filed before", first.submission_id)
    assert (count(session, Submission), codes(session)) == (1, ["M2"])


def test_a_copy_of_what_was_imported_is_mail_of_its_own(session: Session, newsroom: Newsroom) -> None:
    arrived(session, newsroom, written(), quiet=True)
    assert arrived(session, newsroom, written(), recipient="oped+x@harbourpost.example").disposition == "filed"


@pytest.mark.parametrize(
    ("raw", "mail_from", "recipient"),
    [
        (written(body=factories.text(words=500).body_text), HUDA, OPED),
        (written(), "other@author.example", OPED),
        (written(), HUDA, "rai@harbourpost.example"),
    ],
    ids=["other text under one Message-ID", "other sender", "other recipient"],
)
def test_different_messages_are_two(
    session: Session, newsroom: Newsroom, raw: bytes, mail_from: str, recipient: str
) -> None:
    arrived(session, newsroom, written())
    arrived(session, newsroom, raw, mail_from, recipient)
    assert count(session, Submission) == 2


def test_mail_without_the_convention_is_held_with_one_answer_in_seven_days(
    session: Session, newsroom: Newsroom
) -> None:
    for number in range(3):
        message = arrived(session, newsroom, written("Hello", message_id=f"<{number}@x.example>"))
        assert (message.disposition, message.submission_id) == ("held", None)
    assert codes(session) == ["M0"]
    factories.pass_time(newsroom, days=7)
    arrived(session, newsroom, written("Hello", "Again the same question.", message_id="<4@x.example>"))
    assert codes(session) == ["M0", "M0"]


def test_the_letter_case_of_an_address_earns_no_second_answer(session: Session, newsroom: Newsroom) -> None:
    arrived(session, newsroom, written("Hello"))
    arrived(session, newsroom, written("Hello", sender="HUDA@Author.Example", message_id="<2@x.example>"))
    assert codes(session) == ["M0"]


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("Op-Ed?", "May I write something for you?", "M0e"),
        ("Op-Ed: my piece", "It is here: https://paper.example/piece", "M0l"),
        ("A question", "May I write something for you?", "M0"),
    ],
)
def test_each_kind_of_held_mail_has_its_own_answer(
    session: Session, newsroom: Newsroom, subject: str, body: str, code: str
) -> None:
    assert arrived(session, newsroom, written(subject, body)).disposition == "held"
    assert codes(session) == [code]


@pytest.mark.parametrize(
    ("raw", "mail_from"),
    [
        (written("News", List_Id="<news.list.example>", Precedence="list"), HUDA),
        (written("Away", Auto_Submitted="auto-replied"), HUDA),
        (written("Hello", Precedence="bulk"), HUDA),
        (written("Hello"), ""),
        (written("Hello", sender=f"The desk <{OPED}>"), OPED),
        (written("Hello", sender="MAILER-DAEMON@author.example"), HUDA),
    ],
    ids=["list", "automatic", "bulk", "null sender", "own address", "mailer daemon"],
)
def test_no_machine_list_or_own_mail_is_answered(
    session: Session, newsroom: Newsroom, raw: bytes, mail_from: str
) -> None:
    assert arrived(session, newsroom, raw, mail_from).disposition == "held"
    assert codes(session) == []


@pytest.mark.parametrize("sender", ['"a b"@author.example', "huda@nowhere", "huda", '"'])
def test_an_op_ed_from_no_possible_address_is_held(session: Session, newsroom: Newsroom, sender: str) -> None:
    raw = b"From: " + sender.encode() + b"\n" + written().partition(b"\n")[2]
    message = arrived(session, newsroom, raw, mail_from="")
    assert (message.disposition, codes(session)) == ("held", [])
