"""The order of system calls before every "250", as the kernel saw it: a kill test cannot see a missing fsync."""

import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from intake.storage.spool import END
from tests.torture.fuse import Life
from tests.torture.harness import RECIPIENT, SENDER, mail

CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,write"
DURABLE = ["fsync file", "rename", "fsync folder", "250"]

_LINE = re.compile(r"(?P<pid>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)")


def trace(role: str, folder: Path, count: int) -> list[str]:
    """Run a listener under strace, send it mails one by one, and return what the kernel did."""
    if shutil.which("strace") is None:
        pytest.skip("LOUD: strace is not installed, so the order of fsync, rename and 250 was NOT checked")
    log = folder.with_suffix(".strace")
    python = [sys.executable, "-m", "tests.torture.roles", f"listening:{role}", str(folder), "0"]
    command = ["strace", "-f", "-y", "-s", "64", "-e", CALLS, "-o", str(log), *python]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(Life().line())
    process.stdin.flush()
    said = process.stdout.readline() + process.stdout.readline()  # which of the two speaks first is open
    ready = re.search(r"ready (\d+)", said)
    if ready is None:
        process.communicate()
        pytest.skip("LOUD: strace may not trace here, so the order of fsync, rename and 250 was NOT checked")
    with smtplib.LMTP("127.0.0.1", int(ready[1])) as client:
        for number in range(count):
            client.sendmail(SENDER, [RECIPIENT], mail(number))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return log.read_text("utf-8", "replace").splitlines()


def events(lines: list[str], folder: Path) -> list[str]:
    """Return the durable steps in order: a step of the disk counts when it has ended, an answer when it begins."""
    begun: dict[str, str] = {}
    seen = []
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        call = found["resumed"] or found["call"]
        rest = begun.pop(found["pid"], "") + found["rest"]
        if found["resumed"] is None and call in {"sendto", "sendmsg", "write"}:
            seen += ["250"] * ('"250 2.0.0' in rest)
        if rest.endswith("<unfinished ...>"):
            begun[found["pid"]] = rest.removesuffix("<unfinished ...>")
        elif rest.endswith("= 0"):
            seen += step(call, rest, folder)
    return seen


def step(call: str, rest: str, folder: Path) -> list[str]:
    """Name one call that went well, when it touches the mails of the spool."""
    if call.startswith("rename"):
        return ["rename"] if f"{folder}/new/" in rest else []
    if call in {"fsync", "fdatasync"} and f"<{folder}/new>" in rest:
        return ["fsync folder"]
    return ["fsync file"] if call in {"fsync", "fdatasync"} and f"<{folder / 'tmp'}/" in rest else []


def test_file_then_rename_then_folder_then_250(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    assert events(trace("listener", folder, 5), folder) == DURABLE * 5
    assert all(path.read_bytes().endswith(END) for path in (folder / "new").iterdir())


def test_the_trace_shows_a_250_that_comes_too_early(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    assert events(trace("hasty_listener", folder, 2), folder)[:1] == ["250"]


@pytest.mark.parametrize(
    ("role", "steps"),
    [("listener_without_folder_fsync", ["fsync file", "rename", "250"]), ("listener_without_fsync", ["rename", "250"])],
)
def test_the_trace_shows_a_missing_fsync(tmp_path: Path, role: str, steps: list[str]) -> None:
    folder = tmp_path / "spool"
    assert events(trace(role, folder, 2), folder) == steps * 2
