"""A restore refuses what it cannot trust before it writes anything, and its proof sees each kind of damage."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from intake.cli import commands
from intake.newsroom import Newsroom
from intake.storage import schema
from intake.upkeep.agreement import proof
from intake.upkeep.backup import Backup
from intake.upkeep.manifest import BackupRefused
from intake.upkeep.restore import restore
from tests import databases
from tests.upkeep.conftest import elsewhere


@pytest.fixture
def saved(full: Newsroom, tmp_path: Path) -> Path:
    """Return the folder of a backup of the filled full."""
    Backup(full.settings, tmp_path / "saved").make()
    return tmp_path / "saved"


def first(folder: Path, pattern: str) -> Path:
    return min(path for path in folder.glob(pattern) if path.is_file())


def spoil_blob(saved: Path) -> None:
    path = first(saved, "blobs/*/*")
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def cut_database(saved: Path) -> None:
    path = first(saved, "database.*")
    path.write_bytes(path.read_bytes()[:-1])


def take_letter(saved: Path) -> None:
    first(saved, "letters/*").unlink()


def slip_in(saved: Path) -> None:
    (saved / "blobs" / "stranger").write_bytes(b"x")


def change_manifest(saved: Path, **changed: object) -> None:
    found = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps(found | changed))


def no_manifest(saved: Path) -> None:
    (saved / "manifest.json").unlink()


def cut_manifest(saved: Path) -> None:
    (saved / "manifest.json").write_bytes((saved / "manifest.json").read_bytes()[:200])


def climbing(saved: Path) -> None:
    change_manifest(saved, files={"../outside": {"sha256": "0", "bytes": 1}})


def newer(saved: Path) -> None:
    change_manifest(saved, revision="9999")


def other_kind(saved: Path) -> None:
    change_manifest(saved, database="sqlite" if databases.on_postgresql() else "postgresql")


def later_format(saved: Path) -> None:
    change_manifest(saved, format=2)


SPOILED: dict[Callable[[Path], None], str] = {
    spoil_blob: "has changed since",
    cut_database: "database.* has changed since",
    take_letter: "cannot be read",
    slip_in: "stranger is not in the manifest",
    no_manifest: "no finished backup",
    cut_manifest: "is damaged",
    climbing: "outside the backup",
    newer: "does not know",
    other_kind: "another kind",
    later_format: "has format 2",
}


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_backup_is_refused_and_nothing_is_written(
    newsroom: Newsroom, saved: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(saved)
    with pytest.raises(BackupRefused, match=SPOILED[spoil]):
        restore(elsewhere(newsroom, tmp_path / "elsewhere"), saved)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.sqlite
def test_an_installation_that_is_not_empty_is_refused(newsroom: Newsroom, saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="is not empty"):
        restore(newsroom.settings, saved)
    (tmp_path / "elsewhere").mkdir()
    elsewhere = replace(newsroom.settings, folder=str(tmp_path / "elsewhere"), database=newsroom.settings.database_url)
    with pytest.raises(BackupRefused, match="exists"):
        restore(elsewhere, saved)


def test_a_key_of_the_settings_must_be_the_one_of_the_backup(newsroom: Newsroom, saved: Path, tmp_path: Path) -> None:
    there = elsewhere(newsroom, tmp_path / "elsewhere")
    with pytest.raises(BackupRefused, match="secret_key"):
        restore(replace(there, secret_key="0" * 64), saved)
    assert restore(replace(there, secret_key=newsroom.master.decode()), saved).wrong == []


@pytest.mark.sqlite
def test_the_command_exits_0_only_when_proven(full: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_FOLDER", full.settings.folder)
    sha = first(tmp_path, "blobs/*/*").name
    full.blobs.delete(sha)
    run = CliRunner()
    assert run.invoke(commands, ["backup", str(tmp_path / "saved")]).exit_code == 1
    done = run.invoke(commands, ["restore", str(tmp_path / "saved"), "--into", str(tmp_path / "there"), "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["proven"]) == (1, False)
    assert told["wrong"] == [f"a row names the file {sha}, which is not there"]


@pytest.mark.sqlite
def test_the_command_says_that_it_is_proven(
    newsroom: Newsroom, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_FOLDER", newsroom.settings.folder)
    done = CliRunner().invoke(commands, ["restore", str(saved), "--into", str(tmp_path / "there")])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Restored and proven: rows and files agree.")


def test_an_older_backup_is_brought_up_to_date(full: Newsroom, tmp_path: Path) -> None:
    schema.downgrade(full.database, "0003")
    assert Backup(full.settings, tmp_path / "saved").make().revision == "0003"
    assert restore(elsewhere(full, tmp_path / "elsewhere"), tmp_path / "saved").wrong == []


def test_the_proof_finds_nothing_wrong_with_a_whole_newsroom(full: Newsroom) -> None:
    report = proof(full)
    assert (report.wrong, report.noted) == ([], [])


def test_the_proof_sees_bytes_that_changed(full: Newsroom, tmp_path: Path) -> None:
    path = first(tmp_path, "blobs/*/*")
    path.write_bytes(b"other")
    assert proof(full).wrong == [f"the file {path.name} does not hold the bytes of its name"]


def test_the_proof_sees_a_file_without_a_row(full: Newsroom) -> None:
    sha = full.blobs.put(b"nobody's")
    report = proof(full)
    assert (report.wrong, report.noted) == ([], [f"no row names the file {sha}"])


def test_the_proof_sees_a_changed_audit(full: Newsroom) -> None:
    with full.transaction() as session:
        databases.without_trigger(session, "audit_entry_no_update", "audit_entry")
        session.execute(text("UPDATE audit_entry SET action = 'x' WHERE id = 2"))
    assert proof(full).wrong == ["the audit's chain is broken at entry 2"]


def test_the_proof_sees_a_cut_off_mail(full: Newsroom, tmp_path: Path) -> None:
    path = first(tmp_path, "spool/new/*")
    path.write_bytes(path.read_bytes()[:-3])
    assert [line.startswith(f"the waiting mail {path.name} does not parse") for line in proof(full).wrong] == [True]


def test_the_proof_sees_another_key(full: Newsroom) -> None:
    wrong = proof(replace(full, master=b"0" * 64)).wrong
    assert [line.startswith("the sealed name of byline") for line in wrong] == [True]


@pytest.mark.sqlite
def test_the_proof_sees_a_row_that_points_nowhere(full: Newsroom) -> None:
    with full.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("UPDATE attachment SET submission_id = 999 WHERE blob IS NOT NULL")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")
    assert proof(full).wrong == ["a row of attachment points to a row that is not there"]
