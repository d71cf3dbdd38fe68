"""``intake import``: each message once, whoever brought it first; quietly; what is not stored is named."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from intake.cli import commands, importing
from intake.filing import Filing
from intake.ingress import archives, pacing
from intake.newsroom import Newsroom
from intake.storage import heartbeat
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, Spool
from intake.storage.submissions import Submission
from intake.workflow.receive import IMPORTED
from tests.ingress.test_mbox import join
from tests.one_reader import READER
from tests.workflow.arrivals import HUDA, OPED, written

pytestmark = pytest.mark.sqlite

Call = Callable[..., tuple[int, list[dict[str, object]]]]
NOTHING = {"stored": 0, "already_there": 0, "too_large": 0, "unreadable": 0, "left_out": 0, "stopped": ""}


@pytest.fixture
def room(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Return a newsroom that commands find by the environment."""
    monkeypatch.setenv("INTAKE_FOLDER", newsroom.settings.folder)
    return newsroom


@pytest.fixture
def spool(room: Newsroom) -> Spool:
    return Spool(room.settings.root / "spool", room.settings.mail.max_bytes)


def called(*options: str | Path) -> Result:
    result = CliRunner().invoke(commands, ["import", *map(str, options)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def imported(*options: str | Path) -> tuple[int, list[dict[str, object]]]:
    """Import for the desk "opinion" and return the exit code, the problems and, last, the summary."""
    result = called("--desk", "opinion", "--json", *options)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def summary(dry_run: bool = False, **counted: object) -> dict[str, object]:
    return NOTHING | counted | {"dry_run": dry_run}


def filed(room: Newsroom, spool: Spool) -> None:
    while Filing(room, spool, READER, threading.Event()).round():
        pass


def rows(room: Newsroom) -> list[tuple[str, str, str, str]]:
    with room.reading() as session:
        found = session.scalars(select(InboundMessage).order_by(InboundMessage.id))
        return [(row.source, row.mail_from, row.recipient, row.why) for row in found]


def count(room: Newsroom, table: type[InboundMessage] | type[Letter] | type[Submission]) -> int:
    with room.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_kind_of_file_comes_in_with_its_bytes_and_a_second_time_brings_nothing(
    room: Newsroom, spool: Spool, tmp_path: Path
) -> None:
    mails = [written(f"Op-Ed: Wall {number}", message_id=f"<{number}@author.example>") for number in range(5)]
    box, folder = tmp_path / "Maildir", tmp_path / "mails"
    for place in (box / "new", box / "cur", folder):
        place.mkdir(parents=True)
    (box / "new" / "1").write_bytes(mails[0])
    (box / "cur" / "2:2,S").write_bytes(mails[1])
    (folder / "3.eml").write_bytes(mails[2])
    (folder / "notes.txt").write_bytes(b"x")
    (tmp_path / "box").write_bytes(join(mails[3:]))
    paths = (box, folder, tmp_path / "box")
    assert imported("--dry-run", *paths) == (0, [summary(stored=5, left_out=1, dry_run=True)])
    assert spool.waiting() == []
    assert imported(*paths) == (0, [summary(stored=5, left_out=1)])
    read = [spool.read(key) for key in spool.waiting()]
    assert sorted(raw for _, raw in read) == sorted(mails)
    assert {(entry.mail_from, entry.recipient, entry.quiet) for entry, _ in read} == {(HUDA, OPED, True)}
    assert sorted(entry.source for entry, _ in read) == ["file", "maildir", "maildir", "mbox", "mbox"]
    assert imported(*paths) == (0, [summary(already_there=5, left_out=1)])
    filed(room, spool)
    assert imported(*paths) == (0, [summary(already_there=5, left_out=1)])
    assert spool.waiting() == []


def test_it_is_quiet_unless_it_is_asked_not_to_be(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "old.eml").write_bytes(written())
    (tmp_path / "new.eml").write_bytes(written(message_id="<two@author.example>", body="Another. " * 500))
    assert imported(tmp_path / "old.eml")[0] == 0
    filed(room, spool)
    assert (rows(room), count(room, Letter), count(room, Submission)) == ([("file", HUDA, OPED, IMPORTED)], 0, 0)
    assert imported("--as-new", tmp_path / "new.eml")[0] == 0
    filed(room, spool)
    assert (len(rows(room)), count(room, Letter), count(room, Submission)) == (2, 1, 1)


def test_the_same_mails_by_three_ways_are_one_piece_each(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    mails = [written(f"Op-Ed: Wall {number}", message_id=f"<{number}@author.example>") for number in range(30)]
    for mail in mails:  # by LMTP, with what a mail server puts on top and its line ends
        top = b"Return-Path: <huda@author.example>\r\nReceived: from mx.example; Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        by_lmtp = Envelope(HUDA, OPED, "lmtp", "192.0.2.1", "mx.example", room.now())
        spool.accept(top + mail.replace(b"\n", b"\r\n"), by_lmtp)
    filed(room, spool)
    (tmp_path / "box").write_bytes(join(mails))
    (tmp_path / "mails").mkdir()
    for number, mail in enumerate(mails):
        (tmp_path / "mails" / f"{number}.eml").write_bytes(mail)
    assert imported("--as-new", tmp_path / "box", tmp_path / "mails") == (0, [summary(already_there=60)])
    filed(room, spool)
    assert count(room, Submission) == count(room, InboundMessage) == 30


def test_a_hundred_bodies_under_one_message_id_are_a_hundred_pieces(
    room: Newsroom, spool: Spool, tmp_path: Path
) -> None:
    mails = [written(body=f"Reason {number}. " + "The wall was built for ships. " * 90) for number in range(100)]
    (tmp_path / "box").write_bytes(join(mails) + join(mails[:10]))
    assert imported("--as-new", tmp_path / "box") == (0, [summary(stored=100, already_there=10)])
    filed(room, spool)
    assert count(room, Submission) == count(room, InboundMessage) == 100


def test_live_mail_that_waits_does_not_become_quiet(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    key = spool.accept(written(), Envelope(HUDA, OPED, "pipe", "", "", room.now()))
    (tmp_path / "one.eml").write_bytes(written())
    assert imported(tmp_path / "one.eml") == (0, [summary(already_there=1)])
    assert spool.read(key)[0].quiet is False


def test_what_is_not_stored_is_named_and_stops_nothing(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    del room
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(b"no header")
    (folder / "b.eml").write_bytes(b"X: y\n\n" + b"x" * 26_214_400)
    (folder / "c.eml").write_bytes(written())
    (tmp_path / "empty").mkdir()
    code, told = imported(folder, tmp_path / "empty")
    assert (code, told[-1]) == (1, summary(stored=1, too_large=1, unreadable=2))
    assert [Path(str(problem["where"])).name for problem in told[:-1]] == ["empty", "a.eml", "b.eml"]
    assert len(spool.waiting()) == 1
    shown = called("--desk", "opinion", folder, tmp_path / "empty")
    assert shown.exit_code == 1
    assert shown.stdout == "0 stored, 1 already there, 1 too large, 2 unreadable.\n"
    assert f"{folder / 'a.eml'}: is no message: it does not begin with a header line\n" in shown.stderr


def test_an_interrupt_is_told_and_the_next_run_goes_on(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    mails = [written(f"Op-Ed: Wall {number}") for number in range(10)]
    (tmp_path / "box").write_bytes(join(mails))
    listing = archives.listed([tmp_path / "box"])
    passed: list[int] = []

    def stop(size: int) -> None:
        passed.append(size)
        if len(passed) == 4:
            raise KeyboardInterrupt

    run = importing.Import(room, room.desk("opinion"), True, False, lambda _where, _why: None, stop)
    found = run.run(listing)
    assert (found.stored, found.stopped, found.whole, len(spool.waiting())) == (4, "interrupted", False, 4)
    assert imported(tmp_path / "box") == (0, [summary(stored=6, already_there=4)])


def test_ctrl_c_ends_the_command_between_two_mails(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    mails = [written(f"Op-Ed: Wall {number}") for number in range(2000)]
    (tmp_path / "box").write_bytes(join(mails))
    command = [sys.executable, "-m", "intake", "import", "--desk", "opinion", "--json", str(tmp_path / "box")]
    environment = os.environ | {"INTAKE_FOLDER": room.settings.folder}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    while len(spool.waiting()) < 20:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    told = json.loads(process.communicate(timeout=60)[0])
    stored = len(spool.waiting())
    assert (process.returncode, told["stopped"]) == (1, "interrupted")
    assert stored - told["stored"] in (0, 1)  # one may be on the disk and not yet counted
    assert 20 <= stored < 2000
    assert list((spool.folder / "tmp").iterdir()) == []
    assert imported(tmp_path / "box") == (0, [summary(stored=2000 - stored, already_there=stored)])


def test_a_disk_without_space_ends_it_and_says_so(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(join([written(f"Op-Ed: Wall {number}") for number in range(3)]))
    mail = replace(room.settings.mail, max_bytes=1 << 60)
    full = replace(room, settings=replace(room.settings, mail=mail))
    told: list[tuple[str, str]] = []
    run = importing.Import(full, full.desk("opinion"), True, False, lambda *said: told.append(said), lambda _size: None)
    found = run.run(archives.listed([tmp_path / "box"]))
    assert (found.stored, found.stopped.startswith("Less than 1.5 times"), told) == (0, True, [])


def test_it_gives_way_to_the_worker_while_one_lives(
    room: Newsroom, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [written(f"Op-Ed: Wall {number}", body="x") for number in range(40)]
    (tmp_path / "box").write_bytes(join(mails))
    for name, value in {"WAITING": 15, "LOOK_EVERY": 5, "PAUSE": 0.01}.items():
        monkeypatch.setattr(pacing, name, value)
    assert imported("--dry-run", tmp_path / "box")[0] == 0  # nobody works, nothing is waited for
    heartbeat.beat(room.settings.root, "worker")
    most, done = [0], threading.Event()

    def work() -> None:
        while not done.is_set():
            waiting = spool.waiting()
            most.append(len(waiting))
            for key in waiting[:3]:
                spool.remove(key)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert imported(tmp_path / "box") == (0, [summary(stored=40)])
    finally:
        done.set()
        worker.join()
    assert max(most) <= 15 + 5


def test_an_unknown_desk_and_a_missing_path_are_wrong_usage(room: Newsroom, tmp_path: Path) -> None:
    del room
    unknown = called("--desk", "sport", tmp_path)
    assert (unknown.exit_code, "there are opinion, rai" in unknown.stderr) == (2, True)
    assert called("--desk", "opinion", tmp_path / "gone").exit_code == 2
    assert called("--desk", "opinion").exit_code == 2
    assert called(tmp_path).exit_code == 2


def test_a_mail_to_a_secret_address_keeps_it(room: Newsroom, spool: Spool, tmp_path: Path) -> None:
    del room
    (tmp_path / "one.eml").write_bytes(b"Delivered-To: oped+r1.abc@harbourpost.example\n" + written())
    (tmp_path / "two.eml").write_bytes(b"Delivered-To: rai@harbourpost.example\n" + written())
    assert imported(tmp_path)[0] == 0
    recipients = sorted(spool.read(key)[0].recipient for key in spool.waiting())
    assert recipients == ["oped+r1.abc@harbourpost.example", OPED]
