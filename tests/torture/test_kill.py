"""Killed with -9 ten times: what was answered 250 is in the spool, once; and the harness can see a loss."""

from pathlib import Path

import pytest

from intake.storage.spool import Spool, key_of
from tests.torture.harness import RECIPIENT, SENDER, Role, Senders, free_port, mails, torture
from tests.torture.roles import MAX_BYTES

KILLS, MAILS, CLIENTS = 10, 300, 4


def run(role_name: str, folder: Path, seed: int) -> Senders:
    Spool(folder, MAX_BYTES)
    port = free_port()
    senders = Senders(port, mails(MAILS))
    role = Role(role_name, folder, port)
    try:
        torture([role], senders, KILLS, CLIENTS, seed)
    finally:
        role.kill()
    return senders


@pytest.mark.parametrize("seed", [1])
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    senders = run("listener", tmp_path / "spool", seed)
    spool = Spool(tmp_path / "spool", MAX_BYTES)
    waiting = spool.waiting(limit=10 * MAILS)
    assert sorted(senders.acknowledged) == sorted(mails(MAILS))
    assert sorted(spool.read(key)[1] for key in waiting) == sorted(mails(MAILS))
    assert sorted(waiting) == sorted(key_of(SENDER, RECIPIENT, mail) for mail in mails(MAILS))
    assert senders.retries > 0, "the kills hit nobody: the run proves nothing"


def test_the_harness_sees_a_listener_that_promises_too_early(tmp_path: Path) -> None:
    senders = run("hasty_listener", tmp_path / "spool", 1)
    waiting = set(Spool(tmp_path / "spool", MAX_BYTES).waiting(limit=10 * MAILS))
    lost = [mail for mail in senders.acknowledged if key_of(SENDER, RECIPIENT, mail) not in waiting]
    assert lost, "250 before the disk had it must show as loss"
