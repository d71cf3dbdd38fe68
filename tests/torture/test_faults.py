"""Each single step of storing and filing fails once: the sender may try again, and nothing is lost or half-done."""

import errno
import logging
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from intake.ingress.lmtp import Listener
from intake.newsroom import Newsroom
from intake.postoffice import PostOffice
from intake.sandbox import Reader
from intake.storage.blobs import Blobs
from intake.storage.database import Database
from intake.storage.spool import Envelope, Spool
from intake.worker import Worker
from tests.storage.failing import FailingDisk
from tests.torture.bar import Figures, count, op_ed
from tests.torture.harness import RECIPIENT, SENDER, Senders, mail
from tests.torture.listening import MAX_BYTES

REFUSAL = {errno.EIO: 451, errno.ENOSPC: 452}
STEPS = 4
"""Write, fsync, rename, fsync of the folder."""


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Failures are made on purpose here; their tracebacks would hide the one that is not."""
    for name in ("intake.worker", "intake.ingress.answers"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def answer(client: smtplib.LMTP, raw: bytes) -> int:
    """Send one mail and return the code of its answer."""
    try:
        client.sendmail(SENDER, [RECIPIENT], raw)
    except smtplib.SMTPDataError as refusal:
        return refusal.smtp_code
    return 250


@contextmanager
def listening(spool: Spool) -> Iterator[Listener]:
    with Listener(spool, "127.0.0.1", 0, lambda _: True, MAX_BYTES) as listener:
        yield listener


def stored(folder: Path) -> list[bytes]:
    """Return the bytes of every mail that waits, read by a spool whose disk is sound."""
    spool = Spool(folder, MAX_BYTES)
    return sorted(spool.read(key)[1] for key in spool.waiting())


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_whichever_step_of_storing_fails_the_sender_may_try_again(tmp_path: Path, number: int) -> None:
    mails = [mail(each) for each in range(3)]
    for fails_at in range(1, 3 * STEPS + 2):
        folder = tmp_path / str(fails_at)
        Spool(folder, MAX_BYTES)
        disk = FailingDisk(fails_at, number)
        with (
            listening(Spool(folder, MAX_BYTES, disk=disk)) as listener,
            smtplib.LMTP("127.0.0.1", listener.port, timeout=10) as client,
        ):
            first = [answer(client, raw) for raw in mails]
            again = [answer(client, raw) for raw, code in zip(mails, first, strict=True) if code != 250]
        assert disk.failed == (fails_at <= 3 * STEPS)
        refused = [(fails_at - 1) // STEPS] if disk.failed else []
        assert first == [REFUSAL[number] if each in refused else 250 for each in range(3)]
        assert again == [250] * len(refused)
        assert list((folder / "tmp").iterdir()) == []
        assert stored(folder) == sorted(mails)


def test_a_disk_that_fails_now_and_then_loses_nothing(tmp_path: Path) -> None:
    Spool(tmp_path, MAX_BYTES)
    disk = FailingDisk(7, every=7)
    with listening(Spool(tmp_path, MAX_BYTES, disk=disk)) as listener:
        senders = Senders(listener.port, 100)
        for client in senders.run(4):
            client.join()
    assert senders.retries > 0
    assert stored(tmp_path) == sorted(mail(number) for number in range(100))
    assert list((tmp_path / "tmp").iterdir()) == []


def deliver(worker: Worker, number: int) -> str:
    envelope = Envelope(SENDER, RECIPIENT, "lmtp", "", "", worker.newsroom.now())
    return worker.spool.accept(op_ed(number), envelope)


def make_worker(newsroom: Newsroom, reader: Reader) -> Worker:
    root = newsroom.settings.root
    return Worker(newsroom, Spool(root / "spool", MAX_BYTES), reader, PostOffice(None, root / "letters"))


def check(newsroom: Newsroom, numbers: int) -> None:
    """Demand that exactly the first so many op-eds are filed, each once, with one receipt and its bytes."""
    figures = Figures(list(range(numbers)), 0, deaths=Counter(), seconds=0)
    count(newsroom, figures)
    assert figures.faultless(), figures


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_whichever_step_of_the_blobs_fails_the_message_is_filed_later(
    newsroom: Newsroom, reader: Reader, number: int
) -> None:
    folder = newsroom.settings.root / "blobs"
    for fails_at in range(1, 30):
        disk = FailingDisk(fails_at, number)
        worker = make_worker(replace(newsroom, blobs=Blobs(folder, disk=disk)), reader)
        key = deliver(worker, fails_at - 1)
        worker.file_spool()
        if not disk.failed:
            break
        assert worker.spool.waiting() == [key]
        worker.file_spool()
        assert worker.spool.waiting() == []
        assert list((folder / "tmp").iterdir()) == []
    assert fails_at > STEPS
    check(newsroom, fails_at)


@contextmanager
def failing(database: Database, fails_at: int) -> Iterator[list[str]]:
    """Let the k-th statement or commit fail as a disk under the database does; the list says which it was."""
    left, failed = [fails_at], []

    def step(what: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            failed.append(what)
            raise OperationalError(what, {}, OSError(errno.EIO, "disk I/O error"))

    def executing(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        step(statement)

    def committing(_connection: object) -> None:
        step("COMMIT")

    event.listen(database.engine, "before_cursor_execute", executing)
    event.listen(database.engine, "commit", committing)
    yield failed
    event.remove(database.engine, "before_cursor_execute", executing)
    event.remove(database.engine, "commit", committing)


def test_whichever_statement_of_the_database_fails_the_message_is_filed_later(
    newsroom: Newsroom, reader: Reader
) -> None:
    worker, seen = make_worker(newsroom, reader), []
    for fails_at in range(1, 200):
        key = deliver(worker, fails_at - 1)
        with failing(newsroom.database, fails_at) as failed:
            worker.file_spool()
        if not failed:
            break
        seen += failed
        assert worker.spool.waiting() == [key], failed
        worker.file_spool()
        assert worker.spool.waiting() == []
    assert seen[-1] == "COMMIT"
    assert any(statement.startswith("INSERT INTO inbound_message") for statement in seen)
    check(newsroom, fails_at)
