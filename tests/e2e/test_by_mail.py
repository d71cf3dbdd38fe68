"""The whole way by mail, by the shell script a person can run as well."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.conftest import Desk

SCRIPT = Path(__file__).with_name("by_mail.sh")


def test_three_mails_become_three_published_pages(running_desk: Desk) -> None:
    done = subprocess.run(
        ["bash", str(SCRIPT), str(running_desk.folder), str(running_desk.lmtp), running_desk.first_link],
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Three mails came in and three pieces are published")
