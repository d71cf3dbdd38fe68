"""Rows and files are brought to agree: put back, shown, or told of; nothing of anybody's is removed."""

import os
from pathlib import Path

import pytest
from sqlalchemy import String, select

from intake.domain.faults import LOST
from intake.newsroom import Newsroom
from intake.reconcile import PARTS, PARTS_A_ROUND, Reconciler, Round, recorded
from intake.storage.messages import InboundMessage, Letter
from intake.storage.spool import Envelope, Spool
from intake.storage.tables import BLOB_COLUMNS, metadata
from tests import factories
from tests.web.desk.mailbag import held, mail

OPED = "oped@harbourpost.example"


@pytest.fixture
def spool(newsroom: Newsroom) -> Spool:
    return Spool(newsroom.settings.root / "spool", 1_000_000)


@pytest.fixture
def reconciler(newsroom: Newsroom, spool: Spool) -> Reconciler:
    return Reconciler(newsroom, spool)


def waiting(newsroom: Newsroom, spool: Spool, raw: bytes) -> str:
    return spool.accept(raw, Envelope("nur@author.example", OPED, "lmtp", "", "", newsroom.now()))


def row(newsroom: Newsroom) -> InboundMessage:
    with newsroom.reading() as session:
        return session.scalars(select(InboundMessage)).one()


def aged(newsroom: Newsroom, sha: str) -> None:
    os.utime(newsroom.settings.root / "blobs" / sha[:2] / sha, (1000, 1000))


def test_a_whole_installation_has_nothing_to_mend(newsroom: Newsroom, reconciler: Reconciler) -> None:
    with newsroom.transaction() as session:
        held(session, newsroom)
    assert reconciler.round() == Round()
    told = recorded(newsroom.settings.root)
    assert told is not None
    assert (told["lost"], told["at"]) == (0, newsroom.now().isoformat())


def test_bytes_that_are_gone_are_put_back_from_the_spool(
    newsroom: Newsroom, spool: Spool, reconciler: Reconciler
) -> None:
    raw = mail("Waits")
    key = waiting(newsroom, spool, raw)
    with newsroom.transaction() as session:
        message = held(session, newsroom, raw)
        message.spool_key = key
        sha = message.raw
    newsroom.blobs.delete(sha)
    assert reconciler.round() == Round(restored=1)
    assert newsroom.blobs.get(sha) == raw
    assert reconciler.round() == Round()


def test_bytes_that_are_nowhere_are_told_to_an_editor_once(newsroom: Newsroom, reconciler: Reconciler) -> None:
    with newsroom.transaction() as session:
        newsroom.blobs.delete(held(session, newsroom).raw)
    assert [reconciler.round(), reconciler.round()] == [Round(lost=1)] * 2
    assert row(newsroom).defects == [LOST]


def test_a_quarantined_file_without_a_row_gets_one(newsroom: Newsroom, spool: Spool, reconciler: Reconciler) -> None:
    key = waiting(newsroom, spool, mail("Damaged"))
    stored = spool.file_bytes(key)
    spool.quarantine(key, "its bytes changed on disk")
    assert [reconciler.round(), reconciler.round()] == [Round(adopted=1), Round()]
    found = row(newsroom)
    assert (found.spool_key, found.disposition, found.defects) == (key, "quarantine", ["its bytes changed on disk"])
    assert newsroom.blobs.get(found.raw) == stored


def test_an_old_file_that_no_row_names_is_counted_and_kept(newsroom: Newsroom, reconciler: Reconciler) -> None:
    with newsroom.transaction() as session:
        aged(newsroom, held(session, newsroom).raw)
    young, old = newsroom.blobs.put(b"young"), newsroom.blobs.put(b"old")
    aged(newsroom, old)
    rounds = [reconciler.round() for _ in range(PARTS // PARTS_A_ROUND)]
    assert rounds[-1] == Round(nobodys=1)
    assert (newsroom.blobs.get(young), newsroom.blobs.get(old)) == (b"young", b"old")
    newsroom.blobs.delete(old)
    assert [reconciler.round() for _ in rounds][-1] == Round()


def test_old_drafts_go_and_young_ones_stay(newsroom: Newsroom, spool: Spool, reconciler: Reconciler) -> None:
    folders: list[Path] = [spool.folder / "tmp", newsroom.settings.root / "blobs" / "tmp"]
    for folder in folders:
        for name in ("old", "young"):
            (folder / name).touch()
        os.utime(folder / "old", (1000, 1000))
    assert reconciler.round() == Round(swept=2)
    assert [[path.name for path in folder.iterdir()] for folder in folders] == [["young"], ["young"]]


def test_a_letter_whose_lease_lapsed_long_ago_is_stuck(newsroom: Newsroom, reconciler: Reconciler) -> None:
    with newsroom.transaction() as session:
        factories.received(session, newsroom)
        session.scalars(select(Letter).limit(1)).one().leased_until = newsroom.now()
    assert reconciler.round() == Round()
    factories.pass_time(newsroom, minutes=16)
    assert reconciler.round() == Round(stuck=1)


def test_every_column_of_sixty_four_letters_is_known_as_a_blob_or_as_none() -> None:
    digests = {"spool_key", "digest", "link_hash", "text_hash", "previous", "hash", "piece_hash"}
    digests |= {"token_hash", "form_key", "fs_uniquifier"}
    columns = {
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and column.type.length == 64
    }
    assert {column.name for column in columns - set(BLOB_COLUMNS)} - digests == set()
    assert sorted(f"{column.table.name}.{column.name}" for column in BLOB_COLUMNS) == [
        "attachment.blob",
        "inbound_message.raw",
    ]
