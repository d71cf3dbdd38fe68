"""Rspamd and ClamAV, played on loopback in their own protocols: clean, found, down, silent, talking nonsense."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from intake.screening import clamav, rspamd
from intake.screening.scanned import Scanned

MAIL = b"Subject: Op-Ed\n\n" + b"harbour " * 40_000


@contextmanager
def played(serve: Callable[[socket.socket], None], path: Path | None = None) -> Iterator[str]:
    """Serve one client on loopback, or on a Unix socket; give the address."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()

    def run() -> None:
        client, _ = listening.accept()
        with client, suppress(OSError):  # a client that has heard enough hangs up
            serve(client)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with listening:
        yield str(path) if path else f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def clamd(reply: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    def serve(client: socket.socket) -> None:
        with client.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack(">I", stream.read(4))[0]:
                heard.append(stream.read(size))
        client.sendall(reply)

    return serve


@pytest.mark.parametrize(
    ("reply", "scanned"),
    [
        (b"stream: OK\0", Scanned("clean", {"by": "ClamAV"})),
        (b"stream: Eicar-Signature FOUND\0", Scanned("found", {"by": "ClamAV", "found": ["Eicar-Signature"]})),
        (
            b"INSTREAM size limit exceeded. ERROR\0",
            Scanned("not_done", {"why": "ClamAV: INSTREAM size limit exceeded. ERROR"}),
        ),
        (b"", Scanned("not_done", {"why": "ClamAV: an empty answer"})),
    ],
)
def test_clamd_is_sent_the_mail_and_understood(reply: bytes, scanned: Scanned) -> None:
    heard: list[bytes] = []
    with played(clamd(reply, heard)) as address:
        assert clamav.scan(address, MAIL, 5) == scanned
    assert b"".join(heard) == MAIL


def test_clamd_on_a_unix_socket(tmp_path: Path) -> None:
    with played(clamd(b"stream: OK\0", []), tmp_path / "clamd.ctl") as address:
        assert clamav.scan(address, MAIL, 5).verdict == "clean"


def web(body: bytes, heard: list[bytes], status: str = "200 OK") -> Callable[[socket.socket], None]:
    def serve(client: socket.socket) -> None:
        with client.makefile("rb") as stream:
            head = b"".join(iter(stream.readline, b"\r\n"))
            length = next(int(line.split(b":")[1]) for line in head.splitlines() if b"content-length" in line.lower())
            heard.extend((head, stream.read(length)))
        client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    return serve


ANSWER: dict[str, Any] = {
    "action": "add header",
    "score": 12.5,
    "required_score": 15,
    "symbols": {"BAYES_SPAM": {"score": 5.1}, "R_DKIM_ALLOW": {"score": -0.2}},
}


def test_rspamd_is_sent_the_mail_with_its_envelope_and_understood() -> None:
    heard: list[bytes] = []
    with played(web(json.dumps(ANSWER).encode(), heard)) as address:
        scanned = rspamd.scan(f"http://{address}", MAIL, "huda@author.example", "oped@harbourpost.example", 5)
    assert scanned == Scanned(
        "found",
        {
            "by": "Rspamd",
            "action": "add header",
            "score": 12.5,
            "required": 15.0,
            "found": ["BAYES_SPAM 5.1", "R_DKIM_ALLOW -0.2"],
        },
    )
    assert heard[0].startswith(b"POST /checkv2 HTTP/1.1\r\n")
    assert b"From: huda@author.example\r\n" in heard[0]
    assert heard[1] == MAIL


@pytest.mark.parametrize(
    ("body", "status", "verdict"),
    [
        (json.dumps(ANSWER | {"action": "no action"}).encode(), "200 OK", "clean"),
        (json.dumps(ANSWER | {"action": "greylist"}).encode(), "200 OK", "clean"),
        (b"{}", "200 OK", "not_done"),
        (b"[]", "200 OK", "not_done"),
        (b"no JSON", "200 OK", "not_done"),
        (b"{}", "500 Broken", "not_done"),
        (b" " * (rspamd.LARGEST_ANSWER + 1), "200 OK", "not_done"),
    ],
)
def test_what_rspamd_says_is_spam_clean_or_not_done(body: bytes, status: str, verdict: str) -> None:
    with played(web(body, [], status)) as address:
        assert rspamd.scan(f"http://{address}", b"x", "", "", 5).verdict == verdict


def test_a_scanner_that_is_down_or_silent_is_not_done() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        assert clamav.scan(address, b"x", 1).verdict == "not_done"
        assert rspamd.scan(f"http://{address}", b"x", "", "", 1).verdict == "not_done"
    silence = threading.Event()

    def serve(_client: socket.socket) -> None:
        silence.wait(3)

    with played(serve) as address:
        assert clamav.scan(address, b"x", 0.3).verdict == "not_done"
        silence.set()
    silence.clear()
    with played(serve) as address:
        assert rspamd.scan(f"http://{address}", b"x", "", "", 0.3).verdict == "not_done"
        silence.set()


def test_a_wrong_address_is_not_done() -> None:
    assert clamav.scan("nowhere", b"x", 1).verdict == "not_done"
    assert rspamd.scan("nowhere", b"x", "", "", 1).verdict == "not_done"
