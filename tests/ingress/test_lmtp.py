"""The listener, spoken to by a real LMTP client: one answer per recipient, and never a bounce for a fault of ours."""

import errno
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.domain.errors import NoSpace
from intake.ingress.answers import Keeps, clean, hops
from intake.ingress.lmtp import Listener
from intake.storage.spool import Envelope, Spool
from tests.storage.failing import FailingDisk

LIMIT = 3_000_000
DESKS = ("oped@paper.example", "opinion@paper.example")
MAIL = b"From: Huda <huda@writer.example>\r\nSubject: Op-Ed: Water\r\n\r\nThe well is dry.\r\n"
HUDA = "huda@writer.example"


def known(address: str) -> bool:
    return address in DESKS


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", LIMIT)


@contextmanager
def listening(spool: Keeps, size_limit: int = LIMIT) -> Iterator[smtplib.LMTP]:
    with Listener(spool, "127.0.0.1", 0, known, size_limit) as listener:
        client = smtplib.LMTP("127.0.0.1", listener.port, local_hostname="mx.paper.example", timeout=10)
        try:
            yield client
        finally:
            client.close()


@pytest.fixture
def client(spool: Spool) -> Iterator[smtplib.LMTP]:
    with listening(spool) as client:
        yield client


def lines(client: smtplib.LMTP, count: int) -> list[bytes]:
    assert client.file is not None
    return [client.file.readline().rstrip(b"\r\n") for _ in range(count)]


def deliver(
    client: smtplib.LMTP, wire: bytes, recipients: tuple[str, ...] = DESKS[:1], sender: str = HUDA
) -> list[int]:
    """Speak one whole transaction and return the code of every answer to DATA; ``wire`` is dot-stuffed already."""
    client.ehlo_or_helo_if_needed()
    assert client.mail(sender, ["BODY=8BITMIME"])[0] == 250
    assert [client.rcpt(recipient)[0] for recipient in recipients] == [250] * len(recipients)
    assert client.docmd("DATA")[0] == 354
    assert client.sock is not None
    client.sock.sendall(wire + b".\r\n")
    codes = [int(line[:3]) for line in lines(client, len(recipients))]
    assert client.noop()[0] == 250, "the dialogue is still in step"
    return codes


def stored(spool: Spool) -> list[tuple[Envelope, bytes]]:
    return sorted((spool.read(key) for key in spool.waiting()), key=lambda entry: entry[0].recipient)


def test_it_announces_what_it_takes(client: smtplib.LMTP) -> None:
    client.ehlo()
    assert client.esmtp_features["size"] == str(LIMIT)
    assert set(client.esmtp_features) == {"size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"}


def test_a_mail_is_stored_exactly_with_its_envelope(client: smtplib.LMTP, spool: Spool) -> None:
    assert client.sendmail(HUDA, [DESKS[0]], MAIL) == {}
    ((envelope, raw),) = stored(spool)
    assert raw == MAIL
    assert (envelope.mail_from, envelope.recipient, envelope.source) == (HUDA, DESKS[0], "lmtp")
    assert (envelope.remote_ip, envelope.helo) == ("127.0.0.1", "mx.paper.example")


def test_two_recipients_get_an_entry_and_an_answer_each(client: smtplib.LMTP, spool: Spool) -> None:
    assert deliver(client, MAIL, DESKS) == [250, 250]
    assert [envelope.recipient for envelope, _ in stored(spool)] == list(DESKS)


def test_an_unknown_recipient_is_refused_and_the_known_one_served(client: smtplib.LMTP, spool: Spool) -> None:
    client.ehlo()
    client.mail(HUDA)
    code, text = client.rcpt("nobody@paper.example")
    assert (code, text[:5]) == (550, b"5.1.1")
    client.rset()
    assert client.sendmail(HUDA, ["nobody@paper.example", DESKS[0]], MAIL) == {"nobody@paper.example": (code, text)}
    assert [envelope.recipient for envelope, _ in stored(spool)] == [DESKS[0]]


def test_the_empty_sender_of_a_bounce_is_taken(client: smtplib.LMTP, spool: Spool) -> None:
    assert deliver(client, MAIL, sender="") == [250]
    assert stored(spool)[0][0].mail_from == ""


def test_an_arabic_address_is_taken(client: smtplib.LMTP, spool: Spool) -> None:
    client.ehlo()
    assert client.sendmail("هدى@writer.example", [DESKS[0]], MAIL, ["SMTPUTF8", "BODY=8BITMIME"]) == {}
    assert stored(spool)[0][0].mail_from == "هدى@writer.example"


def test_undecodable_bytes_in_an_address_do_not_lose_the_mail() -> None:
    assert clean(b"\xe9@writer.example".decode("utf-8", "surrogateescape")) == "\ufffd@writer.example"
    assert clean("<>") == ""


def test_control_characters_in_an_address_are_refused(client: smtplib.LMTP) -> None:
    client.ehlo()
    assert client.docmd("MAIL", "FROM:<hu\x00da@writer.example>")[0] == 553
    client.mail(HUDA)
    assert client.docmd("RCPT", "TO:<op\x07ed@paper.example>")[0] == 553


def test_a_fault_while_a_command_is_read_is_temporary(spool: Spool) -> None:
    def broken(address: str) -> bool:
        raise RuntimeError(address)

    with Listener(spool, "127.0.0.1", 0, broken, LIMIT) as listener:
        client = smtplib.LMTP("127.0.0.1", listener.port)
        client.ehlo()
        client.mail(HUDA)
        assert client.rcpt(DESKS[0])[0] == 451
        client.close()


def test_dots_are_unstuffed_and_empty_mail_is_mail(client: smtplib.LMTP, spool: Spool) -> None:
    text = b".\r\n..\r\n.dot\r\n\r\n.\r\nend.\r\n"
    assert client.sendmail(HUDA, [DESKS[0]], text) == {}
    assert deliver(client, b"") == [250]
    assert sorted(raw for _, raw in stored(spool)) == [b"", text]


@pytest.mark.parametrize("start", [b"\r\n", b"\r", b"\n", b"\r\r\n", b"\r\n\r\n", b".\r", b"..\r\n", b"x.\r\n\r\n"])
def test_no_beginning_confuses_the_end(client: smtplib.LMTP, spool: Spool, start: bytes) -> None:
    assert deliver(client, start + b"text\r\n") == [250]
    assert [raw for _, raw in stored(spool)] == [start.removeprefix(b".") + b"text\r\n"]


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_no_bare_line_ending_smuggles_a_second_mail(client: smtplib.LMTP, spool: Spool, end: bytes) -> None:
    second = b"MAIL FROM:<editor@paper.example>\r\nRCPT TO:<oped@paper.example>\r\nDATA\r\nSubject: Op-Ed: False\r\n"
    assert deliver(client, MAIL + b"one" + end + second) == [250]
    ((envelope, raw),) = stored(spool)
    assert envelope.mail_from == HUDA
    assert raw.endswith(b"False\r\n")


def test_commands_sent_right_behind_the_data_are_answered(client: smtplib.LMTP, spool: Spool) -> None:
    client.ehlo()
    client.mail(HUDA)
    client.rcpt(DESKS[0])
    client.docmd("DATA")
    assert client.sock is not None
    client.sock.sendall(MAIL + b".\r\nNOOP\r\nQUIT\r\n")
    assert [line[:3] for line in lines(client, 3)] == [b"250", b"250", b"221"]
    assert len(spool.waiting()) == 1


def test_data_that_comes_in_small_pieces_is_put_together(client: smtplib.LMTP, spool: Spool) -> None:
    client.ehlo()
    client.mail(HUDA)
    client.rcpt(DESKS[0])
    client.docmd("DATA")
    assert client.sock is not None
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for position in range(len(MAIL + b".\r\n")):
        client.sock.sendall((MAIL + b".\r\n")[position : position + 1])
    assert lines(client, 1)[0][:3] == b"250"
    assert stored(spool)[0][1] == MAIL


def test_a_line_of_a_megabyte_is_taken_and_a_longer_one_too(client: smtplib.LMTP, spool: Spool) -> None:
    for length in (1_000_000, 2_900_000):
        assert deliver(client, MAIL + b"w" * length + b"\r\n") == [250]
    assert sorted(len(raw) for _, raw in stored(spool)) == [len(MAIL) + 1_000_002, len(MAIL) + 2_900_002]


def test_the_limit_is_exact_and_every_recipient_hears_of_it(client: smtplib.LMTP, spool: Spool) -> None:
    assert deliver(client, b"w" * (LIMIT - 2) + b"\r\n") == [250]
    for over in (LIMIT - 1, 2 * LIMIT, 4 * LIMIT):
        assert deliver(client, b"w" * over + b"\r\n", DESKS) == [552, 552]
    assert len(spool.waiting()) == 1


def test_stuffed_dots_do_not_count(spool: Spool) -> None:
    with listening(spool, 3000) as client:
        assert deliver(client, b"..\r\n" * 1000) == [250]
        assert deliver(client, b"..\r\n" * 1001) == [552]


def test_an_announced_size_over_the_limit_is_refused_at_once(client: smtplib.LMTP) -> None:
    client.ehlo()
    assert client.mail(HUDA, [f"SIZE={LIMIT + 1}"])[0] == 552


def test_a_mail_that_goes_round_in_circles_is_refused(client: smtplib.LMTP) -> None:
    hop = b"Received: from a by b;\r\n\tSun, 1 Mar 2026 08:30:00 +0000\r\n"
    assert deliver(client, hop * 101 + MAIL, DESKS) == [554, 554]
    assert deliver(client, hop * 100 + MAIL) == [250]
    assert deliver(client, MAIL + hop * 150) == [250]


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (b"", 0),
        (b"RECEIVED: x\nreceived : y\nX-Received: z\n\nReceived: body\n", 2),
        (b"Received: x\r\n folded Received: no\r\n\r\nReceived: body\r\n", 1),
        (b"Received: x", 1),
    ],
)
def test_hops_counts_header_lines_only(raw: bytes, count: int) -> None:
    assert hops(raw) == count


class Broken:
    """A place to keep mail in that always fails in one way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def accept(self, raw: bytes, envelope: Envelope) -> str:  # noqa: ARG002  # the shape of a spool
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoSpace("full"), 452),
        (OSError(errno.EIO, "input/output error"), 451),
        (OSError(errno.EROFS, "read-only"), 451),
        (MemoryError(), 451),
        (RuntimeError("a fault of ours"), 451),
    ],
)
def test_our_own_faults_are_temporary_refusals(error: Exception, code: int) -> None:
    with listening(Broken(error)) as client:
        assert deliver(client, MAIL, DESKS) == [code, code]


def test_a_read_only_spool_is_a_temporary_refusal(spool: Spool, read_only: Callable[[Path], None]) -> None:
    read_only(spool.folder)
    with listening(spool) as client:
        assert deliver(client, MAIL) == [451]


def test_one_recipient_can_fail_while_the_other_is_stored(tmp_path: Path) -> None:
    spool = Spool(tmp_path, LIMIT, disk=FailingDisk(fails_at=4 + 6))  # four folders are synced when they are made
    with listening(spool) as client:
        assert deliver(client, MAIL, DESKS) == [250, 451]
    assert [envelope.recipient for envelope, _ in stored(spool)] == [DESKS[0]]


def test_a_disk_that_fails_every_seventh_time_loses_nothing_after_retries(tmp_path: Path) -> None:
    spool = Spool(tmp_path, LIMIT, disk=FailingDisk(4 + 7, every=7))
    refused = 0
    with listening(spool) as client:
        for number in range(60):
            while deliver(client, MAIL + b"%d\r\n" % number) != [250]:
                refused += 1
    assert len(spool.waiting()) == 60
    assert refused > 0


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(client: smtplib.LMTP, spool: Spool) -> None:
    client.ehlo()
    client.mail(HUDA)
    client.rcpt(DESKS[0])
    client.docmd("DATA")
    assert client.sock is not None
    client.sock.sendall(MAIL)
    client.close()
    assert spool.waiting() == []
    assert list((spool.folder / "tmp").iterdir()) == []


def test_a_taken_port_is_said_at_once(spool: Spool) -> None:
    with Listener(spool, "127.0.0.1", 0, known, LIMIT) as first, pytest.raises(OSError, match="in use"):
        Listener(spool, "127.0.0.1", first.port, known, LIMIT).start()
