"""The message sets that lie beside a checkout; skipped, and said so, where they are absent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpora
ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("INTAKE_CORPORA", ROOT.parent / "shared" / "corpora"))
READING = f"{sys.executable} -m intake.cli.reading"


def marks(what: str) -> dict[str, float]:
    if not (CORPORA / "score.py").is_file():
        pytest.skip(f"no message sets at {CORPORA}: set INTAKE_CORPORA")
    verb = "read" if what == "documents" else "inspect"
    command = [sys.executable, str(CORPORA / "score.py"), what, f"{READING} {verb} --json"]
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


def test_documents_give_their_words_in_order() -> None:
    # Comments and deleted text are no text of a piece; two tables hold single letters, which the score does not count.
    found = marks("documents")
    assert found["docx words >= 0.98"] >= 92
    assert found["docx in order"] >= 85
    assert found["odt words >= 0.98"] >= 93
    assert found["odt in order"] >= 93
    assert found["rtf words >= 0.98"] >= 85
    assert found["rtf in order"] == 100
    assert found["arabic-pdf words >= 0.98"] >= 80
    assert found["arabic-pdf in order"] >= 80
