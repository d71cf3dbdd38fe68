"""Listener and worker killed with -9 ten times each: every mail answered 250 becomes one piece with one letter."""

import time
from pathlib import Path

from sqlalchemy import func, select

from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Spool
from intake.storage.submissions import Submission
from tests.factories import PARAGRAPHS_EN, make_newsroom
from tests.torture.harness import Role, Senders, free_port, torture

KILLS, MAILS, CLIENTS, PATIENCE = 10, 300, 4, 90.0


def op_eds(count: int) -> list[bytes]:
    """Return different op-eds of more than 150 words."""
    body = "\r\n\r\n".join(PARAGRAPHS_EN * 4)
    head = "From: Huda <huda@writer.example>\r\nMessage-ID: <{0}@writer.example>\r\nSubject: Op-Ed: Harbour {0}\r\n\r\n"
    return [(head.format(number) + f"Piece number {number}.\r\n\r\n{body}\r\n").encode() for number in range(count)]


def run(worker_name: str, folder: Path, mails: int = MAILS, kills: int = KILLS) -> Newsroom:
    """Send every op-ed while both roles are killed, wait until the spool is empty, and return the newsroom."""
    newsroom = make_newsroom(folder)
    spool = Spool(folder / "spool", 1_000_000)
    port = free_port()
    senders = Senders(port, op_eds(mails))
    listener, worker = Role("listener", folder / "spool", port), Role(worker_name, folder, port)
    try:
        torture([listener, worker], senders, kills, CLIENTS, seed=1)
        deadline = time.monotonic() + PATIENCE
        while spool.waiting(1) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        listener.kill()
        worker.kill()
    assert sorted(senders.acknowledged) == sorted(op_eds(mails))
    return newsroom


def test_every_acknowledged_mail_is_one_piece_with_one_letter(tmp_path: Path) -> None:
    newsroom = run("worker", tmp_path)
    with newsroom.reading() as session:
        filed = session.scalars(select(InboundMessage.message_id).order_by(InboundMessage.message_id)).all()
        assert filed == sorted(f"<{number}@writer.example>" for number in range(MAILS))
        headlines = session.scalars(select(Submission.headline)).all()
        assert sorted(headlines) == sorted(f"Harbour {number}" for number in range(MAILS))
        letters = session.scalars(select(func.count(Letter.id)).where(Letter.code == "M2")).one()
        assert letters == MAILS
        raws = session.scalars(select(InboundMessage.raw)).all()
        assert all(newsroom.blobs.has(raw) for raw in raws)
    newsroom.database.close()


def test_the_harness_sees_a_worker_that_removes_too_early(tmp_path: Path) -> None:
    newsroom = run("careless_worker", tmp_path, mails=60, kills=6)
    with newsroom.reading() as session:
        assert len(session.scalars(select(InboundMessage.id)).all()) < 60
    newsroom.database.close()
