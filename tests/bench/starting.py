"""S10: ``intake run`` on a fresh folder, from start to the first answer, and what the idle group holds of memory."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.article import answers
from tests.bench.frame import Row, by_turns
from tests.torture.harness import free_port

IDLE = 3.0


def life(memory: list[float]) -> float:
    """Return the seconds to the first answer of one fresh start; the group's proportional memory goes to ``memory``."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        port = free_port()
        settings = {"INTAKE_FOLDER": folder, "INTAKE_WEB_PORT": str(port), "INTAKE_MAIL_PORT": str(free_port())}
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", "run"],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            took = _answered(port, start)
            time.sleep(IDLE)
            memory.append(sum(_proportional(each) for each in _group(process.pid)) / 1024)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        return took


def _answered(port: int, start: float) -> float:
    while time.perf_counter() - start < 60:
        try:
            answers(port, "/")
        except OSError:
            time.sleep(0.01)
        else:
            return time.perf_counter() - start
    raise TimeoutError("intake run gave no answer within a minute")


def _group(leader: int) -> list[int]:
    """Return every process of the leader's session: all parts and what they forked."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                session = int((entry / "stat").read_text().rpartition(")")[2].split()[3])
            except OSError:
                continue
            found += [int(entry.name)] * (session == leader)
    return found


def _proportional(process: int) -> float:
    """Return a process's share of memory (PSS) in kB; shared pages count by how many share them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return float(next(line.split()[1] for line in lines if line.startswith("Pss:")))


def rows() -> list[Row]:
    """Measure five fresh starts."""
    memory: list[float] = []
    [seconds] = by_turns(lambda: life(memory))
    return [
        Row("S10", "intake run, start to first answer", seconds, "s", 2.5, "less"),
        Row("S10", "memory of the idle group (PSS)", sorted(memory)[len(memory) // 2], "MB", 300, "less"),
    ]
