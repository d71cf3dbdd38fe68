"""Answers by mail: they join their piece by signed address or Message-ID; what they bring is offered, never taken."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import reply_address
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import proof, review
from tests import factories
from tests.workflow.arrivals import HUDA, OPED, arrived, codes, written


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


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


ANOTHER = "\n\n".join(
    f"Sentence {n} tells of ferries, of bread and of quite another matter than walls." for n in range(40)
)


def better(text: str) -> str:
    """Return a text as its author wrote it over: one sentence is new, the rest stands."""
    return text.replace("since I was six", "since I was seven, and with my daughter since she was three")


def answer(
    session: Session, newsroom: Newsroom, piece: Submission, body: str, document: str = "", subject: str = "Re: yours"
) -> InboundMessage:
    """File the author's answer to a piece, with a text document where one is given."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = HUDA, OPED, subject
    mail["In-Reply-To"] = session.scalars(select(Letter.message_id).order_by(Letter.id)).first()
    mail.set_content(body)
    if document:
        mail.add_attachment(document, filename="wall.txt")
    return arrived(session, newsroom, mail.as_bytes(), HUDA, signed(newsroom, piece))


def offered(piece: Submission) -> list[tuple[int, str, bool]]:
    return [(revision.number, revision.made_by, revision.standing) for revision in piece.revisions]


def test_a_document_in_an_answer_is_offered_as_a_revision_and_replaces_nothing(
    session: Session, newsroom: Newsroom
) -> None:
    piece = factories.received(session, newsroom)
    stood = piece.revision.body_text
    message = answer(session, newsroom, piece, "A better version, please use this one.", better(stood))
    assert (message.disposition, offered(piece)) == ("joined", [(1, "author", True), (2, "author", False)])
    assert (piece.revision.body_text, piece.status) == (stood, "received")
    assert piece.revisions[1].body_text.split() == better(stood).split()
    assert codes(session, piece)[-1] == "M3v"
    said = session.scalars(select(ThreadEntry)).one()
    assert (said.body, said.message_id) == ("A better version, please use this one.", message.id)


def test_a_long_answer_is_a_version_itself(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom)
    answer(session, newsroom, piece, better(piece.revision.body_text))
    assert offered(piece) == [(1, "author", True), (2, "author", False)]


def test_a_short_answer_is_words_only(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom)
    answer(session, newsroom, piece, "Thank you. " * 40, "A note of few words.")
    assert (offered(piece), count(session, ThreadEntry)) == ([(1, "author", True)], 1)


def test_the_same_text_again_is_no_new_version(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom)
    message = answer(session, newsroom, piece, "Did you get it?", piece.revision.body_text)
    assert (message.disposition, offered(piece)) == ("joined", [(1, "author", True)])


def test_a_version_that_answers_a_question_answers_it(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = asked(session, newsroom, editor)
    answer(session, newsroom, piece, "The source stands in it now.", better(piece.revision.body_text))
    assert (piece.status, [number for number, _, _ in offered(piece)]) == ("in_review", [1, 2])


@pytest.mark.parametrize("closed", [False, True], ids=["another piece", "closed"])
def test_a_manuscript_that_is_no_version_waits_for_an_editor(
    session: Session, newsroom: Newsroom, editor: Actor, closed: bool
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    text = ANOTHER
    if closed:
        text = better(piece.revision.body_text)
        review.decline(session, newsroom, piece, editor, piece.version, "no_room")
    message = answer(session, newsroom, piece, "Here is something.", text)
    assert (message.disposition, message.why) == ("held", "another piece in a reply")
    assert (message.submission_id, offered(piece)) == (piece.id, [(1, "author", True)])


def test_mail_brings_about_five_receipts_of_versions_a_day(session: Session, newsroom: Newsroom) -> None:
    piece = factories.received(session, newsroom)
    stood = piece.revision.body_text
    held = [
        answer(session, newsroom, piece, f"Version {n}.", better(stood) + f"\n\nA closing line, number {n}.").why
        for n in range(7)
    ]
    assert held[5:] == ["too many versions in a day"] * 2
    assert codes(session, piece).count("M3v") == 5


def test_an_answer_to_a_proof_is_shown_and_answered_with_the_link_and_approves_nothing(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.accepted(session, newsroom, editor)
    proof.send(session, newsroom, piece, editor, piece.version)
    for words in ("I approve. Go ahead.", "Approved!"):
        answer(session, newsroom, piece, words)
    assert piece.status == "approval"
    assert codes(session, piece)[-2:] == ["M9", "M9r"]
    assert [entry.kind for entry in session.scalars(select(ThreadEntry))] == ["message", "message"]


@pytest.mark.parametrize("named", [True, False])
def test_an_answer_to_the_signed_address_and_to_the_desk_is_one_answer(
    session: Session, newsroom: Newsroom, editor: Actor, *, named: bool
) -> None:
    piece = asked(session, newsroom, editor)
    ours = session.scalars(select(Letter.message_id).where(Letter.code == "M4")).one()
    raw = written("Re: a question", "From the port's report.", **({"In_Reply_To": ours} if named else {}))
    addresses = [signed(newsroom, piece), OPED] if named else [OPED, signed(newsroom, piece)]
    found = [arrived(session, newsroom, raw, HUDA, address).disposition for address in addresses]
    assert (found, piece.status) == (["joined", "dropped"] if named else ["held", "joined"], "in_review")
    assert session.scalars(select(ThreadEntry.kind)).all() == ["question", "answer"]


ENCRYPTED = b"""From: Huda Mansouri <huda@author.example>
Subject: Re: a question
Message-ID: <sealed@author.example>
MIME-Version: 1.0
Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"
Content-Transfer-Encoding: base64

MIAGCSqGSIb3DQEHA6CAMIACAQAxggEGMIIBAgIBADCB6jCB1DELMAkGA1UEBhMCVVMx
"""
ACCEPTED = b"""From: Huda Mansouri <huda@author.example>
Subject: Accepted: a call
Message-ID: <call@author.example>
MIME-Version: 1.0
Content-Type: text/calendar; method=REPLY; charset=utf-8

BEGIN:VCALENDAR
METHOD:REPLY
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("raw", "why", "letters"),
    [(ENCRYPTED, "an encrypted answer", ["M0u"]), (ACCEPTED, "a calendar entry in a reply", [])],
    ids=["encrypted", "calendar"],
)
def test_what_says_nothing_readable_answers_no_question(
    session: Session, newsroom: Newsroom, editor: Actor, raw: bytes, why: str, letters: list[str]
) -> None:
    piece = asked(session, newsroom, editor)
    before = codes(session)
    message = arrived(session, newsroom, raw, HUDA, signed(newsroom, piece))
    assert (message.disposition, message.why, message.submission_id) == ("held", why, piece.id)
    assert (piece.status, codes(session)) == ("needs_author", before + letters)
