"""The bar of P5: copies of one mail merge by whatever way they come, and different mails never do.

It files in this process with the real spool, reader and worker, and counts; ``test_doubles`` (short) and
``python -m tests.torture`` (long) say what must come out.
"""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, Source
from intake.storage.submissions import Submission
from intake.worker import Worker
from tests.factories import PARAGRAPHS_EN, make_newsroom
from tests.one_reader import make_worker

WAYS: tuple[Source, ...] = ("lmtp", "pipe")
COPIES = 3
SENDER, DESK = "huda@writer.example", "oped@harbourpost.example"


@dataclass
class Doubles:
    """What came out: for each kind of traffic the mails that are different, and the rows, pieces and receipts."""

    different: int
    delivered: int
    rows: int
    pieces: int
    receipts: int
    seconds: float

    def faultless(self) -> bool:
        """Tell whether each different mail is one row, one piece, one receipt."""
        return self.rows == self.pieces == self.receipts == self.different


def op_ed(number: int, message_id: str) -> bytes:
    """Return an op-ed and author that no other number has, under this Message-ID or none."""
    head = f"From: Huda <huda.{number}@writer.example>\r\nSubject: Op-Ed: Harbour {number}\r\n"
    head += f"Message-ID: {message_id}\r\n" if message_id else ""
    body = "\r\n\r\n".join(PARAGRAPHS_EN * 4)
    return f"{head}\r\nPiece number {number}.\r\n\r\n{body}\r\n".encode()


def by_every_way(number: int) -> list[tuple[Source, bytes]]:
    """Return one mail's copies by each way: every hop adds a trace of its own."""
    mail = op_ed(number, f"<{number}@writer.example>")
    traces = [
        (way, f"Received: from mx{copy}.writer.example by {way}.paper.example; id {copy}\r\n".encode())
        for way in WAYS
        for copy in range(COPIES)
    ]
    return [(way, trace + mail) for way, trace in traces]


def run(folder: Path, mails: int, alike: int, seed: int = 1) -> Doubles:
    """Deliver ``mails`` by two ways thrice each, ``alike`` under one Message-ID and ``alike`` without any; count."""
    began = time.monotonic()
    newsroom = make_newsroom(folder)
    worker = make_worker(newsroom)
    traffic = [copy for number in range(mails) for copy in by_every_way(number)]
    traffic += [("lmtp", op_ed(10_000 + number, "<same@writer.example>")) for number in range(alike)]
    traffic += [("lmtp", op_ed(20_000 + number, "")) for number in range(alike)]
    random.Random(seed).shuffle(traffic)  # noqa: S311  # an order, not a secret
    for way, raw in traffic:
        worker.spool.accept(raw, Envelope(SENDER, DESK, way, "", "", newsroom.now()))
    _filed(worker)
    found = _counted(newsroom)
    newsroom.database.close()
    return Doubles(mails + 2 * alike, len(traffic), *found, time.monotonic() - began)


def _filed(worker: Worker) -> None:
    while worker.spool.waiting(1):
        worker.file_spool()


def _counted(newsroom: Newsroom) -> tuple[int, int, int]:
    counts = select(func.count())
    with newsroom.reading() as session:
        rows = session.scalar(counts.select_from(InboundMessage)) or 0
        pieces = session.scalar(counts.select_from(Submission)) or 0
        return rows, pieces, session.scalar(counts.select_from(Letter).where(Letter.code == "M2")) or 0
