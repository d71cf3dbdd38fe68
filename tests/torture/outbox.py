"""The bar of the outbox: a worker that dies right after the relay's 250 sends no letter never, and none as another.

It runs and counts; ``test_relay`` (short) and ``python -m tests.torture`` (long) say what must come out.
"""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.worker import LEASE
from tests import factories
from tests.played_relay import PlayedRelay
from tests.torture.fuse import RELAY_POINT, Life
from tests.torture.harness import PATIENCE, Role


@dataclass
class Outbox:
    """What came out of a run: the letters that were queued, and how often the relay took each Message-ID."""

    wanted: list[str]
    taken: Counter[str]
    kills: int
    seconds: float

    def faultless(self) -> bool:
        """Tell whether every letter arrived, and each kill repeated one letter as the same message."""
        return sorted(self.taken) == sorted(self.wanted) and self.taken.total() == len(self.wanted) + self.kills


def queued(newsroom: Newsroom) -> list[str]:
    """Return the Message-IDs of the letters that have not left."""
    with newsroom.reading() as session:
        return list(session.scalars(select(Letter.message_id).where(Letter.status == "queued").order_by(Letter.id)))


def run(folder: Path, kills: int, role: str = "filing:worker") -> Outbox:
    """Queue a few letters more than kills, kill the worker after the relay's 250 so often, then let it finish."""
    began = time.monotonic()
    newsroom = factories.make_newsroom(folder)
    with newsroom.transaction() as session:
        for number in range(kills + 2):
            factories.received(session, newsroom, address=f"author{number}@writer.example")
    wanted = queued(newsroom)
    with PlayedRelay().listening() as relay:
        _deliver(role, folder, relay.port, kills, newsroom)
    newsroom.database.close()
    taken = Counter(str(letter.message["Message-ID"]) for letter in relay.taken)
    return Outbox(wanted, taken, kills, time.monotonic() - began)


def _deliver(role: str, folder: Path, port: int, kills: int, newsroom: Newsroom) -> None:
    settings = {"INTAKE_RELAY_HOST": "127.0.0.1", "INTAKE_RELAY_PORT": str(port), "INTAKE_RELAY_SECURITY": "none"}
    worker = Role(role, folder, environment=settings)
    ahead = int(LEASE.total_seconds()) // 60 + 1
    try:
        for number in range(kills):
            worker.start(Life(RELAY_POINT, 1 + number % 2, minutes=ahead * (number + 1)))
            worker.wait()
        worker.start(Life(minutes=ahead * (kills + 1)))
        deadline = time.monotonic() + PATIENCE
        while queued(newsroom) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        worker.close()
