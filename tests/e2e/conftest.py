"""A whole desk, started as a user starts it, on free ports in a temporary folder."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.torture.harness import free_port

PATIENCE = 60.0
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("chromium-browser")
"""The headless shell draws the same pages for a fifth less processor time."""
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DRIVES_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium"),
    # Playwright's own event loop is closed by its garbage collection at the very end.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for the tests of a module; each person in it has cookies of their own.

    Until it is closed no other event loop can run in this process, so it does not outlive its module.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass(frozen=True)
class Desk:
    """Where a running desk can be reached, and what it printed at its start."""

    base: str
    lmtp: int
    folder: Path
    first_link: str

    def letter(self, address: str, holds: str) -> str:
        """Wait for a kept letter to an address whose text holds something, and return the text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for file in sorted(self.folder.glob("letters/*.eml")):
                text = file.read_text(encoding="utf-8")
                if re.search(rf"^To: .*{re.escape(address)}", text, re.MULTILINE) and holds in text:
                    return text
            time.sleep(0.1)
        raise AssertionError(f"no letter to {address} holds {holds!r}")


@pytest.fixture(scope="module")
def running_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Start ``intake run`` and stop it as Ctrl-C would; every part must end cleanly."""
    folder = tmp_path_factory.mktemp("desk")
    web, lmtp = free_port(), free_port()
    base = f"http://127.0.0.1:{web}"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")} | {
        "INTAKE_FOLDER": str(folder),
        "INTAKE_WEB_PORT": str(web),
        "INTAKE_MAIL_PORT": str(lmtp),
        "INTAKE_BASE_URL": base,
        "INTAKE_MAIL_AUTHENTICATE": "false",
        "INTAKE_LIMITS_UNDO_SECONDS": "0",
        "INTAKE_LIMITS_FORM_SECONDS": "0",
        "PYTHONUNBUFFERED": "1",
    }
    log = (folder / "run.log").open("w+")
    group = subprocess.Popen([sys.executable, "-m", "intake", "run"], env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(base)
        printed = (folder / "run.log").read_text()
        link = re.search(r"http://\S+/account/start/\S+", printed)
        assert link, printed
        yield Desk(base, lmtp, folder, link[0])
    finally:
        group.send_signal(signal.SIGINT)
        code = group.wait(30)
        log.close()
    assert code == 0, (folder / "run.log").read_text()


def _wait_for(base: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(base, timeout=5).close()  # noqa: S310 - our own desk
            return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
