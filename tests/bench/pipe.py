"""S3: one mail through ``intake receive``, from start to exit 0, beside a bare Python with the same modules."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.accepting import MAIL
from tests.bench.frame import Measure, Row, by_turns

LOADED = (
    "import runpy, sys; sys.argv = ['intake', 'receive', '--to', 'oped@harbourpost.example']\n"
    "try: runpy.run_module('intake', run_name='__main__')\n"
    "except SystemExit: pass\n"
    "print(*sorted({name for name in sys.modules if name.partition('.')[0] in sys.stdlib_module_names}))"
)


def started(command: list[str], folder: str) -> Measure:
    """Return a measure of a process's whole life in milliseconds, each with a mail of its own on its input."""
    environment = os.environ | {"INTAKE_FOLDER": folder}
    number = iter(range(10**9))

    def life() -> float:
        start = time.perf_counter()
        mail = b"X-Number: %d\r\n" % next(number) + MAIL
        subprocess.run(command, input=mail, env=environment, check=True, capture_output=True)
        return (time.perf_counter() - start) * 1000

    return life


def rows() -> list[Row]:
    """Measure a delivery beside the bare interpreters."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        environment = os.environ | {"INTAKE_FOLDER": folder}
        told = subprocess.run(
            [sys.executable, "-c", LOADED], input=MAIL, env=environment, check=True, capture_output=True
        )
        wanted = [name for name in told.stdout.decode().split() if name != "__main__" and not name.startswith("test")]
        same = "import " + ", ".join(wanted)
        receive = [sys.executable, "-m", "intake", "receive", "--to", "oped@harbourpost.example"]
        ours, modules, bare = by_turns(
            started(receive, folder),
            started([sys.executable, "-c", same], folder),
            started([sys.executable, "-I", "-S", "-c", ""], folder),
            rounds=11,
        )
    return [
        Row("S3", "deliver by pipe", ours, "ms", 2.0, "less", "Python with the same modules", modules),
        Row("S3", "deliver by pipe, of a bare start", ours, "ms", 20.0, "less", "python -I -S", bare),
    ]
