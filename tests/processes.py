"""Parts of a desk as real processes on free ports, with what they write to standard error kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.factories import QUIET
from tests.torture.harness import free_port

PATIENCE = 60.0


@dataclass(frozen=True)
class Part:
    """A running part: where it listens, and what it wrote so far."""

    port: int
    folder: Path
    log: Path
    pid: int

    @property
    def written(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(name: str, folder: Path, port: int = 0, **environment: str) -> Iterator[Part]:
    """Start ``intake web`` or ``intake listen`` on a folder, wait until it takes connections, end it by SIGTERM."""
    port, log = port or free_port(), folder.parent / f"{name}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
    place = {"INTAKE_FOLDER": str(folder), "INTAKE_WEB_PORT": str(port), "INTAKE_MAIL_PORT": str(port), **QUIET}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", name], env=clean | place | environment, stdout=errors, stderr=errors
        )
    try:
        _wait(port, process, log)
        yield Part(port, folder, log, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
