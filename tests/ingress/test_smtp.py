"""The SMTP listener, spoken to by a real client: no relay, one answer, STARTTLS that nobody can speak into."""

import errno
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from intake.domain.desk import Desks
from intake.domain.errors import SettingsError
from intake.ingress.answers import Keeps
from intake.ingress.certificate import Certificate
from intake.ingress.doors import listeners
from intake.ingress.smtp import Connection, Listener
from intake.settings import MailSettings, Settings
from intake.storage.spool import Envelope, Spool
from tests.authority import Authority
from tests.storage.failing import FailingDisk

LIMIT = 300_000
OPED, RAI, HUDA = "oped@paper.example", "rai@paper.example", "huda@writer.example"
MAIL = b"From: Huda <huda@writer.example>\r\nSubject: Op-Ed: Water\r\n\r\nThe well is dry.\r\n"


def known(address: str) -> bool:
    return address in {OPED, RAI, "oped+r-7-abcdefghijklmnop@paper.example", "postmaster"}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", LIMIT)


@contextmanager
def serving(spool: Keeps, **said: Any) -> Iterator[Listener]:
    with Listener(spool, "127.0.0.1", 0, known, LIMIT, **said) as listener:
        yield listener


def client(listener: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", listener.port, local_hostname="mx.writer.example", timeout=10)


@contextmanager
def speaking(spool: Keeps, **said: Any) -> Iterator[smtplib.SMTP]:
    with serving(spool, **said) as listener, client(listener) as speaker:
        speaker.ehlo()
        yield speaker


def stored(spool: Spool) -> list[tuple[Envelope, bytes]]:
    return sorted((spool.read(key) for key in spool.waiting()), key=lambda entry: entry[0].recipient)


def raw_lines(listener: Listener, *sent: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back until the connection ends."""
    with socket.create_connection(("127.0.0.1", listener.port), 10) as wire:
        for part in sent:
            wire.sendall(part)
        found = b""
        while chunk := wire.recv(65536):
            found += chunk
        return found


def test_it_offers_what_it_can_do_and_no_signing_in(spool: Spool) -> None:
    with speaking(spool, name="mx.paper.example") as speaker:
        assert set(speaker.esmtp_features) == {"size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"}
        assert speaker.esmtp_features["size"] == str(LIMIT)
        assert (speaker.ehlo_resp or b"").splitlines()[0] == b"mx.paper.example"
        assert speaker.docmd("AUTH", "PLAIN AGEAYg==")[0] == 500


def test_a_mail_is_stored_exactly_and_answered_once(spool: Spool) -> None:
    with speaking(spool) as speaker:
        assert speaker.sendmail(HUDA, [OPED, RAI], MAIL, ["BODY=8BITMIME"]) == {}
        assert speaker.noop()[0] == 250, "the dialogue is still in step"
    (first, raw), (second, _) = stored(spool)
    assert (first.recipient, second.recipient, raw) == (OPED, RAI, MAIL)
    assert (first.mail_from, first.source, first.quiet) == (HUDA, "smtp", False)
    assert (first.remote_ip, first.helo) == ("127.0.0.1", "mx.writer.example")


def test_an_old_client_that_says_helo_is_served(spool: Spool) -> None:
    with serving(spool) as listener, client(listener) as speaker:
        assert speaker.helo("old.example")[0] == 250
        assert speaker.sendmail(HUDA, [OPED], MAIL) == {}
    assert len(stored(spool)) == 1


@pytest.mark.parametrize("to", ["editor@elsewhere.example", "nobody@paper.example", "oped%elsewhere.example@x.example"])
def test_nothing_is_relayed(spool: Spool, to: str) -> None:
    with speaking(spool) as speaker:
        speaker.mail(HUDA)
        code, text = speaker.rcpt(to)
        assert (code, text[:5]) == (550, b"5.1.1")
        assert speaker.docmd("DATA")[0] == 503


def test_signed_replies_bounces_and_the_postmaster_are_taken(spool: Spool) -> None:
    signed = "oped+r-7-abcdefghijklmnop@paper.example"
    with speaking(spool) as speaker:
        for to in (signed, "postmaster"):
            speaker.mail("")
            assert speaker.docmd("RCPT", f"TO:<{to}>")[0] == 250
            assert speaker.data(MAIL)[0] == 250
    assert [(envelope.recipient, envelope.mail_from) for envelope, _ in stored(spool)] == [
        (signed, ""),
        ("postmaster", ""),
    ]


def test_commands_may_come_all_at_once(spool: Spool) -> None:
    with serving(spool) as listener:
        commands = b"EHLO x\r\nMAIL FROM:<%b>\r\nRCPT TO:<%b>\r\nDATA\r\n" % (HUDA.encode(), OPED.encode())
        said = raw_lines(listener, commands, MAIL + b".\r\nQUIT\r\n")
    assert [line[:3] for line in said.splitlines()[-6:]] == [b"250", b"250", b"250", b"354", b"250", b"221"]
    assert len(stored(spool)) == 1


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_no_bare_line_ending_smuggles_a_second_mail(spool: Spool, end: bytes) -> None:
    second = b"MAIL FROM:<editor@paper.example>\r\nRCPT TO:<%b>\r\nDATA\r\nSubject: False\r\n" % OPED.encode()
    with speaking(spool) as speaker:
        speaker.mail(HUDA)
        speaker.rcpt(OPED)
        speaker.docmd("DATA")
        assert speaker.sock is not None
        speaker.sock.sendall(MAIL + b"one" + end + second + b".\r\n")
        assert speaker.getreply()[0] == 250
        assert speaker.noop()[0] == 250
    ((envelope, raw),) = stored(spool)
    assert (envelope.mail_from, raw.endswith(b"False\r\n")) == (HUDA, True)


def test_too_much_is_refused_for_good_early_and_late(spool: Spool) -> None:
    with speaking(spool) as speaker:
        assert speaker.mail(HUDA, [f"SIZE={LIMIT + 1}"])[0] == 552
        speaker.mail(HUDA)
        speaker.rcpt(OPED)
        assert speaker.data(b"w" * (LIMIT + 1))[0] == 552
        speaker.mail(HUDA)
        speaker.rcpt(OPED)
        assert speaker.data(b"w" * (LIMIT - 2) + b"\r\n")[0] == 250
    assert len(stored(spool)) == 1


def test_recipients_of_one_mail_are_bounded(spool: Spool) -> None:
    with speaking(spool) as speaker:
        speaker.mail(HUDA)
        assert [speaker.rcpt(OPED)[0] for _ in range(101)] == [250] * 100 + [452]


class Fails:
    """A place to keep mail in that fails for one recipient."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def accept(self, raw: bytes, envelope: Envelope) -> str:  # noqa: ARG002  # the shape of a spool
        if envelope.recipient == RAI:
            raise self.error
        return ""


@pytest.mark.parametrize("error", [OSError(errno.EIO, "input/output error"), MemoryError(), RuntimeError("ours")])
def test_one_recipient_that_fails_makes_the_one_answer_temporary(error: Exception) -> None:
    with speaking(Fails(error)) as speaker:
        for named in ([OPED, RAI], [RAI, OPED]):
            speaker.mail(HUDA)
            for to in named:
                speaker.rcpt(to)
            assert speaker.data(MAIL)[0] == 451


def test_a_disk_that_fails_now_and_then_loses_nothing_after_retries(tmp_path: Path) -> None:
    spool = Spool(tmp_path, LIMIT, disk=FailingDisk(4 + 11, every=11))
    refused = 0
    with speaking(spool) as speaker:
        for number in range(30):
            while True:
                speaker.mail(HUDA)
                speaker.rcpt(OPED)
                speaker.rcpt(RAI)
                if speaker.data(MAIL + b"%d\r\n" % number)[0] == 250:
                    break
                refused += 1
    assert (len(spool.waiting()), refused > 0) == (60, True)


def test_one_connection_too_many_is_told_to_come_later_and_a_free_place_is_taken(spool: Spool) -> None:
    with serving(spool, most=2) as listener:
        first, second = client(listener), client(listener)
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            client(listener)
        assert refused.value.smtp_code == 421
        first.quit()
        _until(lambda: len(listener.open) == 1)
        with client(listener) as third:
            assert third.ehlo()[0] == 250
        second.close()


def _until(true: Any) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_says_nothing_is_sent_away(spool: Spool) -> None:
    with serving(spool, idle=0.3) as listener:
        assert raw_lines(listener, b"EHLO x\r\n").splitlines()[-1] == b"421 4.4.2 nothing came for too long"
        said = raw_lines(listener, b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<%b>\r\nDATA\r\nhalf" % OPED.encode())
        assert said.splitlines()[-2:] == [
            b"354 End data with <CR><LF>.<CR><LF>",
            b"421 4.4.2 nothing came for too long",
        ]
        assert listener.open == set()
    assert stored(spool) == []


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\n" * 30, b"\r\n" * 30, b"RCPT TO:<x@y.example>\r\n" * 30, b"\x16\x03\x01\x00\r\n" * 30],
    ids=["a browser", "empty lines", "guessed addresses", "a TLS hello"],
)
def test_who_sends_garbage_is_sent_away(spool: Spool, garbage: bytes) -> None:
    with serving(spool) as listener:
        said = raw_lines(listener, b"EHLO x\r\nMAIL FROM:<>\r\n" + garbage)
        assert said.splitlines()[-1][:4] in {b"421 ", b"502 "}


def test_a_command_line_without_an_end_takes_no_memory(spool: Spool) -> None:
    with serving(spool) as listener:
        said = raw_lines(listener, b"EHLO x\r\nMAIL FROM:<" + b"a" * 5_000_000 + b">\r\nQUIT\r\n")
        assert said.splitlines()[-2:] == [b"500 Command line too long", b"221 Bye"]


def test_more_mail_at_once_than_there_is_memory_for_is_told_to_come_later(spool: Spool) -> None:
    with serving(spool) as listener, client(listener) as speaker:
        listener.replies.room = LIMIT // 2
        speaker.ehlo()
        for size, code in ((LIMIT - 10, 452), (1000, 250), (LIMIT - 10, 452)):
            speaker.mail(HUDA)
            speaker.rcpt(OPED)
            assert speaker.data(b"w" * size)[0] == code
        assert listener.replies.room == LIMIT // 2


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_mail_comes_under_tls_that_the_client_checks(spool: Spool, authority: Authority) -> None:
    with speaking(spool, certificate=Certificate(*authority.vouch())) as speaker:
        assert speaker.starttls(context=authority.trusted())[0] == 220
        speaker.ehlo()
        assert set(speaker.esmtp_features) == {"size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"}
        assert speaker.sendmail(HUDA, [OPED], MAIL) == {}
    assert [raw for _, raw in stored(spool)] == [MAIL]


def test_commands_sent_before_the_handshake_are_not_obeyed_after_it(spool: Spool, authority: Authority) -> None:
    certificate = Certificate(*authority.vouch())
    injected = b"EHLO evil\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<%b>\r\n" % OPED.encode()
    with (
        serving(spool, certificate=certificate) as listener,
        socket.create_connection(("127.0.0.1", listener.port), 10) as plain,
    ):
        lines = plain.makefile("rb")
        plain.sendall(b"EHLO x\r\nSTARTTLS\r\n" + injected)
        while not lines.readline().startswith(b"220 Ready"):
            pass
        with authority.trusted().wrap_socket(plain, server_hostname="127.0.0.1") as wire:
            wire.sendall(b"DATA\r\n")
            assert wire.recv(1000) == b"503 Error: send HELO first\r\n"
            wire.sendall(b"NOOP\r\n")
            assert wire.recv(1000) == b"250 OK\r\n"


def test_a_client_that_breaks_off_the_handshake_harms_nobody(spool: Spool, authority: Authority) -> None:
    with serving(spool, certificate=Certificate(*authority.vouch())) as listener:
        with client(listener) as speaker, pytest.raises(ssl.SSLCertVerificationError):
            speaker.starttls(context=ssl.create_default_context())
        with socket.create_connection(("127.0.0.1", listener.port), 10) as wire:
            wire.sendall(b"EHLO x\r\nSTARTTLS\r\n")
            while b"220 Ready" not in wire.recv(1000):
                pass
            wire.sendall(b"this is no handshake\r\n" * 10)
            while wire.recv(1000):
                pass
        with client(listener) as speaker:
            assert speaker.sendmail(HUDA, [OPED], MAIL) == {}
        _until(lambda: not listener.open)


def test_a_renewed_certificate_is_shown_and_a_broken_one_is_not(spool: Spool, authority: Authority) -> None:
    certificate, key = authority.vouch()

    def shown(listener: Listener) -> bytes:
        with client(listener) as speaker:
            speaker.starttls(context=authority.trusted())
            assert isinstance(speaker.sock, ssl.SSLSocket)
            return speaker.sock.getpeercert(binary_form=True) or b""

    with serving(spool, certificate=Certificate(certificate, key)) as listener:
        first = shown(listener)
        authority.vouch()
        second = shown(listener)
        certificate.write_text("nonsense")
        assert (first != second, shown(listener) == second) == (True, True)


def test_a_certificate_that_cannot_be_used_is_said_at_the_start(tmp_path: Path, authority: Authority) -> None:
    certificate, _ = authority.vouch()
    _, other = authority.vouch("other")
    for wrong in (other, tmp_path / "missing"):
        with pytest.raises(SettingsError, match="Cure: name a readable PEM chain"):
            Certificate(certificate, wrong)


@pytest.mark.parametrize(
    ("peer", "asked"),
    [
        (("127.0.0.1", 1), False),
        (("::1", 1, 0, 0), False),
        (("::ffff:127.0.0.1", 1, 0, 0), False),
        (("192.0.2.1", 1), True),
        (("fe80::1%eth0", 1, 0, 0), True),
        (None, True),
    ],
)
def test_tls_is_asked_of_other_machines_when_it_shall_be(
    spool: Spool, authority: Authority, peer: object, asked: bool
) -> None:
    certificate = Certificate(*authority.vouch())
    with serving(spool, certificate=certificate, require_tls=True) as listener:
        assert listener.tls_asked_of(peer) is asked
    with serving(spool, certificate=certificate) as listener:
        assert listener.tls_asked_of(peer) is False


def test_who_must_use_tls_hears_so(spool: Spool, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listener, "tls_asked_of", lambda *_: True)  # every test's client sits on this machine
    with speaking(spool, certificate=Certificate(*authority.vouch()), require_tls=True) as speaker:
        assert speaker.mail(HUDA)[0] == 530
        speaker.starttls(context=authority.trusted())
        assert speaker.sendmail(HUDA, [OPED], MAIL) == {}


def settings(**mail: Any) -> Settings:
    return Settings(mail=MailSettings(port=0, **mail), desks=Desks(()))


def test_smtp_is_off_until_it_has_a_port(spool: Spool, authority: Authority) -> None:
    certificate, key = map(str, authority.vouch())
    (alone,) = listeners(settings(), spool)
    lmtp, smtp = listeners(settings(smtp_port=2525, tls_certificate=certificate, tls_key=key), spool)
    assert isinstance(smtp, Listener)
    assert (smtp.port, smtp.most, smtp.certificate is not None) == (2525, 100, True)
    for one in (alone, lmtp, smtp):
        one.loop.close()


@pytest.mark.parametrize("half", [{"tls_certificate": "a"}, {"tls_key": "a"}, {"require_tls": True}])
def test_half_a_certificate_is_an_error(spool: Spool, half: dict[str, Any]) -> None:
    doors = listeners(settings(smtp_port=2525, **half), spool)
    next(doors).loop.close()
    with pytest.raises(SettingsError, match="need one another"):
        next(doors)


def test_a_last_word_is_said_once(spool: Spool) -> None:
    with serving(spool) as listener:
        speaker = client(listener)
        (connection,) = listener.open
        assert isinstance(connection, Connection)

        def leave_twice() -> None:
            connection.leave("421 bye")
            connection.leave("421 again")

        listener.loop.call_soon_threadsafe(leave_twice)
        _until(lambda: not listener.open)
        assert speaker.file is not None
        assert speaker.file.read() == b"421 bye\r\n"
        speaker.close()
