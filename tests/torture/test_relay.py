"""The worker killed right after the relay's 250: a letter may leave twice, but always as the same message."""

from pathlib import Path

from tests.torture.outbox import run


def test_every_letter_arrives_and_a_repeat_is_the_same_message(tmp_path: Path) -> None:
    outbox = run(tmp_path, kills=5)
    assert len(outbox.wanted) >= 7
    assert sorted(outbox.taken) == sorted(outbox.wanted)
    assert outbox.taken.total() == len(outbox.wanted) + 5, "each kill repeats the letter whose 250 was not noted"
    assert outbox.faultless()


def test_the_relay_sees_a_post_office_that_renames_its_repeats(tmp_path: Path) -> None:
    outbox = run(tmp_path, kills=2, role="filing:renaming_worker")
    assert len(outbox.taken) == len(outbox.wanted) + 2
    assert not outbox.faultless()
