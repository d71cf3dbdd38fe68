"""A backup holds everything, whatever the worker does between its steps; in any other order something is lost."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from intake.bootstrap import open_newsroom
from intake.cli import commands
from intake.newsroom import Newsroom
from intake.settings import Settings
from intake.storage.messages import InboundMessage
from intake.upkeep import dumps
from intake.upkeep.agreement import named_blobs
from intake.upkeep.backup import Backup
from intake.upkeep.manifest import BackupRefused, Manifest, read
from intake.upkeep.restore import restore
from intake.worker import Worker
from tests.one_reader import make_worker
from tests.upkeep.conftest import UPLOAD, elsewhere, envelope, op_ed

MESSAGES = ["<1@writer.example>", "<2@writer.example>", "<3@writer.example>"]


def filed(settings: Settings) -> list[str]:
    """Let the worker of an installation file what waits, and return the Message-ID of every mail it has."""
    newsroom = open_newsroom(settings)
    working = make_worker(newsroom)
    while working.file_spool():
        pass
    with newsroom.reading() as session:
        found = list(session.scalars(select(InboundMessage.message_id).order_by(InboundMessage.message_id)))
    newsroom.database.close()
    return found


def test_a_restored_backup_is_proven_and_holds_every_mail(full: Newsroom, tmp_path: Path) -> None:
    made = Backup(full.settings, tmp_path / "saved").make()
    assert read(tmp_path / "saved") == made
    there = elsewhere(full, tmp_path / "elsewhere")
    report = restore(there, tmp_path / "saved")
    assert (report.wrong, report.noted) == ([], [])
    assert report.counted == {
        "audit entries": report.counted["audit entries"],
        "messages": 2,
        "files": 3,
        "sealed names": 1,
        "waiting mails": 1,
        "mails in quarantine": 0,
    }
    assert len(list((tmp_path / "elsewhere" / "letters").glob("*.eml"))) == len(list((tmp_path / "letters").iterdir()))
    assert filed(there) == MESSAGES


def test_nobody_else_can_read_a_backup(full: Newsroom, tmp_path: Path) -> None:
    Backup(full.settings, tmp_path / "saved").make()
    saved = [tmp_path / "saved", *(tmp_path / "saved").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved if path.is_file()} == {0o600}
    assert (tmp_path / "saved" / "secret" / "key").read_bytes() == full.master


def busy(worker: Worker, newsroom: Newsroom, kind: type[Backup], gap: str) -> type[Backup]:
    """Return a backup that lets the worker file everything, and another mail come in, after one of its steps."""

    def meanwhile(step: Callable[[Backup], None]) -> Callable[[Backup], None]:
        def with_worker(self: Backup) -> None:
            step(self)
            while worker.file_spool():
                pass
            worker.spool.accept(op_ed(9), envelope(newsroom))
            while worker.file_spool():
                pass

        return with_worker

    return type("Busy", (kind,), {gap: meanwhile(getattr(kind, gap))})


@pytest.mark.parametrize("gap", Backup.ORDER)
def test_whatever_the_worker_does_between_two_steps_nothing_acknowledged_is_missing(
    newsroom: Newsroom, worker: Worker, tmp_path: Path, gap: str
) -> None:
    busy(worker, newsroom, Backup, gap)(newsroom.settings, tmp_path / "saved").make()
    there = elsewhere(newsroom, tmp_path / "elsewhere")
    assert restore(there, tmp_path / "saved").wrong == []
    assert [found for found in filed(there) if found in MESSAGES] == MESSAGES


class SpoolLast(Backup):
    """A negative control: a mail that is filed between the two copies is in neither."""

    ORDER: ClassVar = ("database", "files", "letters", "keys", "spool")


class FilesFirst(Backup):
    """A negative control: a row that is committed between the two copies names a file that is not there."""

    ORDER: ClassVar = ("spool", "early_files", "database", "letters", "keys")

    def early_files(self) -> None:
        """Copy the blobs that the database names before its own copy is made."""
        with self._database.reading() as session:
            self.blobs = named_blobs(session)
        self.files()


def test_a_spool_copied_after_the_database_only_loses_a_mail(
    newsroom: Newsroom, worker: Worker, tmp_path: Path
) -> None:
    busy(worker, newsroom, SpoolLast, "database")(newsroom.settings, tmp_path / "saved").make()
    there = elsewhere(newsroom, tmp_path / "elsewhere")
    assert restore(there, tmp_path / "saved").wrong == []
    assert filed(there) == MESSAGES[:2]


def test_files_copied_before_the_database_leave_rows_without_files(
    newsroom: Newsroom, worker: Worker, tmp_path: Path
) -> None:
    busy(worker, newsroom, FilesFirst, "early_files")(newsroom.settings, tmp_path / "saved").make()
    report = restore(elsewhere(newsroom, tmp_path / "elsewhere"), tmp_path / "saved")
    assert [line.startswith("a row names the file") for line in report.wrong] == [True, True]


def test_a_file_erased_during_the_backup_is_written_down(full: Newsroom, tmp_path: Path) -> None:
    class Erased(Backup):
        def database(self) -> None:
            super().database()
            with full.transaction() as session:
                message = session.scalars(select(InboundMessage).limit(1)).one()
                sha = message.raw
                for found in message.attachments:
                    session.delete(found)
                session.delete(message)
            full.blobs.delete(sha)

    made = Erased(full.settings, tmp_path / "saved").make()
    assert (len(made.erased), made.missing) == (1, [])
    report = restore(elsewhere(full, tmp_path / "elsewhere"), tmp_path / "saved")
    assert report.wrong == []
    assert report.noted == [f"the file {made.erased[0]} was erased on purpose while the backup was made"]


@pytest.mark.sqlite
def test_a_damaged_installation_is_saved_loudly(
    full: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = full.blobs.put(UPLOAD)
    full.blobs.delete(sha)
    monkeypatch.setenv("INTAKE_FOLDER", full.settings.folder)
    done = CliRunner().invoke(commands, ["backup", str(tmp_path / "saved"), "--json"])
    assert done.exit_code == 1
    assert sha in done.stderr
    told = json.loads(done.stdout)
    assert (told["missing"], told["erased"], told["files"]) == ([sha], [], len(read(tmp_path / "saved").files))


@pytest.mark.parametrize("name", ["saved", "saved.partial"])
def test_a_folder_with_something_in_it_is_refused(newsroom: Newsroom, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("keep")
    with pytest.raises(BackupRefused, match="Cure"):
        Backup(newsroom.settings, tmp_path / "saved").make()
    assert (tmp_path / name / "mine").read_text() == "keep"


def test_an_interrupted_backup_is_no_backup(full: Newsroom, tmp_path: Path) -> None:
    class CutOff(Backup):
        def letters(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CutOff(full.settings, tmp_path / "saved").make()
    assert not (tmp_path / "saved").exists()
    with pytest.raises(BackupRefused, match="no finished backup"):
        read(tmp_path / "saved.partial")


@pytest.mark.sqlite
def test_no_database_is_made_by_saving_it(newsroom: Newsroom, tmp_path: Path) -> None:
    empty = replace(newsroom.settings, folder=str(tmp_path / "nothing"))
    with pytest.raises(BackupRefused, match="There is no database"):
        Backup(empty, tmp_path / "saved").make()
    assert not (tmp_path / "nothing").exists()
    assert dumps.kind_of(empty) == "sqlite"


def test_a_manifest_adds_up(full: Newsroom, tmp_path: Path) -> None:
    made: Manifest = Backup(full.settings, tmp_path / "saved").make()
    files = [path for path in (tmp_path / "saved").rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert sorted(made.files) == sorted(path.relative_to(tmp_path / "saved").as_posix() for path in files)
    assert made.bytes == sum(path.stat().st_size for path in files)
