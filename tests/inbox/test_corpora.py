"""The message sets that lie beside a checkout; skipped, and said so, where they are absent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpora
ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("INTAKE_CORPORA", ROOT.parent / "shared" / "corpora"))
INSPECT = f"{sys.executable} -m intake.cli.reading inspect --json"


def marks(what: str) -> dict[str, float]:
    if not (CORPORA / "score.py").is_file():
        pytest.skip(f"no message sets at {CORPORA}: set INTAKE_CORPORA")
    command = [sys.executable, str(CORPORA / "score.py"), what, INSPECT]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    lines = [line.rsplit(maxsplit=3) for line in done.stdout.splitlines()]
    return {line[0]: float(line[2]) for line in lines}


def test_every_message_is_answered_and_read_well() -> None:
    found = marks("mail")
    assert found["answered"] == 100
    assert found["subject"] == 100
    assert found["from_address"] >= 98
    assert found["text close"] >= 97
    assert found["attachments"] >= 97


def test_answers_are_cut_and_first_submissions_are_whole() -> None:
    found = marks("replies")
    assert found["first whole"] == 100
    assert found["arabic quote cut"] == 100
    assert found["kept >= 0.98"] == 100
    assert found["exact"] >= 85
