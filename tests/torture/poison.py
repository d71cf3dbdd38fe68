"""The bar of P6: hostile mail, one in ten, delays no other mail to twice its time, and an editor sees each of it.

It measures with a worker of its own process; ``test_poison`` (short: that all is seen) and ``python -m tests.torture``
(long: the time) say what must come out.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from intake.newsroom import Newsroom, utc_now
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope, Spool
from tests.factories import make_newsroom
from tests.inbox.test_hostile import QUARANTINED, SLOW
from tests.torture.bar import op_ed
from tests.torture.harness import PATIENCE, Role

SENDER, DESK, ATTACKER = "huda@writer.example", "oped@harbourpost.example", "mallory@attack.example"
LARGEST = 26_214_400
ONE_IN = 10
MOST = 2.0
"""Times longer that good mail may take among hostile mail."""


@dataclass
class Poison:
    """What came out: the time from stored to filed of good mail (95th percentile, seconds), without and with poison."""

    calm: float
    poisoned: float
    hostile: int
    seen: int
    lost: int
    """Good mails that are no piece."""

    def faultless(self) -> bool:
        """Tell whether all hostile mail is seen, no good mail lost, and none held up to twice its time."""
        return self.seen == self.hostile and not self.lost and self.ratio < MOST

    @property
    def ratio(self) -> float:
        """Return how many times longer good mail takes among hostile mail."""
        return self.poisoned / self.calm


def hostile() -> list[bytes]:
    """Return the hostile mails that a listener takes: what breaks a cap, and what invites slow reading."""
    mails = [*(raw for raw, _ in QUARANTINED.values()), *SLOW.values()]
    return [raw for raw in mails if len(raw) <= LARGEST]


def run(folder: Path, mails: int, a_second: float) -> Poison:
    """Send ``mails`` good mails at a steady pace, first alone, then with a hostile one after every tenth."""
    calm = _traffic(folder / "calm", mails, a_second, [])
    poisons = [raw for _, raw in zip(range(mails // ONE_IN), hostile() * mails, strict=False)]
    poisoned = _traffic(folder / "poisoned", mails, a_second, poisons)
    return Poison(
        calm=_percentile(calm.waits),
        poisoned=_percentile(poisoned.waits),
        hostile=len(poisons),
        seen=poisoned.seen,
        lost=mails * 2 - len(calm.waits) - len(poisoned.waits),
    )


@dataclass
class _Traffic:
    waits: list[float]
    seen: int


def _traffic(folder: Path, mails: int, a_second: float, poisons: list[bytes]) -> _Traffic:
    newsroom = make_newsroom(folder)
    spool = Spool(folder / "spool", LARGEST)
    worker = Role("filing:worker", folder)
    try:
        worker.start()
        began = time.monotonic()
        for number in range(mails):
            spool.accept(op_ed(number), Envelope(SENDER, DESK, "lmtp", "", "", utc_now()))
            if number % ONE_IN == 0 and number // ONE_IN < len(poisons):
                spool.accept(poisons[number // ONE_IN], Envelope(ATTACKER, DESK, "lmtp", "", "", utc_now()))
            time.sleep(max(0.0, began + (number + 1) / a_second - time.monotonic()))
        deadline = time.monotonic() + PATIENCE
        while spool.waiting(1) and time.monotonic() < deadline:
            time.sleep(0.05)
        return _counted(newsroom)
    finally:
        worker.close()
        newsroom.database.close()


def _counted(newsroom: Newsroom) -> _Traffic:
    with newsroom.reading() as session:
        rows = session.scalars(select(InboundMessage)).all()
        good = [row for row in rows if row.mail_from == SENDER and row.submission_id is not None]
        waits = [(row.filed_at - row.received_at).total_seconds() for row in good]
        seen = [row for row in rows if row.mail_from == ATTACKER and row.disposition != "dropped"]
    return _Traffic(waits, len(seen))


def _percentile(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)] if waits else float("inf")
