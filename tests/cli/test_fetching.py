"""``intake fetch`` says what it needs, tries the mailboxes, and ends when it is told to."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli import commands
from intake.settings import data_dir
from intake.storage import heartbeat
from tests.torture.harness import free_port


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(data_dir("config"), folder)
    monkeypatch.setenv("INTAKE_CONFIG", str(folder))
    return folder


@pytest.fixture
def unreachable(config: Path) -> None:
    (config / "mailboxes.toml").write_text(
        f'[[mailbox]]\nhost = "127.0.0.1"\nport = {free_port()}\nusername = "u"\npassword_file = "/missing"\n'
        'address = "oped@harbourpost.example"\n'
    )


@pytest.mark.usefixtures("config")
def test_without_a_mailbox_it_says_where_to_get_one() -> None:
    done = CliRunner().invoke(commands, ["fetch"])
    assert (done.exit_code, "copy config/examples/imap/mailboxes.toml" in done.output) == (1, True)


@pytest.mark.usefixtures("unreachable")
def test_check_tells_of_each_mailbox_and_fails_when_one_does() -> None:
    done = CliRunner().invoke(commands, ["fetch", "--check"])
    assert (done.exit_code, done.output.startswith("wrong  u@127.0.0.1:"), "refused" in done.output) == (1, True, True)


@pytest.mark.usefixtures("unreachable")
def test_it_tries_again_until_it_is_told_to_stop(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as errors:
        process = subprocess.Popen([sys.executable, "-m", "intake", "fetch"], env=dict(os.environ), stderr=errors)
    deadline = time.monotonic() + 30
    while log.read_text().count("a mailbox cannot be read") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (heartbeat.age(tmp_path / "var", "fetcher") or 0) < 20
    assert (tmp_path / "var" / "beats" / "fetcher").exists()
    process.send_signal(signal.SIGTERM)
    assert (process.wait(20), log.read_text().count("a mailbox cannot be read") >= 2) == (0, True)
