"""What doctor says of the ways in: listeners that answer, a certificate with its dates and names, mailboxes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.cli.doors import certificate_line, door_lines
from intake.domain.desk import Desks
from intake.ingress import lmtp, smtp
from intake.ingress.certificate import Certificate
from intake.settings import MailSettings, Settings, data_dir, load_desks
from intake.storage.spool import Spool
from tests.authority import DAY, Authority
from tests.torture.harness import free_port

DESKS = load_desks(data_dir("config") / "desks.toml")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTAKE_CONFIG", str(tmp_path))
    return tmp_path


def states(mail: MailSettings, desks: Desks = DESKS) -> dict[str, str]:
    return {line.name: line.state for line in door_lines(Settings(mail=mail, desks=desks))}


@pytest.mark.usefixtures("config")
def test_listeners_that_answer_are_well_and_silent_ones_looked_at(tmp_path: Path) -> None:
    spool, authority = Spool(tmp_path / "spool", 1000), Authority(tmp_path)
    pair = authority.vouch(host="mx.example.org", lasts=DAY * 60)
    with (
        lmtp.Listener(spool, "127.0.0.1", 0, bool, 1000) as first,
        smtp.Listener(spool, "127.0.0.1", 0, bool, 1000, certificate=Certificate(*pair)) as second,
    ):
        certificate, key = map(str, pair)
        mail = MailSettings(
            port=first.port, smtp_port=second.port, smtp_name="mx.example.org", tls_certificate=certificate, tls_key=key
        )
        assert states(mail) == {"LMTP": "ok", "SMTP": "ok", "certificate": "ok"}
        assert states(MailSettings(port=second.port)) == {"LMTP": "wrong"}
    assert states(MailSettings(port=free_port())) == {"LMTP": "look"}


def test_a_mailbox_that_cannot_be_reached_is_wrong(config: Path) -> None:
    (config / "mailboxes.toml").write_text(
        f'[[mailbox]]\nhost = "127.0.0.1"\nport = {free_port()}\nusername = "u"\npassword_file = "/missing"\n'
        'address = "oped@harbourpost.example"\n'
    )
    found = states(MailSettings(port=free_port()))
    assert sorted(found.values()) == ["look", "wrong"]
    (config / "mailboxes.toml").write_text("mailbox = 3")
    assert states(MailSettings(port=free_port()))["mailboxes"] == "wrong"


@pytest.mark.parametrize(
    ("name", "host", "lasts", "state"),
    [
        ("mx.example.org", "mx.example.org", 60, "ok"),
        ("MX.example.org", "*.example.org", 60, "ok"),
        ("", "other.example.org", 60, "ok"),
        ("mx.example.org", "other.example.org", 60, "look"),
        ("a.mx.example.org", "*.example.org", 60, "look"),
        ("mx.example.org", "127.0.0.1", 60, "look"),
        ("mx.example.org", "mx.example.org", 13, "look"),
        ("mx.example.org", "mx.example.org", -1, "wrong"),
    ],
)
def test_the_certificates_dates_and_names_are_looked_at(
    tmp_path: Path, name: str, host: str, lasts: int, state: str
) -> None:
    certificate, key = map(str, Authority(tmp_path).vouch(host=host, lasts=timedelta(days=lasts)))
    mail = MailSettings(smtp_name=name, tls_certificate=certificate, tls_key=key)
    assert certificate_line(mail, datetime.now(UTC)).state == state


def test_without_a_certificate_or_with_the_wrong_key_it_is_said(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, _ = map(str, authority.vouch())
    _, other = map(str, authority.vouch("other"))
    wrong = MailSettings(tls_certificate=certificate, tls_key=other)
    assert certificate_line(MailSettings(), datetime.now(UTC)).state == "look"
    assert certificate_line(wrong, datetime.now(UTC)).state == "wrong"
