"""``doctor`` names what is wrong and exits with 1; ``upgrade`` saves first and refuses what it does not know."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from intake.cli import commands
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage import schema
from intake.storage.spool import Spool
from intake.upkeep import checkup
from intake.upkeep.manifest import read
from tests.closed_mail import closed_mail

pytestmark = pytest.mark.sqlite


@pytest.fixture
def room(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Return a newsroom that commands find by the environment."""
    newsroom.settings.root.chmod(0o700)
    monkeypatch.setenv("INTAKE_FOLDER", newsroom.settings.folder)
    return newsroom


def states() -> tuple[int, dict[str, str]]:
    """Call doctor and return its exit code and the state of each line."""
    done = CliRunner().invoke(commands, ["doctor", "--json", "--offline"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(bool(line["cure"]) or line["state"] == "ok" or line["name"] == "files" for line in lines)
    return done.exit_code, {line["name"]: line["state"] for line in lines}


@pytest.mark.usefixtures("room")
def test_a_whole_installation_has_nothing_wrong() -> None:
    ok = dict.fromkeys(("settings", "schema", "folder", "disk", "spool", "quarantine", "audit", "clock"), "ok")
    assert states() == (0, ok | {"letters": "ok", "files": "ok", "reconciled": "look", "base_url": "look"})


def test_a_file_without_row_is_looked_at_and_an_open_folder_is_wrong(room: Newsroom) -> None:
    room.blobs.put(b"nobody's")
    room.settings.root.chmod(0o755)
    code, found = states()
    assert (code, found["files"], found["folder"]) == (1, "look", "wrong")


def test_mail_that_the_worker_may_not_read_is_named_with_its_cure(room: Newsroom) -> None:
    spool = Spool(room.settings.root / "spool", room.settings.mail.max_bytes)
    assert "spool files" not in states()[1]
    key = closed_mail(spool, room.now())
    code, found = states()
    assert (code, found["spool files"]) == (1, "wrong")
    told = CliRunner().invoke(commands, ["doctor", "--offline"]).stdout
    assert f"1 mails cannot be read by the worker: {key} (of " in told
    assert f" {spool.folder / 'new'} && chmod -R u+rX {spool.folder / 'new'}" in told


def test_an_old_schema_is_wrong_and_upgrade_saves_first(room: Newsroom, tmp_path: Path) -> None:
    schema.downgrade(room.database, "0003")
    assert states()[1]["schema"] == "wrong"
    done = CliRunner().invoke(commands, ["upgrade", "--backup", str(tmp_path / "saved")])
    assert (done.exit_code, schema.current(room.database)) == (0, schema.newest())
    assert read(tmp_path / "saved").revision == "0003"
    assert states()[0] == 0


def test_a_newer_database_is_refused(room: Newsroom, tmp_path: Path) -> None:
    with room.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = CliRunner().invoke(commands, ["upgrade", "--backup", str(tmp_path / "saved")])
    assert (done.exit_code, "newer than this software" in str(done.exception)) == (1, True)
    assert not (tmp_path / "saved").exists()
    assert states() == (1, {"settings": "ok", "base_url": "look", "schema": "wrong"})


def test_no_installation_is_said_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_FOLDER", str(tmp_path / "none"))
    assert states()[0] == 1
    assert not (tmp_path / "none").exists()


def test_records_of_the_desks_domains_are_told_apart() -> None:
    def ask(name: str, kind: str) -> list[str] | None:
        if name.startswith("_dmarc."):
            return None
        return ["10 mail.example."] if kind == "MX" else ['"v=spf2 no"']

    found = {line.name.split()[0]: line.found for line in checkup.name_lines(load({}), ask)}
    assert found == {"MX": "is there", "SPF": "is missing", "DMARC": "could not be asked"}


def test_a_relay_that_does_not_answer_is_wrong() -> None:
    settings = load({"INTAKE_RELAY_HOST": "127.0.0.1", "INTAKE_RELAY_PORT": "1", "INTAKE_RELAY_TIMEOUT": "2"})
    assert checkup.relay_line(settings).state == "wrong"
    assert checkup.relay_line(load({})).state == "look"
