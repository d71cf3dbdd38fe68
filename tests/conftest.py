"""What every test can ask for: a newsroom of its own, in a temporary folder, with a clock that stands still."""

import os
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


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Refuse to skip in CI: what is missing there must be installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == 0 and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
