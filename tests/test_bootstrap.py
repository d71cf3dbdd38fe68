"""The first start makes what is missing, once; the next one finds it, and says so when it is damaged."""

import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.bootstrap import load_letters, master_key, seed_disclaimers
from intake.domain.errors import SettingsError
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage.publications import DisclaimerPolicy, DisclaimerVersion
from tests import factories


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.database
def test_a_first_start_makes_key_folder_and_database_and_a_second_keeps_them(tmp_path: Path) -> None:
    root = tmp_path / "var"
    first = factories.make_newsroom(root)
    first.database.close()
    key = root / "secret" / "key"
    assert (mode(root), mode(key.parent), mode(key), key.read_bytes()) == (0o700, 0o700, 0o600, first.master)
    assert [path.name for path in key.parent.iterdir()] == ["key"]
    second = factories.make_newsroom(root)
    with second.reading() as session:
        seeded = session.scalars(select(DisclaimerPolicy.key)).all()
        versions = session.scalars(select(DisclaimerVersion)).all()
    second.database.close()
    assert (second.master, len(seeded), len(set(seeded))) == (first.master, 6, 6)
    assert all(version.approved_at is not None and version.number == 1 for version in versions)


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    settings = load({"INTAKE_FOLDER": str(tmp_path)})
    gate, keys = threading.Barrier(8), []

    def start() -> None:
        gate.wait()
        keys.append(master_key(settings))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(keys), len(set(keys)), len(keys[0])) == (8, 1, 64)


@pytest.mark.parametrize("left", ["", "\n", "abc"])
def test_a_damaged_key_is_refused_and_not_made_anew(tmp_path: Path, left: str) -> None:
    settings = load({"INTAKE_FOLDER": str(tmp_path)})
    master_key(settings)
    path = tmp_path / "secret" / "key"
    path.write_text(left)
    with pytest.raises(SettingsError, match=r"is damaged.*Cure: restore it from a backup"):
        master_key(settings)
    assert path.read_text() == left


def test_a_key_from_the_settings_makes_no_file(tmp_path: Path) -> None:
    settings = load({"INTAKE_FOLDER": str(tmp_path), "INTAKE_SECRET_KEY": "k" * 40})
    assert (master_key(settings), list(tmp_path.iterdir())) == (b"k" * 40, [])


def test_each_purpose_has_a_key_of_its_own(newsroom: Newsroom) -> None:
    purposes = ["author-links", "replies", "vault", "sessions"]
    keys = [newsroom.key(purpose) for purpose in purposes]
    assert (len(set(keys)), {len(key) for key in keys}) == (4, {32})
    assert replace(newsroom, master=b"other").key("vault") != newsroom.key("vault")


def test_a_desk_that_lost_a_policy_gets_it_again_and_no_second_of_the_others(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        policies = {policy.key for policy in session.scalars(select(DisclaimerPolicy))}
        seed_disclaimers(session, newsroom, newsroom.now())
        assert {policy.key for policy in session.scalars(select(DisclaimerPolicy))} == policies
    assert {key.partition(":")[0] for key in policies} == {"opinion", "rai"}


def test_every_declared_letter_is_there_in_both_languages() -> None:
    book = load_letters()
    assert set(book.templates) == {(code, language) for code in book.declared for language in ("en", "ar")}
    assert book.template("M3", "fr") == book.template("M3", "en")
