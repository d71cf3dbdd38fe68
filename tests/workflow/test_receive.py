"""What becomes of mail: filed once, a piece, an answer in its thread, or held; nobody gets rights by a From line."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import reply_address
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import review
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


def asked(session: Session, newsroom: Newsroom, editor: Actor) -> Submission:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    return piece


def signed(newsroom: Newsroom, piece: Submission) -> str:
    return reply_address(OPED, piece.bylines[0].id, newsroom.key("replies"))


def test_a_reply_to_the_signed_address_answers_the_question(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = asked(session, newsroom, editor)
    message = arrived(
        session, newsroom, written("What you asked", "From the port's report."), HUDA, signed(newsroom, piece)
    )
    said = session.scalars(select(ThreadEntry.body).where(ThreadEntry.kind == "answer")).one()
    assert (message.disposition, message.submission_id) == ("joined", piece.id)
    assert (piece.status, said) == ("in_review", "From the port's report.")


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_a_reply_by_message_id_answers_the_question(
    session: Session, newsroom: Newsroom, editor: Actor, header: str
) -> None:
    piece = asked(session, newsroom, editor)
    ours = session.scalars(select(Letter.message_id).where(Letter.code == "M4")).one()
    raw = written("Re: a question", "From the port's report.", **{header: f"<other@x.example> {ours}"})
    assert arrived(session, newsroom, raw).disposition == "joined"
    assert piece.status == "in_review"


def test_a_reply_confirms_the_address_and_becomes_a_message(session: Session, newsroom: Newsroom) -> None:
    piece = session.get_one(Submission, arrived(session, newsroom, written()).submission_id)
    assert piece.bylines[0].confirmed_at is None
    arrived(session, newsroom, written("Thanks", "One more thing."), HUDA, signed(newsroom, piece))
    said = session.scalars(select(ThreadEntry)).one()
    assert (piece.status, said.kind, said.internal, said.body) == ("received", "message", False, "One more thing.")
    assert piece.bylines[0].confirmed_at == newsroom.now()


def test_a_reply_from_a_stranger_is_held_and_says_nothing(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = asked(session, newsroom, editor)
    raw = written("Re: yours", "I am Huda, believe me.", sender="huda@elsewhere.example")
    message = arrived(session, newsroom, raw, "huda@elsewhere.example", signed(newsroom, piece))
    assert (message.disposition, message.why) == ("held", "reply from another address")
    assert (piece.status, count(session, ThreadEntry)) == ("needs_author", 1)


def test_a_forged_signature_joins_nothing(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = asked(session, newsroom, editor)
    forged = signed(newsroom, piece).replace("+r-1-", "+r-2-")
    assert arrived(session, newsroom, written("Re: yours", "x"), HUDA, forged).submission_id is None
    assert piece.status == "needs_author"


@pytest.mark.parametrize("sender", ["huda@author.example", "", '"'], ids=["author", "nobody", "damaged"])
def test_an_automatic_reply_joins_silently(session: Session, newsroom: Newsroom, editor: Actor, sender: str) -> None:
    piece = asked(session, newsroom, editor)
    raw = b"From: " + sender.encode() + b"\n" + written("Away", "Back on Monday.", Auto_Submitted="auto-replied")
    message = arrived(session, newsroom, raw, "", signed(newsroom, piece))
    assert (message.disposition, message.submission_id, piece.status) == ("joined", piece.id, "needs_author")


def test_who_writes_an_editors_address_into_from_gets_no_rights(
    session: Session, newsroom: Newsroom, chief: Actor, editor: Actor
) -> None:
    piece = asked(session, newsroom, editor)
    raw = written("Op-Ed: publish this at once", sender=f"Chief <{chief.address}>")
    own = arrived(session, newsroom, raw, chief.address)
    joined = arrived(session, newsroom, raw, chief.address, signed(newsroom, piece))
    assert session.get_one(Submission, own.submission_id).status == "received"
    assert (joined.disposition, piece.status) == ("held", "needs_author")
