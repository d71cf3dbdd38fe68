"""A backlog filed together: every message has the same place as by itself, whatever its neighbours are."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from intake.domain.addresses import message_id
from intake.domain.links import author_token, token_hash
from intake.inbox.judgement import desk_facts, judge
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, broken
from intake.storage.evidence import MessageCheck
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Author, Byline, Submission
from intake.workflow.backlog import Reading, file_messages
from intake.workflow.receive import Spooled
from intake.workflow.sender import PATIENCE
from intake.workflow.submit import RECEIPTS_A_DAY
from tests.workflow.arrivals import HUDA, arrive, arrived, codes, spooled, written


def read(newsroom: Newsroom, raw: bytes, mail_from: str = HUDA, **given: str) -> tuple[Spooled, Reading]:
    reading = judge(raw, desk_facts(newsroom.desks), "opinion", signed=False)
    return spooled(newsroom, raw, mail_from, **given), reading  # type: ignore[arg-type]  # strings only


def part(number: int, *, author: int | None = None) -> bytes:
    sender = f"huda.{number if author is None else author}@author.example"
    return written(f"Op-Ed: Part {number}", sender=sender, message_id=f"<{number}@author.example>")


def places(session: Session) -> Counter[tuple[str, str]]:
    session.flush()
    rows = session.execute(select(InboundMessage.disposition, InboundMessage.why))
    return Counter((disposition, why) for disposition, why in rows)


def test_each_message_of_a_mixed_group_has_its_place(session: Session, newsroom: Newsroom) -> None:
    again = b"Received: from relay.example\r\n" + part(0)
    question = written("Hello", "Do you take poems?", sender="poet@author.example", message_id="<poem@author.example>")
    answer = written(
        sender="other@author.example", message_id="<re@author.example>", In_Reply_To=message_id("x.example")
    )
    group = [
        *(read(newsroom, part(number)) for number in range(3)),
        read(newsroom, again),
        read(newsroom, part(0), recipient="oped+news@harbourpost.example"),
        read(newsroom, part(7, author=1)),
        read(newsroom, question),
        read(newsroom, answer),
    ]
    quiet = spooled(newsroom, part(8), quiet=True)
    file_messages(session, newsroom, [*group, (quiet, read(newsroom, part(8))[1])])
    assert places(session) == {
        ("filed", "submit"): 5,
        ("dropped", "filed before"): 1,
        ("held", "imported"): 1,
        ("held", "hold"): 1,
    }
    assert Counter(codes(session)) == {"M2": 5, "M0": 1}
    assert session.scalar(select(func.count()).select_from(Author)) == 4


def test_what_was_filed_before_is_not_filed_again_in_a_group(session: Session, newsroom: Newsroom) -> None:
    arrived(session, newsroom, part(1))
    group = [read(newsroom, part(number)) for number in range(3)]
    for _ in range(2):
        file_messages(session, newsroom, group)
    assert places(session) == {("filed", "submit"): 3}
    assert codes(session) == ["M2"] * 3


def test_pieces_of_a_group_have_links_letters_and_entries_of_their_own(session: Session, newsroom: Newsroom) -> None:
    file_messages(session, newsroom, [read(newsroom, part(number)) for number in range(8)])
    session.flush()
    key = newsroom.key("author-links")
    bylines = session.scalars(select(Byline).order_by(Byline.id)).all()
    assert [one.link_hash for one in bylines] == [
        token_hash(author_token(key, one.id, one.link_generation)) for one in bylines
    ]
    told = {(letter.submission_id, letter.byline_id, letter.to_address) for letter in session.scalars(select(Letter))}
    assert told == {(one.submission_id, one.id, one.author.address) for one in bylines}
    assert {letter.in_reply_to for letter in session.scalars(select(Letter))} == {
        f"<{number}@author.example>" for number in range(8)
    }
    written_down = select(AuditEntry.submission_id, AuditEntry.actor_id).order_by(AuditEntry.id)
    assert {(piece, byline) for piece, byline in session.execute(written_down)} == {
        (one.submission_id, one.id) for one in bylines
    }
    assert list(broken(session)) == []
    titles = select(Submission.headline, InboundMessage.subject).join(
        InboundMessage, InboundMessage.submission_id == Submission.id
    )
    assert all(subject == f"Op-Ed: {headline}" for headline, subject in session.execute(titles))


def test_the_cap_on_receipts_holds_for_an_author_that_is_known(session: Session, newsroom: Newsroom) -> None:
    for number in range(RECEIPTS_A_DAY + 2):
        file_messages(session, newsroom, [read(newsroom, part(number, author=1)), read(newsroom, part(50 + number))])
    huda = select(func.count()).select_from(Letter).where(Letter.to_address == "huda.1@author.example")
    assert (session.scalar(huda), len(codes(session))) == (RECEIPTS_A_DAY, 2 * RECEIPTS_A_DAY + 2)


def test_eight_together_are_looked_up_with_three_statements(newsroom: Newsroom) -> None:
    asked: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "pg_advisory" not in statement:
            asked[statement.split(maxsplit=1)[0]] += 1

    with newsroom.transaction() as session:
        assert arrive(session, newsroom, part(100)) is not None  # what is looked up once a transaction
        event.listen(newsroom.database.engine, "before_cursor_execute", note)
        file_messages(session, newsroom, [read(newsroom, part(number)) for number in range(8)])
        session.flush()
        event.remove(newsroom.database.engine, "before_cursor_execute", note)
    assert (asked["SELECT"], asked["UPDATE"]) == (3, 1)


def test_each_receipt_of_a_group_waits_for_what_is_found_about_its_own_sender(
    session: Session, newsroom: Newsroom
) -> None:
    proving = replace(newsroom.settings.mail, authenticate=True)
    room = replace(newsroom, settings=replace(newsroom.settings, mail=proving))
    file_messages(session, room, [read(room, part(number)) for number in range(8)])
    session.flush()
    asked = session.scalars(select(MessageCheck)).all()
    receipts = {letter.submission_id: letter for letter in session.scalars(select(Letter))}
    assert [check.letters for check in asked] == [[receipts[check.message.submission_id].id] for check in asked]
    assert {letter.due_at - letter.created_at for letter in receipts.values()} == {PATIENCE}
    assert len(asked) == 8


@pytest.mark.parametrize("address", ["", "nobody"])
def test_a_message_without_a_possible_sender_is_held(session: Session, newsroom: Newsroom, address: str) -> None:
    spoiled = {**read(newsroom, part(0))[1], "from_address": address}
    file_messages(session, newsroom, [(spooled(newsroom, part(0), mail_from=""), spoiled), read(newsroom, part(1))])
    assert places(session) == {("filed", "submit"): 1, ("held", "submit"): 1}


def test_no_message_is_no_work(session: Session, newsroom: Newsroom) -> None:
    file_messages(session, newsroom, [])
    assert places(session) == {}


def test_a_near_copy_in_a_backlog_names_its_author_s_open_piece(session: Session, newsroom: Newsroom) -> None:
    first = session.get_one(Submission, arrived(session, newsroom, part(0), HUDA).submission_id)
    file_messages(session, newsroom, [read(newsroom, part(1, author=0)), read(newsroom, part(2))])
    named = session.scalars(select(Submission.repeats).order_by(Submission.id)).all()
    assert sorted(named, key=str) == [None, None, first.ref]
