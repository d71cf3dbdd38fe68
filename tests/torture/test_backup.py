"""P18: a backup made while mail comes in at 20 a second restores whole, with every mail acknowledged before it began.

Longer by hand: ``TORTURE_BACKUP_SECONDS=60 pytest tests/torture/test_backup.py``.
"""

import os
import smtplib
import threading
import time
from pathlib import Path

from sqlalchemy import select

from intake.bootstrap import open_newsroom
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage
from intake.upkeep.backup import Backup
from intake.upkeep.manifest import Manifest
from intake.upkeep.restore import restore
from tests.factories import make_newsroom
from tests.one_reader import make_worker
from tests.torture.harness import RECIPIENT, SENDER, Role, free_port
from tests.upkeep.conftest import elsewhere, op_ed

SECONDS = float(os.environ.get("TORTURE_BACKUP_SECONDS", "5"))
RATE, BACKUPS = 20, 3


class Traffic(threading.Thread):
    """One sender at a steady rate until told to stop; ``acknowledged`` are the numbers answered 250."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port, self.acknowledged, self.done = port, list[int](), threading.Event()

    def run(self) -> None:
        """Send the next mail when its moment has come."""
        begun = time.monotonic()
        for number in range(int(SECONDS * RATE * 10)):
            if self.done.wait(max(0.0, begun + number / RATE - time.monotonic())):
                return
            with smtplib.LMTP("127.0.0.1", self.port) as client:
                client.sendmail(SENDER, [RECIPIENT], op_ed(number))
            self.acknowledged.append(number)


def saved_under_load(newsroom: Newsroom, folder: Path) -> list[tuple[Path, set[str], Manifest]]:
    """Return backups made one after another while mail came in, each with what was acknowledged before it began."""
    root, port = newsroom.settings.root, free_port()
    listener, worker = Role("listening:listener", root / "spool", port), Role("filing:worker", root)
    traffic, made = Traffic(port), []
    try:
        listener.start()
        worker.start()
        traffic.start()
        for number in range(BACKUPS):
            time.sleep(SECONDS / BACKUPS)
            before = {f"<{one}@writer.example>" for one in traffic.acknowledged}
            made.append((folder / str(number), before, Backup(newsroom.settings, folder / str(number)).make()))
    finally:
        traffic.done.set()
        traffic.join()
        listener.close()
        worker.close()
    return made


def filed(newsroom: Newsroom) -> set[str]:
    """Let a worker file what waits, and return the Message-ID of every mail."""
    worker = make_worker(newsroom)
    while worker.file_spool():
        pass
    with newsroom.reading() as session:
        found = session.scalars(select(InboundMessage.message_id)).all()
    assert len(found) == len(set(found))
    return set(found)


def test_backups_under_load_hold_every_mail_acknowledged_before_they_began(tmp_path: Path) -> None:
    newsroom = make_newsroom(tmp_path / "here")
    for folder, before, manifest in saved_under_load(newsroom, tmp_path):
        there = elsewhere(newsroom, tmp_path / f"restored-{folder.name}")
        report = restore(there, folder)
        assert (report.wrong, report.noted) == ([], [])
        restored = open_newsroom(there)
        assert before - filed(restored) == set()
        restored.database.close()
        waiting = sum(path.startswith("spool/new/") for path in manifest.files)
        figures = f"{report.counted['messages']} filed and {waiting} waiting in the copy"
        print(f"{len(before)} acknowledged before, {figures}")  # noqa: T201  # the figures, with -s
    newsroom.database.close()
