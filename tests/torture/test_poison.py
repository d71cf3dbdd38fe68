"""Hostile mail among good mail: each of it is seen by an editor, and all of the good is filed."""

from pathlib import Path

import pytest

from tests.torture.poison import hostile, run

pytestmark = pytest.mark.database


def test_hostile_mail_is_seen_and_stops_nothing(tmp_path: Path) -> None:
    found = run(tmp_path, mails=30, a_second=20)
    assert len(hostile()) >= 12
    assert (found.hostile, found.seen, found.lost) == (3, 3, 0)
