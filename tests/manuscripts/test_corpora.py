"""Reads every document that lies beside a checkout; skipped where there are none."""

from pathlib import Path

import pytest

from intake.manuscripts import canonical, read

PLACE = Path("shared", "corpora", "documents")


@pytest.mark.corpora
def test_every_document_is_answered_and_its_body_is_canonical() -> None:
    paths = sorted(path for above in Path(__file__).resolve().parents for path in (above / PLACE).glob("*/*.*"))
    if not paths:
        pytest.skip(f"no {PLACE} in any folder above this checkout")
    found = {path.name: read(path.read_bytes(), path.name) for path in paths}
    assert [name for name, manuscript in found.items() if not (manuscript.text or manuscript.headline)] == []
    assert [name for name, manuscript in found.items() if canonical(manuscript.html) != manuscript.html] == []
