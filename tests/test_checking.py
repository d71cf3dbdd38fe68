"""Asking about filed mail: after the filing, within limits, tried again when servers are silent, never in the way."""

import logging
import threading
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from intake.checking import MOST_LOOKUPS, Checking
from intake.newsroom import Newsroom
from intake.postoffice import PostOffice
from intake.sandbox import Reader
from intake.storage.evidence import MessageCheck, MessageEvidence
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, Source, Spool
from intake.storage.submissions import Submission
from intake.worker import Worker
from tests import factories
from tests.inbox.signing import DOMAIN, signed, zone
from tests.played_names import PlayedNames
from tests.workflow.arrivals import HUDA, OPED, written


@pytest.fixture
def names() -> PlayedNames:
    return PlayedNames(zone())


@pytest.fixture
def worker(newsroom: Newsroom, reader: Reader, names: PlayedNames) -> Worker:
    mail = replace(newsroom.settings.mail, authenticate=True)
    room = replace(newsroom, settings=replace(newsroom.settings, mail=mail))
    root = room.settings.root
    return Worker(room, Spool(root / "spool", 1_000_000), reader, PostOffice(None, root / "letters"), resolver=names)


def deliver(worker: Worker, raw: bytes, source: Source = "lmtp") -> None:
    worker.spool.accept(raw, Envelope(HUDA, OPED, source, "192.0.2.1", "mx.author.example", worker.newsroom.now()))
    worker.file_spool()


def state(worker: Worker) -> tuple[str, list[str], list[str]]:
    """Return the piece's state, the verdicts, and the letters that left."""
    with worker.newsroom.reading() as session:
        return (
            session.scalars(select(Submission.status)).one(),
            list(session.scalars(select(MessageEvidence.verdict))),
            list(session.scalars(select(Letter.code).where(Letter.sent_at.is_not(None)))),
        )


def test_filing_asks_nobody_and_the_answer_lets_the_letter_go(worker: Worker, names: PlayedNames) -> None:
    deliver(worker, signed(written()))
    assert (names.asked, state(worker)) == ([], ("received", [], []))
    assert worker.send_letters() == 0
    assert worker.check_mail() == 1
    assert worker.send_letters() == 1
    assert state(worker) == ("received", ["pass"], ["M2"])
    assert worker.check_mail() == 0


def test_a_forged_mail_is_kept_and_its_address_asked(worker: Worker) -> None:
    deliver(worker, signed(written()).replace(b"harbour", b"airport"))
    worker.check_mail()
    worker.send_letters()
    assert state(worker) == ("unconfirmed", ["fail"], ["M1m"])


def test_spf_counts_only_by_smtp(worker: Worker, names: PlayedNames) -> None:
    names.zone = {(DOMAIN, "TXT"): ["v=spf1 ip4:192.0.2.1 -all"], (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=none"]}
    deliver(worker, written())
    deliver(worker, written(body=factories.text(words=500).body_text), "smtp")
    assert worker.check_mail() == 2
    with worker.newsroom.reading() as session:
        assert [
            (row.verdict, row.detail["spf"]["result"])
            for row in session.scalars(select(MessageEvidence).order_by(MessageEvidence.message_id))
        ] == [
            ("none", "unknown"),
            ("pass", "pass"),
        ]


def test_silent_servers_are_asked_three_times_then_the_letter_leaves(worker: Worker, names: PlayedNames) -> None:
    names.silent = {"*"}
    deliver(worker, signed(written()))
    assert worker.check_mail() == 1
    assert state(worker) == ("received", [], [])
    for seconds in (10, 20):
        assert worker.check_mail() == 0
        factories.pass_time(worker.newsroom, seconds=seconds)
        assert worker.check_mail() == 1
    worker.send_letters()
    assert state(worker) == ("received", ["temperror"], ["M2"])


def test_a_server_that_comes_back_is_heard(worker: Worker, names: PlayedNames) -> None:
    names.silent = {"*"}
    deliver(worker, signed(written()))
    worker.check_mail()
    names.silent = set()
    factories.pass_time(worker.newsroom, seconds=20)
    worker.check_mail()
    assert state(worker)[1] == ["pass"]


def test_when_nobody_asks_the_letter_leaves_after_five_minutes(worker: Worker) -> None:
    deliver(worker, signed(written()))
    factories.pass_time(worker.newsroom, minutes=5)
    worker.send_letters()
    assert state(worker) == ("received", [], ["M2"])


def test_a_message_cannot_ask_for_more_than_its_measure(worker: Worker, names: PlayedNames) -> None:
    wide = " ".join(f"a:h{number}.author.example" for number in range(10))
    names.zone[DOMAIN, "TXT"] = [f"v=spf1 {wide} -all"]
    field = signed(written(), "a.b.c.d.e.f.g.author.example").replace(written(), b"")
    deliver(worker, field * 50 + written(sender="x@1.2.3.4.5.6.7.8.9.author.example"), "smtp")
    worker.check_mail()
    assert len(names.asked) <= MOST_LOOKUPS
    assert len(state(worker)[1]) == 1


def test_two_workers_write_one_answer(worker: Worker, names: PlayedNames) -> None:
    deliver(worker, signed(written()))

    @dataclass
    class Slow(PlayedNames):
        def ask(self, name: str, kind: str, seconds: float):  # type: ignore[no-untyped-def]  # as PlayedNames
            if not self.asked:
                factories.pass_time(worker.newsroom, minutes=4)  # its lease has run out
                assert replace(worker, resolver=names).check_mail() == 1
            return super().ask(name, kind, seconds)

    replace(worker, resolver=Slow(zone())).check_mail()
    assert state(worker)[1] == ["pass"]


def test_a_fault_of_ours_is_tried_again_and_given_up_in_the_end(worker: Worker) -> None:
    logging.getLogger("intake.worker").setLevel(logging.CRITICAL)
    deliver(worker, signed(written()))
    with worker.newsroom.transaction() as session:
        session.scalars(select(InboundMessage)).one().raw = "0" * 64
    for _ in range(11):
        worker.check_mail()
        factories.pass_time(worker.newsroom, minutes=4)
    with worker.newsroom.reading() as session:
        assert [(row.verdict, row.detail) for row in session.scalars(select(MessageEvidence))] == [
            ("none", {"why": "asking failed too often"})
        ]


def test_a_worker_that_ends_asks_no_more(worker: Worker, names: PlayedNames) -> None:
    deliver(worker, signed(written()))
    stopped = threading.Event()
    stopped.set()
    assert Checking(worker.newsroom, worker.reader, names, stopped).round() == 0
    assert (names.asked, state(worker)[1]) == ([], [])
    with worker.newsroom.reading() as session:
        assert session.scalars(select(MessageCheck.status)).one() == "queued"
