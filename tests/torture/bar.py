"""The bar: every mail answered 250 is one piece with one letter and its exact bytes, however often both roles die.

It runs and counts; ``test_filing`` (short) and ``python -m tests.torture`` (long) say what must come out.
"""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Spool
from intake.storage.submissions import Submission
from tests.factories import PARAGRAPHS_EN, make_newsroom
from tests.torture.fuse import LISTENER_POINTS, WORKER_POINTS
from tests.torture.harness import PATIENCE, Role, Senders, free_port, lives, torture_all


@dataclass(frozen=True)
class Size:
    """How much is sent, and how often each role dies: ``each`` at every point, ``at_random`` at any moment.

    The clients wait while more than ``backlog`` mails lie in the spool.
    """

    messages: int
    clients: int
    each: int
    at_random: int
    seed: int = 1
    backlog: int = 300
    listener: str = "listening:listener"
    worker: str = "filing:worker"
    listener_points: tuple[str, ...] = LISTENER_POINTS
    worker_points: tuple[str, ...] = WORKER_POINTS


@dataclass
class Figures:
    """What came out of a run. Every list holds the numbers of mails."""

    acknowledged: list[int]
    retries: int
    deaths: Counter[str]
    seconds: float
    database: str = ""
    lost: list[int] = field(default_factory=list)
    """Answered 250, and no piece of it."""
    doubled: list[int] = field(default_factory=list)
    """More than one row or piece."""
    letters: list[int] = field(default_factory=list)
    """Not exactly one receipt."""
    bytes_wrong: list[int] = field(default_factory=list)
    """The blob is missing or differs."""
    unasked: int = 0
    """Rows of a mail that nobody was answered 250 for."""

    def faultless(self) -> bool:
        """Tell whether the promise was kept."""
        return not (self.lost or self.doubled or self.letters or self.bytes_wrong or self.unasked)


def op_ed(number: int) -> bytes:
    """Return an op-ed of more than 150 words by an author that no other number has: one gets few receipts a day."""
    body = "\r\n\r\n".join(PARAGRAPHS_EN * 4)
    head = f"From: Huda <huda.{number}@writer.example>\r\nMessage-ID: <{number}@writer.example>"
    return f"{head}\r\nSubject: Op-Ed: Harbour {number}\r\n\r\nPiece number {number}.\r\n\r\n{body}\r\n".encode()


def run(folder: Path, size: Size) -> Figures:
    """Send while both roles die as planned, wait until the spool is empty, and count."""
    began = time.monotonic()
    newsroom = make_newsroom(folder)
    spool = Spool(folder / "spool", 1_000_000)
    port = free_port()
    senders = Senders(port, size.messages, op_ed, spool.folder, size.backlog)
    listener, worker = Role(size.listener, spool.folder, port), Role(size.worker, folder)
    chance = random.Random(size.seed)  # noqa: S311  # moments, not secrets
    try:
        plans = [
            (listener, lives(size.listener_points, size.each, size.at_random, chance), Progress(senders)),
            (worker, lives(size.worker_points, size.each, size.at_random, chance, 2), Progress(senders, filed=True)),
        ]
        deaths = torture_all(senders, size.clients, plans, size.seed)
        deadline = time.monotonic() + PATIENCE
        while spool.waiting(1) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        listener.close()
        worker.close()
    figures = Figures(sorted(senders.acknowledged), senders.retries, deaths, time.monotonic() - began)
    figures.database = newsroom.database.engine.dialect.name
    count(newsroom, figures)
    newsroom.database.close()
    return figures


@dataclass(frozen=True)
class Progress:
    """The share of the planned mails that is answered, less those that still lie in the spool when ``filed``."""

    senders: Senders
    filed: bool = False

    def __call__(self) -> float:
        behind = self.senders.waiting() if self.filed else 0
        return (len(self.senders.acknowledged) - behind) / self.senders.most


def count(newsroom: Newsroom, figures: Figures) -> None:
    """Compare what was answered with what is filed, into the figures."""
    with newsroom.reading() as session:
        rows = _numbers(session.scalars(select(InboundMessage.message_id)))
        pieces = Counter(_pieces(session))
        letters = Counter(_letters(session))
        figures.bytes_wrong = sorted(_wrong_bytes(session, newsroom))
    sent = set(figures.acknowledged)
    figures.lost = sorted(number for number in sent if not (rows[number] and pieces[number]))
    figures.doubled = sorted(number for number in sent if rows[number] > 1 or pieces[number] > 1)
    figures.letters = sorted(number for number in sent if letters[number] != 1)
    figures.unasked = len(rows.keys() - sent)


def _numbers(message_ids: Iterable[str]) -> Counter[int]:
    return Counter(int(text.strip("<").partition("@")[0]) for text in message_ids)


def _pieces(session: Session) -> list[int]:
    return [int(headline.removeprefix("Harbour ")) for headline in session.scalars(select(Submission.headline))]


def _letters(session: Session) -> list[int]:
    query = select(Submission.headline).join(Letter, Letter.submission_id == Submission.id).where(Letter.code == "M2")
    return [int(headline.removeprefix("Harbour ")) for headline in session.scalars(query)]


def _wrong_bytes(session: Session, newsroom: Newsroom) -> set[int]:
    wrong = set()
    for message_id, raw in session.execute(select(InboundMessage.message_id, InboundMessage.raw)):
        number = int(message_id.strip("<").partition("@")[0])
        same = hashlib.sha256(op_ed(number)).hexdigest() == raw
        if not (same and newsroom.blobs.has(raw) and newsroom.blobs.get(raw) == op_ed(number)):
            wrong.add(number)
    return wrong
