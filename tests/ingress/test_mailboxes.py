"""The mailboxes of an installation: read strictly, with one secret each; a token is asked anew."""

import base64
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from intake.domain.errors import SettingsError
from intake.ingress.cursor import Cursor, CursorFile
from intake.ingress.imap import found_in
from intake.ingress.mailboxes import Mailbox, load_mailboxes
from intake.settings import data_dir, load_desks
from tests.authority import Authority

OPED = "oped@harbourpost.example"
PLAIN = f'host = "imap.example"\nusername = "u"\naddress = "{OPED}"\npassword_file = "/p"\n'
DESKS = load_desks(data_dir("config") / "desks.toml")


def loaded(folder: Path, text: str) -> tuple[Mailbox, ...]:
    (folder / "mailboxes.toml").write_text(text, encoding="utf-8")
    return load_mailboxes(DESKS, {"INTAKE_CONFIG": str(folder)})


def test_without_the_file_there_is_no_mailbox(tmp_path: Path) -> None:
    assert load_mailboxes(DESKS, {"INTAKE_CONFIG": str(tmp_path)}) == ()


def test_the_example_is_taken_as_it_is(tmp_path: Path) -> None:
    shutil.copy(data_dir("config") / "examples" / "imap" / "mailboxes.toml", tmp_path)
    own, google, microsoft = load_mailboxes(DESKS, {"INTAKE_CONFIG": str(tmp_path)})
    assert (own.by_token, own.move_to, own.security) == (False, "Taken by the desk", "tls")
    assert (google.by_token, google.port, google.folder, google.move_to) == (True, 993, "INBOX", "")
    assert (microsoft.by_token, microsoft.as_new) == (True, False)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (PLAIN.replace(OPED, "x@elsewhere.example"), "is no desk's"),
        (PLAIN + 'token_file = "/t"\n', "name one of password_file, token_file and token_command"),
        (PLAIN.replace('password_file = "/p"\n', ""), "name one of"),
        (PLAIN + "poll = 0\n", "poll must be at least 1"),
        (PLAIN + 'security = "none"\n', "security"),
        (PLAIN + "pol = 3\n", "did you mean poll"),
        (PLAIN + "[[mailbox]]\n" + PLAIN, "named twice"),
        ("x = 1", "no mailbox|Invalid|holds|pol|x is no key"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, cause: str) -> None:
    with pytest.raises(SettingsError, match=cause):
        loaded(tmp_path, "[[mailbox]]\n" + text)


def test_a_password_or_token_comes_from_its_file_or_command(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pass word\n")
    said: dict[str, Any] = {"host": "h", "username": "u", "address": OPED}
    assert Mailbox(**said, password_file=str(secret)).secret() == "pass word"
    assert Mailbox(**said, token_command=["echo", "fresh"]).secret() == "fresh"
    for wrong in ({"token_command": ["false"]}, {"token_command": ["/missing"]}, {"token_file": "/missing"}):
        with pytest.raises(SettingsError, match="Cure"):
            Mailbox(**said, **wrong).secret()


def test_a_cursor_is_kept_and_a_damaged_one_looks_at_everything_again(tmp_path: Path) -> None:
    file = CursorFile(tmp_path, "u@h:993/INBOX")
    assert file.read() is None
    file.write(Cursor(7, 12, 3))
    assert CursorFile(tmp_path, "u@h:993/INBOX").read() == Cursor(7, 12, 3)
    assert CursorFile(tmp_path, "u@h:993/Other").read() is None
    (kept,) = (tmp_path / "fetched").iterdir()
    kept.write_bytes(b'{"validity"')
    assert file.read() == Cursor(-1)


@contextmanager
def playing(authority: Authority, said: list[bytes]) -> Iterator[int]:
    """Play a server that takes XOAUTH2 once and remembers what was said to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.vouch())
    answers = {
        b"AUTHENTICATE": b"+ \r\n",
        b"EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 4] ok\r\n",
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2\r\n",
    }

    def serve(listening: socket.socket) -> None:
        with listening.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as wire:
            lines = wire.makefile("rb")
            wire.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2] hello\r\n")
            for line in lines:
                tag, _, rest = line.strip().partition(b" ")
                said.append(rest)
                command = rest.split(b" ")[0]
                wire.sendall(answers.get(command, b""))
                if command == b"AUTHENTICATE":
                    said.append(base64.b64decode(lines.readline()))
                wire.sendall(tag + b" OK done\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def test_a_token_signs_in_by_xoauth2(tmp_path: Path) -> None:
    authority, said = Authority(tmp_path), list[bytes]()
    with playing(authority, said) as port:
        mailbox = Mailbox(
            "127.0.0.1", "u@gmail.com", OPED, port, cafile=str(authority.file), token_command=["echo", "fresh"]
        )
        assert found_in(mailbox) == (True, "3 mails, with IDLE")
    assert b"user=u@gmail.com\1auth=Bearer fresh\1\1" in said
