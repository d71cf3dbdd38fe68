"""The Dovecot files in a real Dovecot: the desk's user reads the mailbox that was opened to him, and can do no more."""

import subprocess
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from intake.ingress.imap import Fetcher, found_in, signed_in
from intake.ingress.mailboxes import Mailbox
from intake.settings import data_dir, load_desks
from intake.storage.spool import Spool
from tests.peers import dovecot
from tests.peers.example import EXAMPLES, adapted, needs

OWNER = OPED = "oped@harbourpost.example"
PASSWORD = "only the desk knows it"
MAIL = b"Return-Path: <huda@author.example>\r\nSubject: Op-Ed: Water\r\n\r\nThe well is dry.\r\n"


@pytest.fixture(scope="module")
def post() -> Iterator[dovecot.Running]:
    doveadm = needs("doveadm", "dovecot-imapd")
    hashed = subprocess.run(
        [doveadm, "pw", "-s", "SHA512-CRYPT", "-p", PASSWORD], capture_output=True, text=True, check=True
    ).stdout.strip()
    users, location = "/etc/dovecot/op-ed-intake.users", "/var/vmail"
    config = adapted("dovecot/op-ed-intake.conf", {users: "{folder}/op-ed-intake.users", location: "{folder}/mail"})
    places = {"{SHA512-CRYPT}put-the-hash-here": hashed, "vmail:vmail": "nobody:nogroup", location: "{folder}/mail"}
    files = {"op-ed-intake.conf": config, "op-ed-intake.users": adapted("dovecot/op-ed-intake.users", places)}
    with dovecot.serving(files) as running:
        checked = subprocess.run([needs("doveconf", "dovecot-core"), "-n", "-c", running.config], capture_output=True)
        assert (checked.returncode, checked.stderr) == (0, b"")
        deadline = time.monotonic() + 20
        while not found_in(person(running))[0]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with signed_in(person(running)) as client:
            client.append("INBOX", MAIL)
            client.create_folder("Private")
        words = "acl set -u oped@harbourpost.example INBOX user=op-ed-intake lookup read write write-seen"
        assert words in (EXAMPLES / "dovecot" / "README.md").read_text(encoding="utf-8")
        subprocess.run([doveadm, "-c", running.config, *words.split()], check=True)
        yield running


def person(running: dovecot.Running) -> Mailbox:
    """Return the mailbox as its owner opens it."""
    secret = running.folder / "secret"
    secret.write_text("secret")
    reach = {"port": running.tls, "cafile": str(running.authority.file), "password_file": str(secret)}
    return Mailbox("127.0.0.1", OWNER, OPED, **reach)  # type: ignore[arg-type]  # each has its own type


def ours(running: dovecot.Running) -> Mailbox:
    """Return the mailbox as the example says that it is fetched from."""
    secret = running.folder / "password"
    secret.write_text(PASSWORD)
    [said] = tomllib.loads((EXAMPLES / "dovecot" / "mailboxes.toml").read_text(encoding="utf-8"))["mailbox"]
    here = {"host": "127.0.0.1", "port": running.tls, "cafile": str(running.authority.file)}
    return Mailbox(**said | here | {"password_file": str(secret)})


def flags(client: IMAPClient) -> list[set[bytes]]:
    return [set(found[b"FLAGS"]) - {b"\\Recent"} for found in client.fetch(client.search(), ["FLAGS"]).values()]


def test_mail_is_fetched_and_stays_new_for_people(post: dovecot.Running, tmp_path: Path) -> None:
    desks, mailbox = load_desks(data_dir("config") / "desks.toml"), ours(post)
    spool = Spool(tmp_path / "spool", 100_000)
    with signed_in(mailbox) as client:
        assert Fetcher(mailbox, spool, 100_000, desks, tmp_path).look(client, threading.Event()) == 1
        assert flags(client) == [{b"\\Seen"}]
    [(envelope, raw)] = [spool.read(key) for key in spool.waiting()]
    assert (raw, envelope.mail_from, envelope.recipient) == (MAIL, "huda@author.example", OPED)
    with signed_in(person(post)) as client:
        client.select_folder("INBOX", readonly=True)
        assert flags(client) == [set()]


def test_the_desks_user_can_flag_and_neither_delete_nor_add_nor_open_more(post: dovecot.Running) -> None:
    mailbox = ours(post)
    with signed_in(mailbox) as client:
        client.select_folder(mailbox.folder)
        client.add_flags(client.search(), [b"\\Flagged", b"\\Deleted"])
        assert [b"\\Deleted" in found for found in flags(client)] == [False]
        with pytest.raises(IMAPClientError):
            client.append(mailbox.folder, MAIL)
        for other in (f"shared/{OWNER}/Private", "shared/rai@harbourpost.example/INBOX"):
            with pytest.raises(IMAPClientError):
                client.select_folder(other)
    with signed_in(person(post)) as client:
        client.select_folder("INBOX")
        assert flags(client) == [{b"\\Flagged"}]
        client.remove_flags(client.search(), [b"\\Flagged"])
