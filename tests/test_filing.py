"""Filing a backlog: several messages to a child and to a transaction, and still none takes another down."""

import logging
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake import filing
from intake.filing import AT_ONCE, FEW, READERS, STRIKES, TOGETHER, Filing, _shares
from intake.newsroom import Newsroom
from intake.reconcile import Reconciler
from intake.sandbox import Reader
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import InboundMessage
from intake.storage.search import SearchText
from intake.storage.spool import Envelope, Spool
from intake.workflow.backlog import file_messages
from intake.workflow.receive import Spooled
from tests import factories
from tests.workflow.arrivals import OPED, arrive, written

MANY = 3 * READERS


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


@pytest.mark.parametrize("many", [*range(1, 2 * READERS * FEW, 3), AT_ONCE])
def test_every_message_has_one_place_among_the_shares_and_the_first_are_few(many: int) -> None:
    keys = [str(number) for number in range(many)]
    shares = list(_shares(keys))
    assert [key for share in shares for key in share] == keys
    assert all(0 < len(share) <= (FEW if place < READERS else TOGETHER) for place, share in enumerate(shares))


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


def test_an_envelope_that_no_database_takes_is_filed_and_holds_up_nobody(backlog: Filing, newsroom: Newsroom) -> None:
    at = newsroom.now()
    for number, sender in enumerate(("huda\udce9@author.example", "huda\x00@author.example", "\ud800@author.example")):
        backlog.spool.accept(mail(100 + number), Envelope(sender, OPED, "pipe", "", "mx\udcff", at))
    deliver(backlog, *map(mail, range(MANY)))
    assert (backlog.round(), backlog.spool.waiting()) == (MANY + 3, [])
    assert dispositions(newsroom) == [("filed", MANY + 3)]


def test_a_message_that_cannot_even_be_shown_holds_up_nobody(
    backlog: Filing, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "STRIKES", 1)
    with newsroom.transaction() as session:
        session.execute(text("CREATE UNIQUE INDEX fault ON inbound_message (mail_from) WHERE mail_from = 'poison'"))
        message = arrive(session, newsroom, mail(200), "poison")
        assert message is not None
    backlog.spool.accept(mail(201), Envelope("poison", OPED, "lmtp", "", "", newsroom.now()))
    deliver(backlog, *map(mail, range(MANY)))
    assert (backlog.round(), backlog.spool.waiting()) == (MANY + 1, [])
    assert dispositions(newsroom) == [("filed", MANY + 1)]
    assert Reconciler(newsroom, backlog.spool).round().adopted == 1
    assert dispositions(newsroom) == [("filed", MANY + 1), ("quarantine", 1)]


def test_what_the_database_never_takes_holds_up_no_neighbour(
    backlog: Filing, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LimitExceeded(Exception):
        sqlstate = "54000"  # as psycopg tells of a row too large for its index

    def refusing(session: Session, room: Newsroom, group: Sequence[tuple[Spooled, Mapping[str, Any]]]) -> None:
        if any(spooled.envelope.mail_from == "poison" for spooled, _ in group):
            raise OperationalError("INSERT", {}, LimitExceeded())
        file_messages(session, room, group)

    monkeypatch.setattr(filing, "file_messages", refusing)
    backlog.spool.accept(mail(201), Envelope("poison", OPED, "lmtp", "", "", newsroom.now()))
    deliver(backlog, *map(mail, range(MANY)))
    assert [backlog.round() for _ in range(STRIKES)] == [MANY, 0, 1]
    assert dispositions(newsroom) == [("filed", MANY), ("quarantine", 1)]


def test_a_reader_that_cannot_start_leaves_all_mail_waiting_and_ends_no_round(
    backlog: Filing, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(backlog, *map(mail, range(MANY)))

    def no_processes(*_: object, **__: object) -> None:
        raise BlockingIOError("no more processes")

    with monkeypatch.context() as broken_system:
        broken_system.setattr(Reader, "_started", no_processes)
        assert (backlog.round(), len(backlog.spool.waiting())) == (0, MANY)
    assert (backlog.round(), dispositions(newsroom)) == (MANY, [("filed", MANY)])


def test_large_messages_are_read_one_by_one_and_not_kept(backlog: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "SMALL", 100)  # all are large
    held: set[int] = set()
    most: list[int] = []
    spool_read, call = Spool.read, Reader.call

    class Noted(bytes):
        """A message's bytes that tell when they are forgotten."""

        def __del__(self) -> None:
            held.discard(id(self))

    def read(spool: Spool, key: str) -> tuple[Envelope, bytes]:
        envelope, raw = spool_read(spool, key)
        noted = Noted(raw)
        held.add(id(noted))
        return envelope, noted

    def looked(*given: Any, **named: Any) -> Any:
        most.append(len(held))
        return call(*given, **named)

    monkeypatch.setattr(Spool, "read", read)
    monkeypatch.setattr(Reader, "call", looked)
    deliver(backlog, *map(mail, range(MANY)))
    assert (backlog.round(), len(most), max(most) <= READERS) == (MANY, MANY, True)
