"""What every test can ask for: a newsroom of its own, in a temporary folder, with a clock that stands still."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake.newsroom import Newsroom
from tests.factories import StillClock, make_newsroom


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, seeded database file that each test copies instead of migrating anew."""
    folder = tmp_path_factory.mktemp("template")
    make_newsroom(folder).database.close()
    return folder / "intake.sqlite3"


@pytest.fixture
def newsroom(tmp_path: Path, template: Path) -> Iterator[Newsroom]:
    """Return an empty newsroom with the default two desks."""
    tmp_path.joinpath("intake.sqlite3").write_bytes(template.read_bytes())
    room = replace(make_newsroom(tmp_path), clock=StillClock())
    yield room
    room.database.close()
