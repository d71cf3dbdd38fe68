"""What every test can ask for: a newsroom of its own, in a temporary folder, with a clock that stands still."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake.newsroom import Newsroom
from intake.storage.blobs import Blobs
from intake.storage.database import Database
from tests.factories import StillClock, make_newsroom


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a migrated, seeded newsroom whose folder each test copies instead of setting one up anew."""
    room = make_newsroom(tmp_path_factory.mktemp("template"))
    room.database.close()
    return room


@pytest.fixture
def newsroom(tmp_path: Path, template: Newsroom) -> Iterator[Newsroom]:
    """Return an empty newsroom with the default two desks."""
    shutil.copytree(template.settings.root, tmp_path, dirs_exist_ok=True)
    settings = replace(template.settings, folder=str(tmp_path))
    room = replace(
        template,
        settings=settings,
        database=Database(settings.database_url, tmp_path / "writers.lock"),
        blobs=Blobs(tmp_path / "blobs"),
        clock=StillClock(),
    )
    yield room
    room.database.close()
