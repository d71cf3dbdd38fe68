"""The spool: exact bytes, one entry per recipient, nothing half-written, nothing lost."""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.errors import NoSpace, SettingsError, TooLarge, Unreadable
from intake.storage.spool import Envelope, Quarantined, Spool, key_of
from tests.storage.failing import FailingDisk

RECEIVED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
MAIL = b"Subject: Op-Ed: Water\r\n\r\nThe well is dry.\r\n"


def envelope(recipient: str = "oped@paper.example", mail_from: str = "huda@writer.example") -> Envelope:
    return Envelope(mail_from, recipient, "lmtp", "192.0.2.7", "mx.writer.example", RECEIVED)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", 1_000_000)


def names(spool: Spool, part: str) -> list[str]:
    return sorted(path.name for path in (spool.folder / part).iterdir())


def test_a_mail_comes_back_byte_for_byte(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    assert spool.waiting() == [key]
    assert spool.read(key) == (envelope(), MAIL)
    assert names(spool, "tmp") == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=st.binary(), mail_from=st.text(), helo=st.text())
def test_any_bytes_and_any_envelope_survive(spool: Spool, raw: bytes, mail_from: str, helo: str) -> None:
    said = Envelope(mail_from, "oped@paper.example", "pipe", "", helo, RECEIVED)
    assert spool.read(spool.accept(raw, said)) == (said, raw)


def test_quiet_mail_stays_quiet_and_a_file_that_does_not_say_is_not(spool: Spool) -> None:
    quiet = replace(envelope(), quiet=True)
    key = spool.accept(MAIL, quiet)
    assert spool.read(key) == (quiet, MAIL)
    path = spool.folder / "new" / key
    path.write_bytes(path.read_bytes().replace(b', "quiet": true', b""))
    assert spool.read(key) == (envelope(), MAIL)


def test_a_note_on_a_mail_that_was_left_says_so(spool: Spool) -> None:
    note = replace(envelope(), quiet=True, left=True)
    assert spool.read(spool.accept(MAIL, note)) == (note, MAIL)


def test_undecodable_bytes_in_an_address_survive(spool: Spool) -> None:
    odd = envelope(mail_from=b"\xe9t\xe9@writer.example".decode("utf-8", "surrogateescape"))
    assert spool.read(spool.accept(MAIL, odd)) == (odd, MAIL)


def test_the_same_mail_lies_there_once_and_another_recipient_has_its_own(spool: Spool) -> None:
    first = spool.accept(MAIL, envelope())
    assert spool.accept(MAIL, envelope()) == first
    second = spool.accept(MAIL, envelope("opinion@paper.example"))
    assert sorted(spool.waiting()) == sorted([first, second])
    assert first == key_of("huda@writer.example", "oped@paper.example", MAIL)


def test_key_parts_cannot_run_into_each_other() -> None:
    assert key_of("ab", "c", b"d") != key_of("a", "bc", b"d")


def test_waiting_is_oldest_first_and_bounded(spool: Spool) -> None:
    keys = [spool.accept(b"%d" % number, envelope()) for number in range(4)]
    for age, key in enumerate(keys):
        os.utime(spool.folder / "new" / key, (1000 - age, 1000 - age))
    (spool.folder / "new" / ".nfs000").touch()
    assert spool.waiting() == keys[::-1]
    assert spool.waiting(limit=2) == keys[:1:-1]


def test_files_are_private(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    folders = [spool.folder, *(spool.folder / part for part in ("tmp", "new", "strikes", "quarantine"))]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 5
    assert stat.S_IMODE((spool.folder / "new" / key).stat().st_mode) == 0o600


def test_over_the_limit_is_too_large(spool: Spool) -> None:
    spool.accept(b"x" * 1_000_000, envelope())
    with pytest.raises(TooLarge):
        spool.accept(b"x" * 1_000_001, envelope())


@pytest.mark.parametrize(("free", "taken"), [(1499, False), (1500, True)])
def test_less_than_one_and_a_half_limits_free_is_no_space(tmp_path: Path, free: int, taken: bool) -> None:
    spool = Spool(tmp_path, 1000, free=lambda _: free)
    if taken:
        spool.accept(MAIL, envelope())
    else:
        with pytest.raises(NoSpace):
            spool.accept(MAIL, envelope())
    assert len(spool.waiting()) == taken


def test_every_single_failure_propagates_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    Spool(tmp_path, 1000)
    for fails_at in range(1, 30):
        disk = FailingDisk(fails_at)
        spool = Spool(tmp_path, 1000, disk=disk)
        raw = b"attempt %d" % fails_at
        try:
            key = spool.accept(raw, envelope())
        except OSError:
            assert disk.failed
            assert names(spool, "tmp") == []
            retried = Spool(tmp_path, 1000)
            assert retried.read(retried.accept(raw, envelope()))[1] == raw
        else:
            assert not disk.failed
            assert spool.read(key)[1] == raw
            assert fails_at == 5, "write, fsync, rename, fsync of the folder, then a run that needs none"
            return
    pytest.fail("no run went through")


def test_a_disk_that_fills_up_on_the_way_is_no_space(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000, disk=FailingDisk(fails_at=10_000))
    full = Spool(tmp_path, 1000, disk=FailingDisk(2, errno.ENOSPC))
    with pytest.raises(NoSpace):
        full.accept(MAIL, envelope())
    assert names(spool, "tmp") == names(spool, "new") == []


def test_short_writes_are_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "writev", lambda descriptor, parts: write(descriptor, b"".join(parts)[:7]))
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    spool = Spool(tmp_path, 1000)
    assert spool.read(spool.accept(MAIL, envelope())) == (envelope(), MAIL)


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:10], lambda _: b"", lambda b: b"[]\n" + b])
def test_a_damaged_file_is_unreadable(spool: Spool, damage: Callable[[bytes], bytes]) -> None:
    key = spool.accept(MAIL, envelope())
    path = spool.folder / "new" / key
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Unreadable):
        spool.read(key)


def test_a_changed_byte_is_unreadable(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    path = spool.folder / "new" / key
    path.write_bytes(path.read_bytes().replace(b"dry", b"wet"))
    with pytest.raises(Unreadable, match="changed on disk"):
        spool.read(key)


def test_a_filed_mail_goes_for_good(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    spool.strike(key)
    spool.remove(key)
    spool.remove(key)
    assert (spool.waiting(), names(spool, "strikes")) == ([], [])
    with pytest.raises(FileNotFoundError):
        spool.read(key)


def test_strikes_are_counted_across_processes(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    assert [spool.strike(key), Spool(spool.folder, 1000).strike(key), spool.strike(key)] == [1, 2, 3]


def test_quarantine_keeps_the_bytes_and_the_reason_until_it_is_discarded(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    spool.strike(key)
    stored = (spool.folder / "new" / key).read_bytes()
    spool.quarantine(key, "the reader ran out of time")
    assert (spool.waiting(), names(spool, "strikes")) == ([], [])
    assert spool.quarantined() == [Quarantined(key, "the reader ran out of time")]
    assert spool.quarantined_bytes(key) == stored
    spool.discard(key)
    spool.discard(key)
    assert (spool.waiting(), spool.quarantined(), names(spool, "quarantine")) == ([], [], [])


def test_a_forgiven_mail_has_all_its_tries_again(spool: Spool) -> None:
    key = spool.accept(MAIL, envelope())
    assert spool.strike(key) == 1
    spool.forgive(key)
    spool.forgive(key)
    assert spool.strike(key) == 1


def test_a_failure_while_quarantining_leaves_the_mail_in_one_place(tmp_path: Path) -> None:
    for fails_at in range(1, 30):
        plain = Spool(tmp_path, 1000)
        key = plain.accept(b"poison %d" % fails_at, envelope())
        disk = FailingDisk(fails_at)
        try:
            Spool(tmp_path, 1000, disk=disk).quarantine(key, "poison")
        except OSError:
            assert (key in plain.waiting()) != (key in [q.key for q in plain.quarantined()])
        else:
            assert not disk.failed
            return
    pytest.fail("no run went through")


def test_quarantining_what_is_gone_says_so(spool: Spool) -> None:
    with pytest.raises(FileNotFoundError):
        spool.quarantine("0" * 64, "gone")
    assert names(spool, "quarantine") == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_key_cannot_leave_the_folder(spool: Spool, key: str) -> None:
    for act in (spool.read, spool.remove, spool.strike, spool.file_bytes, spool.forgive, spool.discard):
        with pytest.raises(ValueError, match="not a spool key"):
            act(key)


def test_sweep_takes_only_old_remains(spool: Spool) -> None:
    for name in ("old", "young"):
        (spool.folder / "tmp" / name).touch()
    os.utime(spool.folder / "tmp" / "old", (1000, 1000))
    assert spool.sweep(timedelta(hours=1)) == 1
    assert names(spool, "tmp") == ["young"]


def test_folders_on_two_mounts_are_refused(tmp_path: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108  # a mount of its own on every Linux, not a place for secrets
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second mount at /dev/shm")
    elsewhere = other / f"intake-test-{os.getpid()}"
    elsewhere.mkdir()
    try:
        (tmp_path / "new").symlink_to(elsewhere)
        with pytest.raises(SettingsError, match="one mount"):
            Spool(tmp_path, 1000)
    finally:
        elsewhere.rmdir()


def test_an_envelope_needs_an_aware_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        Envelope("", "oped@paper.example", "lmtp", "", "", datetime(2026, 3, 1))  # noqa: DTZ001  # the point
