"""Killed with -9 at each point and at random: what was answered 250 is in the spool, once; the harness sees a loss."""

import random
from pathlib import Path

from intake.storage.spool import Spool, key_of
from tests.torture.fuse import LISTENER_POINTS
from tests.torture.harness import RECIPIENT, SENDER, Role, Senders, free_port, lives, mail, torture_all
from tests.torture.listening import MAX_BYTES

MAILS, CLIENTS, EACH, AT_RANDOM = 300, 4, 3, 8


def run(role_name: str, folder: Path, each: int) -> Senders:
    """Send while the listener dies; return the senders when every mail is answered."""
    Spool(folder, MAX_BYTES)
    senders = Senders(free_port(), MAILS)
    role = Role(role_name, folder, senders.port)
    try:
        planned = lives(LISTENER_POINTS, each, AT_RANDOM, random.Random(1))  # noqa: S311  # moments, not secrets
        torture_all(senders, CLIENTS, [(role, planned, lambda: len(senders.acknowledged) / MAILS)], seed=1)
    finally:
        role.close()
    return senders


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    senders = run("listening:listener", tmp_path / "spool", EACH)
    spool = Spool(tmp_path / "spool", MAX_BYTES)
    waiting = spool.waiting(limit=10 * MAILS)
    sent = [mail(number) for number in sorted(senders.acknowledged)]
    assert sorted(senders.acknowledged) == list(range(MAILS))
    assert sorted(spool.read(key)[1] for key in waiting) == sorted(sent)
    assert sorted(waiting) == sorted(key_of(SENDER, RECIPIENT, each) for each in sent)
    assert senders.retries > 0, "the kills hit nobody: the run proves nothing"


def test_the_harness_sees_a_listener_that_promises_too_early(tmp_path: Path) -> None:
    senders = run("listening:hasty_listener", tmp_path / "spool", 0)
    waiting = set(Spool(tmp_path / "spool", MAX_BYTES).waiting(limit=10 * MAILS))
    lost = [number for number in senders.acknowledged if key_of(SENDER, RECIPIENT, mail(number)) not in waiting]
    assert lost, "250 before the disk had it must show as loss"
