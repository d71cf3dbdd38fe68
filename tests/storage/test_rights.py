"""Which waiting mail the worker may not read: by owner, group and mode, whoever asks."""

import os
from pathlib import Path

import pytest

from intake.storage.rights import Closed, closed_files, owner_of
from tests.closed_mail import NOBODY

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
WORKER, OTHER = 54_321, 54_322


def mails(spool: Path, count: int = 1) -> list[Path]:
    folder = spool / "new"
    folder.mkdir()
    made = [folder / f"{number:064x}" for number in range(count)]
    for file in made:
        file.write_bytes(b"x")
        file.chmod(0o600)
    return made


def look(spool: Path) -> list[Closed]:
    return closed_files(spool, most=10, look=10)


def test_a_spool_that_is_not_there_and_one_in_order_have_none(tmp_path: Path) -> None:
    assert look(tmp_path) == []
    mails(tmp_path)
    assert look(tmp_path) == []


@as_root
@pytest.mark.parametrize(
    ("user", "group", "mode", "opens"),
    [
        (WORKER, WORKER, 0o600, True),
        (WORKER, OTHER, 0o044, False),  # the owner's own bits count alone
        (OTHER, WORKER, 0o640, True),
        (OTHER, WORKER, 0o604, False),
        (OTHER, OTHER, 0o604, True),
        (OTHER, OTHER, 0o660, False),
        (0, 0, 0o600, False),
    ],
)
def test_the_worker_opens_what_owner_group_or_mode_let_it(
    tmp_path: Path, user: int, group: int, mode: int, opens: bool
) -> None:
    file = mails(tmp_path)[0]
    os.chown(tmp_path / "new", WORKER, WORKER)
    file.chmod(mode)
    os.chown(file, user, group)
    owner = "root" if user == 0 else str(user)
    assert look(tmp_path) == ([] if opens else [Closed(file.name, owner, mode)])


@as_root
def test_a_worker_that_is_root_opens_all(tmp_path: Path) -> None:
    file = mails(tmp_path)[0]
    os.chown(file, NOBODY, NOBODY)
    file.chmod(0o000)
    assert look(tmp_path) == []
    assert owner_of(file) == "nobody"


@as_root
def test_no_more_are_looked_at_or_told_than_asked_for(tmp_path: Path) -> None:
    mails(tmp_path, 5)
    (tmp_path / "new" / "not-a-mail").write_bytes(b"x")
    os.chown(tmp_path / "new", WORKER, WORKER)
    counts = [len(closed_files(tmp_path, most, look)) for most, look in ((10, 10), (2, 10), (10, 0))]
    assert counts == [5, 2, 0]
