"""Blobs: the same bytes once, durable, found by their SHA-256 only."""

import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.storage.blobs import Blobs, BlobStore
from tests.storage.failing import FailingDisk

PHOTO = b"\x89PNG\r\n\x1a\n made up"


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return Blobs(tmp_path / "blobs")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary())
def test_bytes_come_back_under_their_hash(blobs: BlobStore, data: bytes) -> None:
    sha = blobs.put(data)
    assert sha == hashlib.sha256(data).hexdigest()
    assert (blobs.has(sha), blobs.get(sha)) == (True, data)


def test_the_same_bytes_lie_there_once_and_private(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert blobs.put(PHOTO) == blobs.put(PHOTO)
    (path,) = files(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_deleting_is_final_and_may_be_repeated(blobs: BlobStore) -> None:
    sha = blobs.put(PHOTO)
    blobs.delete(sha)
    blobs.delete(sha)
    assert not blobs.has(sha)
    with pytest.raises(FileNotFoundError):
        blobs.get(sha)


@pytest.mark.parametrize("sha", ["", "..", "../" * 21 + "x", "A" * 64, "g" * 64, "0" * 65, "0" * 64 + "\n"])
def test_a_malformed_hash_reaches_no_file(blobs: BlobStore, sha: str) -> None:
    for act in (blobs.get, blobs.has, blobs.delete):
        with pytest.raises(ValueError, match="not a SHA-256"):
            act(sha)


def test_every_single_failure_propagates_and_a_repeat_stores(tmp_path: Path) -> None:
    for fails_at in range(1, 30):
        Blobs(tmp_path)
        data = b"photo %d" % fails_at
        disk = FailingDisk(fails_at)
        try:
            sha = Blobs(tmp_path, disk=disk).put(data)
        except OSError:
            assert list((tmp_path / "tmp").iterdir()) == []
            blobs = Blobs(tmp_path)
            assert blobs.get(blobs.put(data)) == data
        else:
            assert not disk.failed
            assert Blobs(tmp_path).get(sha) == data
            return
    pytest.fail("no run went through")
