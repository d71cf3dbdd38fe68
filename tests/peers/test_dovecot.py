"""Fetching from a real, private Dovecot: by IDLE, over cuts and renumbering, and never marked before it is stored."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from intake.domain.desk import Desks
from intake.domain.errors import NoSpace
from intake.ingress import imap, pacing
from intake.ingress.imap import Fetcher, found_in, signed_in
from intake.ingress.mailboxes import Mailbox
from intake.settings import data_dir, load_desks
from intake.storage import heartbeat
from intake.storage.spool import Envelope, Spool
from tests.authority import Authority
from tests.peers import dovecot
from tests.peers.example import needs

PATIENCE = 20.0
LIMIT = 100_000
OPED = "oped@harbourpost.example"


def mail(number: int, body: str = "The well is dry.") -> bytes:
    head = f"Return-Path: <huda{number}@author.example>\r\nFrom: Huda <huda@author.example>\r\n"
    return f"{head}Subject: Op-Ed: Water {number}\r\n\r\n{body}\r\n".encode()


@dataclass(frozen=True)
class Post:
    """A running Dovecot, and one user of it."""

    folder: Path
    plain: int
    tls: int
    authority: Authority
    user: str = ""

    def mailbox(self, **said: Any) -> Mailbox:
        """Return how this user's mailbox is fetched from."""
        secret = self.folder / "password"
        secret.write_text("secret\n")
        told: dict[str, Any] = {"host": "127.0.0.1", "username": self.user, "address": OPED, "port": self.tls}
        told |= {"cafile": str(self.authority.file), "password_file": str(secret), "as_new": True}
        return Mailbox(**told | said)

    @contextmanager
    def person(self) -> Iterator[IMAPClient]:
        """Sign in as the person whose mailbox it is."""
        with signed_in(self.mailbox()) as client:
            client.select_folder("INBOX")
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        with self.person() as client:
            for raw in mails:
                client.append(folder, raw)

    def seen(self, folder: str = "INBOX") -> list[bool]:
        with self.person() as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["FLAGS"])
            return [b"\\Seen" in found[uid][b"FLAGS"] for uid in sorted(found)]


@pytest.fixture(scope="module")
def server() -> Iterator[Post]:
    with dovecot.serving() as running:
        post = Post(running.folder, running.plain, running.tls, running.authority)
        _until(lambda: found_in(replace(post, user="waiting").mailbox())[0])
        yield post


@pytest.fixture
def post(server: Post, request: pytest.FixtureRequest) -> Post:
    """Return the server with a mailbox that no other test has."""
    return replace(server, user=f"u{abs(hash(request.node.name))}")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", LIMIT)


def _until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def desks() -> Desks:
    return load_desks(data_dir("config") / "desks.toml")


def fetcher(post: Post, spool: Any, tmp_path: Path, **said: Any) -> Fetcher:
    return Fetcher(post.mailbox(**said), spool, LIMIT, desks(), tmp_path)


def looked(post: Post, spool: Any, tmp_path: Path, **said: Any) -> int:
    """Connect, look once, and return how many were stored."""
    mailbox = post.mailbox(**said)
    with signed_in(mailbox) as client:
        return Fetcher(mailbox, spool, LIMIT, desks(), tmp_path).look(client, threading.Event())


def stored(spool: Spool) -> list[tuple[Envelope, bytes]]:
    return sorted((spool.read(key) for key in spool.waiting()), key=lambda found: found[1])


@contextmanager
def running(one: Fetcher) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=one.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_mail_is_stored_exactly_and_then_marked_as_seen_once(post: Post, spool: Spool, tmp_path: Path) -> None:
    post.put(mail(1), mail(2))
    assert looked(post, spool, tmp_path) == 2
    assert [raw for _, raw in stored(spool)] == [mail(1), mail(2)]
    envelope = stored(spool)[0][0]
    assert (envelope.mail_from, envelope.recipient, envelope.source) == ("huda1@author.example", OPED, "imap")
    assert (envelope.quiet, post.seen()) == (False, [True, True])
    assert looked(post, spool, tmp_path) == 0


def test_mail_that_a_person_opened_before_us_is_fetched_all_the_same(post: Post, spool: Spool, tmp_path: Path) -> None:
    looked(post, spool, tmp_path)
    post.put(mail(1))
    with post.person() as client:
        client.add_flags(client.search(), [b"\\Seen"])
    assert looked(post, spool, tmp_path) == 1


def test_a_reply_keeps_its_signed_address_and_no_other_desk_is_named(post: Post, spool: Spool, tmp_path: Path) -> None:
    signed = OPED.replace("@", "+r-7-abcdefghijklmnop@")
    post.put(b"Delivered-To: " + signed.encode() + b"\r\n" + mail(1), b"Delivered-To: rai@harbourpost.example\r\n\r\nx")
    looked(post, spool, tmp_path)
    assert sorted(envelope.recipient for envelope, _ in stored(spool)) == sorted([signed, OPED])


def test_what_lay_there_before_us_comes_quietly_and_what_follows_does_not(
    post: Post, spool: Spool, tmp_path: Path
) -> None:
    post.put(mail(1))
    looked(post, spool, tmp_path, as_new=False)
    post.put(mail(2))
    looked(post, spool, tmp_path, as_new=False)
    assert [envelope.quiet for envelope, _ in stored(spool)] == [True, False]


def test_mail_is_moved_once_it_is_stored(post: Post, spool: Spool, tmp_path: Path) -> None:
    post.put(mail(1), mail(2))
    assert looked(post, spool, tmp_path, move_to="Taken") == 2
    assert (post.seen(), len(post.seen("Taken"))) == ([], 2)


class Full:
    """A spool whose disk is full."""

    def accept(self, raw: bytes, envelope: Envelope) -> str:  # noqa: ARG002  # the shape of a spool
        raise NoSpace("full")


@pytest.mark.parametrize("move_to", ["", "Taken"])
def test_what_the_spool_refuses_stays_as_it_was_and_comes_later(
    post: Post, spool: Spool, tmp_path: Path, move_to: str
) -> None:
    post.put(mail(1), mail(2))
    with pytest.raises(NoSpace):
        looked(post, Full(), tmp_path, move_to=move_to)
    assert post.seen() == [False, False]
    assert looked(post, spool, tmp_path, move_to=move_to) == 2


def test_a_renumbered_folder_is_looked_at_again_and_nothing_doubles(post: Post, spool: Spool, tmp_path: Path) -> None:
    with post.person() as client:
        client.create_folder("Desk")
    post.put(mail(1), folder="Desk")
    assert looked(post, spool, tmp_path, folder="Desk") == 1
    with post.person() as client:
        client.delete_folder("Desk")
        time.sleep(1.1)  # Dovecot counts the seconds
        client.create_folder("Desk")
    post.put(mail(1), mail(2), folder="Desk")
    assert looked(post, spool, tmp_path, folder="Desk") == 2
    assert [raw for _, raw in stored(spool)] == [mail(1), mail(2)]


def test_a_mail_too_large_is_left_flagged_and_told_to_an_editor(post: Post, spool: Spool, tmp_path: Path) -> None:
    post.put(mail(1, "w" * LIMIT), mail(2))
    assert looked(post, spool, tmp_path, move_to="Taken") == 2
    note, _ = sorted(stored(spool), key=lambda found: not found[0].quiet)
    assert (note[0].left, note[0].quiet, b"Subject: Op-Ed: Water 1" in note[1]) == (True, True, True)
    assert b"more than the 100000 that are taken" in note[1]
    with post.person() as client:
        ((flags),) = client.fetch(client.search(), ["FLAGS"]).values()
    assert b"\\Flagged" in flags[b"FLAGS"]
    assert b"\\Seen" not in flags[b"FLAGS"]


def test_a_large_mailbox_gives_way_while_a_worker_lives(
    post: Post, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"WAITING": 5, "LOOK_EVERY": 2, "PAUSE": 0.01}.items():
        monkeypatch.setattr(pacing, name, value)
    post.put(*(mail(number) for number in range(20)))
    heartbeat.beat(tmp_path, "worker")
    with running(fetcher(post, spool, tmp_path, as_new=False)):
        _until(lambda: len(spool.waiting()) == 6)
        time.sleep(1)
        assert len(spool.waiting()) == 6
        spool.accept(mail(99), Envelope("a@author.example", OPED, "smtp", "", "", datetime.now(UTC)))  # others go on
        for key in spool.waiting():
            spool.remove(key)
        _until(lambda: len(spool.waiting()) == 6)
        (tmp_path / "beats" / "worker").unlink()  # nobody would ever file them
        _until(lambda: len(spool.waiting()) == 14)


def test_a_fetcher_lives_while_it_waits_and_not_when_it_hangs(
    post: Post, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "HANGS", 0.6)
    monkeypatch.setattr(imap, "STEP", 0.1)
    one = fetcher(post, spool, tmp_path)
    with running(one):
        for _ in range(20):
            time.sleep(0.1)
            assert one.lives
    time.sleep(0.7)
    assert not one.lives


def test_new_mail_comes_by_idle_and_again_after_the_connection_was_cut(
    post: Post, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "STEP", 0.2)
    with running(fetcher(post, spool, tmp_path, poll=3600)):
        time.sleep(1)
        post.put(mail(1))
        _until(lambda: len(stored(spool)) == 1)
        doveadm = [needs("doveadm", "dovecot-core"), "-c", str(post.folder / "dovecot.conf")]
        subprocess.run([*doveadm, "kick", post.user], check=True, capture_output=True)
        post.put(mail(2))
        _until(lambda: len(stored(spool)) == 2)
    assert post.seen() == [True, True]


def test_where_there_is_no_idle_it_looks_again(
    post: Post, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    able = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, what: what != "IDLE" and able(self, what))
    with running(fetcher(post, spool, tmp_path, poll=1)):
        for number in (1, 2):
            post.put(mail(number))
            _until(lambda count=number: len(stored(spool)) == count)  # type: ignore[misc]  # bound to this turn


def test_starttls_works_and_nothing_is_said_to_a_server_that_nobody_vouches_for(post: Post, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    for security, port in (("starttls", post.plain), ("tls", post.tls)):
        assert found_in(post.mailbox(security=security, port=port)) == (True, "0 mails, with IDLE")
        ok, why = found_in(post.mailbox(security=security, port=port, cafile=str(stranger.file)))
        assert (ok, "certificate verify failed" in why) == (False, True)
        ok, why = found_in(post.mailbox(security=security, port=port, host="localhost"))
        assert (ok, "certificate" in why) == (False, True)


def test_a_server_without_starttls_gets_no_password(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    able = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, what: what != "STARTTLS" and able(self, what))
    with pytest.raises(IMAPClientError), signed_in(post.mailbox(security="starttls", port=post.plain)):
        pass


def test_a_wrong_password_is_said(post: Post, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("guess")
    ok, why = found_in(post.mailbox(password_file=str(wrong)))
    assert (ok, "Authentication failed" in why) == (False, True)
