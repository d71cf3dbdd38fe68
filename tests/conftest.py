"""What every test can ask for: a newsroom of its own, in a temporary folder, with a clock that stands still.

``--database postgresql`` runs what touches the database again, on PostgreSQL (see ``tests/databases.py``).
"""

import os
import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from intake.newsroom import Newsroom
from intake.sandbox import Reader
from intake.storage.blobs import Blobs
from intake.storage.database import Database
from tests import databases
from tests.factories import StillClock, make_newsroom
from tests.one_reader import READER
from tests.spare_databases import Spares


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default=os.environ.get(databases.CHOSEN, "sqlite"),
        help=f"where newsrooms live; PostgreSQL is sought at {databases.SERVER} ({databases.DEFAULT_SERVER})",
    )


def pytest_configure(config: pytest.Config) -> None:
    # Into the environment, before any process is started that has to know it.
    os.environ[databases.CHOSEN] = config.getoption("--database")
    databases.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    READER.close()
    if databases.on_postgresql() and not hasattr(config, "workerinput") and not databases.unreachable():
        databases.drop_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what the run on SQLite has shown already: all that opens no database, or only SQLite."""
    if not databases.on_postgresql():
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
    why = databases.unreachable()
    if why and os.environ.get("CI"):
        raise pytest.UsageError(f"PostgreSQL is not reachable at {databases.shown_server()}: {why}")
    if why:
        lost = f"LOUD: NOTHING was tested on PostgreSQL, which does not answer at {databases.shown_server()}: {why}"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=lost))


class _ModulesTogether(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """Gives a module whose tests share a server or a browser to one process, and every other test to the next free."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.startswith(("tests/e2e/", "tests/peers/")) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ModulesTogether:
    """Spread the tests over several processes (``-n 2``)."""
    return _ModulesTogether(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed: what it needs is missing. The message sets are no part of this project."""
    report = yield
    if report.skipped and os.environ.get("CI") and not item.get_closest_marker("corpora"):
        report.outcome, report.longrepr = "failed", f"nothing is skipped in CI: {report.longrepr}"
    return report


def _touches_database(item: pytest.Item) -> bool:
    asked = {"newsroom", "template"} & set(getattr(item, "fixturenames", ()))
    wanted = asked or item.get_closest_marker("database")
    # Pages look the same on both; what stands behind them is shown without a browser.
    elsewhere = item.get_closest_marker("sqlite") or item.get_closest_marker("browser")
    return bool(wanted) and not elsewhere


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Return the run's one sandbox."""
    return READER


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a migrated, seeded newsroom whose folder and database each test copies instead of making them anew."""
    room = make_newsroom(tmp_path_factory.mktemp("template"))
    room.database.close()
    return room


@pytest.fixture(scope="session")
def spares(template: Newsroom) -> Spares | None:
    """Return where a test's PostgreSQL database comes from; nothing on SQLite, which is a file in the folder."""
    return databases.spares(template.settings.root) if databases.on_postgresql() else None


@pytest.fixture
def newsroom(tmp_path: Path, template: Newsroom, spares: Spares | None) -> Iterator[Newsroom]:
    """Return an empty newsroom with the default two desks."""
    shutil.copytree(template.settings.root, tmp_path, dirs_exist_ok=True)
    if spares is not None:
        databases.take(spares, tmp_path)
    url = databases.database_for(tmp_path) if spares is not None else ""
    settings = replace(template.settings, folder=str(tmp_path), database=url)
    room = replace(
        template,
        settings=settings,
        database=Database(settings.database_url, tmp_path / "writers.lock"),
        blobs=Blobs(tmp_path / "blobs"),
        clock=StillClock(),
    )
    yield room
    room.database.close()
    if spares is not None:
        databases.give_back(spares, tmp_path)
