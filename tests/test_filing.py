"""Filing a backlog: several messages to a child and to a transaction, and still none takes another down."""

import logging
from collections.abc import Iterator
from threading import Event

import pytest
from sqlalchemy import event, func, select, text

from intake import filing
from intake.filing import READERS, Filing
from intake.newsroom import Newsroom
from intake.sandbox import Reader
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import InboundMessage
from intake.storage.search import SearchText
from intake.storage.spool import Envelope, Spool
from tests import factories
from tests.workflow.arrivals import OPED, arrive, written

MANY = 3 * READERS


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as running:
        yield running


@pytest.fixture
def backlog(newsroom: Newsroom, reader: Reader) -> Filing:
    logging.getLogger("intake.worker").setLevel(logging.CRITICAL)  # faults are made on purpose here
    return Filing(newsroom, Spool(newsroom.settings.root / "spool", 1_000_000), reader, Event())


def mail(number: int, subject: str = "") -> bytes:
    sender = f"huda.{number}@author.example"
    return written(subject or f"Op-Ed: Part {number}", sender=sender, message_id=f"<{number}@author.example>")


def deliver(backlog: Filing, *mails: bytes) -> None:
    for number, raw in enumerate(mails):
        at = backlog.newsroom.now()
        backlog.spool.accept(raw, Envelope(f"huda.{number}@author.example", OPED, "lmtp", "", "", at))


def dispositions(newsroom: Newsroom) -> list[tuple[str, int]]:
    counted = select(InboundMessage.disposition, func.count()).group_by(InboundMessage.disposition)
    with newsroom.reading() as session:
        return [(name, count) for name, count in session.execute(counted.order_by(InboundMessage.disposition))]


def test_a_backlog_becomes_pieces_that_are_found_by_their_words(backlog: Filing, newsroom: Newsroom) -> None:
    deliver(backlog, *map(mail, range(MANY)))
    assert (backlog.round(), backlog.spool.waiting()) == (MANY, [])
    assert dispositions(newsroom) == [("filed", MANY)]
    with newsroom.reading() as session:
        assert session.scalar(select(func.count()).select_from(SearchText)) == MANY
        assert list(broken(session)) == []


def test_a_message_nobody_can_read_is_shown_and_its_neighbours_are_filed(backlog: Filing, newsroom: Newsroom) -> None:
    hostile = written() + b"--x\n\n" * 600 + b"Content-Type: message/rfc822\n\n" * 100
    deliver(backlog, *map(mail, range(MANY)), hostile)
    assert backlog.round() == MANY + 1
    assert dispositions(newsroom) == [("filed", MANY), ("quarantine", 1)]


def test_what_takes_a_child_down_takes_no_neighbour_along(
    backlog: Filing, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "TOGETHER_SECONDS", 0.000001)  # the kernel ends every child that reads several
    deliver(backlog, *map(mail, range(MANY)))
    assert (backlog.round(), backlog.spool.waiting()) == (MANY, [])
    assert dispositions(newsroom) == [("filed", MANY)]


def test_a_fault_undoes_its_group_and_the_others_are_filed_one_by_one(backlog: Filing, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        session.execute(text("CREATE UNIQUE INDEX fault ON submission (headline) WHERE headline = 'poison'"))
        factories.received(session, newsroom, text=factories.text(headline="poison"))
    deliver(backlog, *map(mail, range(MANY)), mail(MANY, "Op-Ed: poison"))
    assert (backlog.round(), len(backlog.spool.waiting())) == (MANY, 1)
    with newsroom.reading() as session:
        assert list(broken(session)) == []


def test_a_filed_mail_costs_eleven_statements_and_a_group_five_more(newsroom: Newsroom) -> None:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN") and "pg_advisory" not in statement:
            said.append(statement)

    with newsroom.transaction() as session:
        assert arrive(session, newsroom, mail(0)) is not None  # what is looked up once a transaction
        event.listen(newsroom.database.engine, "before_cursor_execute", note)
        for number in range(1, 9):
            assert arrive(session, newsroom, mail(number)) is not None
        assert len(said) == 8 * 11
        said.clear()
    event.remove(newsroom.database.engine, "before_cursor_execute", note)
    assert len(said) == 5


def test_an_undone_entry_is_no_end_of_the_audit(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        assert arrive(session, newsroom, mail(0)) is not None
        undone = session.begin_nested()
        assert arrive(session, newsroom, mail(1)) is not None
        undone.rollback()
        assert arrive(session, newsroom, mail(2)) is not None
    with newsroom.reading() as session:
        assert (len(session.scalars(select(AuditEntry.id)).all()), list(broken(session))) == (2, [])
