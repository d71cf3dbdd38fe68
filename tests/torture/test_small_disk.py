"""A spool on a real disk of 6 MB: every 250 has its file, the rest is told 452, and with space again all is taken."""

import logging
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.ingress.lmtp import Listener
from intake.storage.spool import Spool, free_bytes
from tests.torture.harness import RECIPIENT, SENDER

MAX_BYTES, MAILS = 400_000, 60


def letter(number: int) -> bytes:
    """Return one of sixty mails of 250,000 bytes in all but the last digits."""
    return b"Subject: Op-Ed: Sand %d\r\n\r\n" % number + b"The well is dry.\r\n" * (13_800 + number)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount 6 MB of memory; that needs the right to mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "none", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"LOUD: nothing can be mounted here ({done.stderr.strip()}), so a full disk was NOT tried")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def connected(spool: Spool) -> Iterator[smtplib.LMTP]:
    with (
        Listener(spool, "127.0.0.1", 0, lambda _: True, MAX_BYTES) as listener,
        smtplib.LMTP("127.0.0.1", listener.port, timeout=10) as client,
    ):
        yield client


def answers(client: smtplib.LMTP, numbers: list[int]) -> dict[int, int]:
    """Send the mails and return the code that each was answered."""
    codes = {}
    for number in numbers:
        try:
            client.sendmail(SENDER, [RECIPIENT], letter(number))
            codes[number] = 250
        except smtplib.SMTPDataError as refusal:
            codes[number] = refusal.smtp_code
    return codes


def emptied(spool: Spool) -> list[bytes]:
    """Take every mail out, as the worker does."""
    taken = []
    for key in spool.waiting():
        taken.append(spool.read(key)[1])
        spool.remove(key)
    return taken


@pytest.mark.parametrize("looks", [True, False], ids=["looks at the free space first", "finds out while it writes"])
def test_every_250_has_its_file_and_the_rest_is_taken_later(small_disk: Path, looks: bool) -> None:
    logging.getLogger("intake.ingress.answers").setLevel(logging.CRITICAL)  # else each refusal is told with its way
    spool = Spool(small_disk / "spool", MAX_BYTES, free=free_bytes if looks else lambda _: 1 << 40)
    left, rounds, taken = list(range(MAILS)), 0, []
    with connected(spool) as client:
        while left and rounds < MAILS:
            codes = answers(client, left)
            assert set(codes.values()) <= {250, 452}
            left = [number for number, code in codes.items() if code != 250]
            found = emptied(spool)
            assert sorted(found) == sorted(letter(number) for number, code in codes.items() if code == 250)
            assert list((small_disk / "spool" / "tmp").iterdir()) == []
            taken += found
            rounds += 1
    assert sorted(taken) == sorted(letter(number) for number in range(MAILS))
    assert rounds > 2, "the disk was never full"
