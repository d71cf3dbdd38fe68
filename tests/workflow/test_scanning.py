"""Scanners asked after the filing: answers are written once and shown; nothing waits for them, nothing is lost."""

import json
import socket
from dataclasses import replace

from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.postoffice import PostOffice
from intake.storage.evidence import MessageCheck, MessageEvidence
from intake.storage.messages import Letter
from intake.storage.spool import Envelope, Spool
from intake.storage.submissions import Submission
from intake.worker import Worker
from tests import factories
from tests.one_reader import READER
from tests.screening.test_scanners import ANSWER, clamd, played, web
from tests.workflow.arrivals import HUDA, OPED, arrived, written

SPAM = "We offer a guest post with dofollow backlinks.\n\n" + factories.text().body_text


def working(newsroom: Newsroom, rspamd: str = "", clamav: str = "") -> Worker:
    """Return a worker with these scanners that has filed one mail."""
    screening = replace(newsroom.settings.screening, rspamd=rspamd, clamav=clamav, timeout=2)
    room = replace(newsroom, settings=replace(newsroom.settings, screening=screening))
    root = room.settings.root
    worker = Worker(room, Spool(root / "spool", 1_000_000), READER, PostOffice(None, root / "letters"))
    worker.spool.accept(written(), Envelope(HUDA, OPED, "lmtp", "", "", room.now()))
    assert worker.file_spool() == 1
    return worker


def evidence(newsroom: Newsroom) -> list[tuple[str, str]]:
    with newsroom.reading() as session:
        return [(row.kind, row.verdict) for row in session.scalars(select(MessageEvidence))]


def suspected(newsroom: Newsroom) -> tuple[str, str | None]:
    with newsroom.reading() as session:
        piece = session.scalars(select(Submission)).one()
        return piece.status, piece.suspected


def test_without_addresses_nobody_is_asked(newsroom: Newsroom) -> None:
    working(newsroom)
    with newsroom.reading() as session:
        assert session.scalars(select(MessageCheck)).all() == []


def test_a_virus_and_spam_are_written_down_and_the_piece_is_marked(newsroom: Newsroom) -> None:
    with (
        played(web(json.dumps(ANSWER).encode(), [])) as rspamd,
        played(clamd(b"stream: Eicar FOUND\0", [])) as clamav,
    ):
        worker = working(newsroom, f"http://{rspamd}", clamav)
        assert (evidence(newsroom), suspected(newsroom)) == ([], ("received", None))
        assert worker.check_mail() == 2
    assert sorted(evidence(newsroom)) == [("spam", "found"), ("virus", "found")]
    assert suspected(newsroom) == ("received", "Rspamd 12.5")


def test_scanners_that_are_down_are_tried_thrice_and_lose_nothing(newsroom: Newsroom) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        worker = working(newsroom, clamav=f"127.0.0.1:{closed.getsockname()[1]}")
        for _ in range(3):
            assert evidence(newsroom) == []
            assert worker.check_mail() == 1
            factories.pass_time(newsroom, seconds=61)
    assert (evidence(newsroom), suspected(newsroom)) == ([("virus", "not_done")], ("received", None))


def test_what_the_rules_suspect_is_put_aside_without_a_letter_and_can_be_brought_back(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        message = arrived(session, newsroom, written(body=SPAM, Reply_To="box@other.example"))
        assert [hit for hit in message.hits if hit.startswith("selling_links")] != []
        assert session.scalars(select(Letter)).all() == []
    assert suspected(newsroom) == ("spiked", "rules: 6 of 5")


def test_held_mail_that_is_suspected_gets_no_explanation(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        arrived(session, newsroom, written("Offer", SPAM, Reply_To="box@other.example"))
        assert session.scalars(select(Letter)).all() == []
