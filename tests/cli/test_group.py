"""``intake run`` as it is started: parts that are copies of one process, one that dies comes back, all end together."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.factories import QUIET
from tests.processes import PATIENCE
from tests.torture.harness import free_port

PARTS = ["intake listen", "intake web", "intake work"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@contextmanager
def group(folder: Path, port: int, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
    place = {"INTAKE_FOLDER": str(folder), "INTAKE_WEB_PORT": str(port), "INTAKE_MAIL_PORT": str(free_port()), **QUIET}
    command = [sys.executable, "-m", "intake", "run"]
    process = subprocess.Popen(command, env=clean | place | environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def parts(leader: int) -> dict[str, int]:
    """Return the name and number of each child of a process, sorted by name."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text() if entry.name.isdigit() else ""
        except OSError:
            continue
        if stat and int(stat.rpartition(")")[2].split()[1]) == leader:
            found[stat.partition("(")[2].rpartition(")")[0]] = int(entry.name)
    return dict(sorted(found.items()))


def eventually_answers(port: int) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            try:
                connection.request("GET", "/health", headers={"Connection": "close"})
                return connection.getresponse().status
            except OSError:
                time.sleep(0.05)
    raise AssertionError("no answer")


def eventually_whole(leader: int) -> dict[str, int]:
    """Return the parts once all have started: the pages answer before the others are there."""
    deadline = time.monotonic() + PATIENCE
    while list(parts(leader)) != PARTS and time.monotonic() < deadline:
        time.sleep(0.05)
    return parts(leader)


def test_the_parts_share_one_start_and_a_dead_one_comes_back(tmp_path: Path) -> None:
    port = free_port()
    with group(tmp_path / "var", port) as process:
        assert eventually_answers(port) == 200
        before = eventually_whole(process.pid)
        assert list(before) == PARTS
        own = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert {Path(f"/proc/{part}/cmdline").read_bytes() for part in before.values()} == {own}
        os.kill(before["intake web"], signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while parts(process.pid).get("intake web") in (None, before["intake web"]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert eventually_answers(port) == 200
        assert list(parts(process.pid)) == PARTS
    assert process.returncode == 0
    assert [part for part in before.values() if Path(f"/proc/{part}").exists()] == []


def test_a_part_that_cannot_start_ends_the_group_with_its_cause(tmp_path: Path) -> None:
    with group(tmp_path / "var", free_port(), INTAKE_MAIL_HOST="192.0.2.1") as process:
        assert process.wait(PATIENCE) == 1


def test_the_pages_wait_for_nothing_that_the_worker_alone_needs() -> None:
    asked = "import sys, intake.bootstrap, intake.cli.running, intake.web.app, intake.web.server; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout.split()
    later = {"alembic", "flask_mail", "phonenumbers", "dns", "asn1crypto", "intake.worker", "intake.inbox.judgement"}
    assert later & set(told) == set()


def test_the_listener_needs_neither_database_nor_pages() -> None:
    asked = "import sys, intake.cli.running, intake.ingress.lmtp, intake.storage.spool; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout.split()
    heavy = {"sqlalchemy", "alembic", "flask", "flask_security", "babel", "phonenumbers", "mammoth"}
    assert heavy & set(told) == set()
