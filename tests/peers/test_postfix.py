"""The Postfix fragments in a real, private Postfix: mail by LMTP, SMTP and pipe is stored, the rest refused."""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake.settings import MailSettings
from intake.storage.spool import Envelope
from tests.peers.example import EXAMPLES, adapted, deliverer, needs, stored
from tests.processes import running
from tests.torture.harness import free_port

OPED, RAI, HUDA = "oped@harbourpost.example", "rai@harbourpost.example", "huda@author.example"
BY_SMTP = OPED.replace("@", "+by-smtp@")
LMTP = "lmtp:inet:127.0.0.1:8024"
PATIENCE = 40.0

BASE = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.harbourpost.example
mydestination = harbourpost.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
smtp_dns_support_level = disabled
lmtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Office:
    """A running Postfix, the port it takes mail at, and the spools behind its ways."""

    folder: Path
    port: int
    lmtp: int
    smtp: int

    def send(self, to: str, sender: str = HUDA, text: str = "The well is dry.") -> None:
        """Hand a mail to Postfix. Raises what smtplib raises when it is refused."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(sender, [to], f"Subject: Op-Ed: Water\r\n\r\n{text}\r\n")

    def stored(self, way: str, count: int = 1) -> list[tuple[Envelope, bytes]]:
        """Wait for so many mails in a spool, and return and forget them in the order of their recipients."""
        return stored(self.folder / way / "spool", count, self.folder / "mail.log")


def configure(office: Office) -> Path:
    """Write a private configuration out of the examples; the Arabic desk is delivered to by pipe."""
    folder, config = office.folder, office.folder / "postfix"
    config.mkdir()
    shutil.copytree(EXAMPLES.parent, folder / "config", ignore=shutil.ignore_patterns("examples"))
    (folder / "config" / "intake.toml").write_text('folder = "pipe"\n')
    table = config / "op-ed-intake"
    main = BASE.format(folder=folder) + adapted("postfix/main.cf", {"hash:/etc/postfix/op-ed-intake": f"hash:{table}"})
    (config / "main.cf").write_text(main)
    places = {
        "user=intake": "user=nobody",
        "/opt/op-ed-intake/.venv/bin/intake": str(deliverer(folder)),
        "/etc/op-ed-intake": str(folder / "config"),
    }
    (config / "master.cf").write_text(SERVICES.format(port=office.port) + adapted("postfix/master.cf", places))
    ways = {f"{RAI}    {LMTP}": f"{RAI} op-ed-intake:", LMTP: f"lmtp:inet:127.0.0.1:{office.lmtp}"}
    by_smtp = "smtp:[127.0.0.1]:2525"
    assert f'"{by_smtp}"' in (EXAMPLES / "postfix" / "op-ed-intake").read_text(encoding="utf-8")
    row = f"{BY_SMTP} {by_smtp.replace('2525', str(office.smtp))}\n"
    table.write_text(adapted("postfix/op-ed-intake", ways) + row)
    for part in ("queue", "data", "pipe", "lmtp"):
        (folder / part).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "pipe", "nobody")
    subprocess.run([needs("postmap", "postfix"), "-c", config, f"hash:{table}"], check=True, timeout=30)
    return config


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    postfix = needs("postfix", "postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix can be started by root alone")
    # Not under pytest's own folder, into which nobody else may look.
    with tempfile.TemporaryDirectory(prefix="op-ed-postfix-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        office = Office(folder, free_port(), free_port(), free_port())
        config = configure(office)
        for command in ([postfix, "-c", str(config), "check"], [needs("postconf", "postfix"), "-c", str(config), "-n"]):
            checked = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert (checked.returncode, checked.stderr) == (0, "")
        process = subprocess.Popen(
            [postfix, "-c", config, "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(office)
            yield office
        finally:
            subprocess.run([postfix, "-c", config, "stop"], capture_output=True, timeout=60)
            process.wait(30)


def _wait(office: Office) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", office.port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("Postfix does not listen")


def test_by_lmtp_an_address_and_its_signed_replies_reach_the_spool(office: Office) -> None:
    with running("listen", office.folder / "lmtp", office.lmtp):
        office.send(OPED)
        office.send(OPED.replace("@", "+r-abc@"))
        reply, plain = office.stored("lmtp", 2)
    assert [mail[0].recipient for mail in (reply, plain)] == [OPED.replace("@", "+r-abc@"), OPED]
    assert (plain[0].mail_from, plain[0].source, b"The well is dry." in plain[1]) == (HUDA, "lmtp", True)


def test_by_smtp_mail_reaches_the_spool(office: Office) -> None:
    with running("listen", office.folder / "lmtp", office.lmtp, INTAKE_MAIL_SMTP_PORT=str(office.smtp)):
        office.send(BY_SMTP)
        [(envelope, raw)] = office.stored("lmtp")
    assert (envelope.mail_from, envelope.recipient, envelope.source) == (HUDA, BY_SMTP, "smtp")
    assert (envelope.helo, b"The well is dry." in raw) == ("mx.harbourpost.example", True)


def test_while_nobody_listens_postfix_keeps_the_mail(office: Office) -> None:
    office.send(OPED, text="Kept.")
    time.sleep(1)
    with running("listen", office.folder / "lmtp", office.lmtp):
        [(_envelope, raw)] = office.stored("lmtp")
    assert b"Kept." in raw


def test_by_pipe_mail_reaches_the_spool_and_a_bounce_keeps_its_empty_sender(office: Office) -> None:
    office.send(RAI)
    [(envelope, raw)] = office.stored("pipe")
    assert (envelope.mail_from, envelope.recipient, envelope.source) == (HUDA, RAI, "pipe")
    assert b"The well is dry." in raw
    office.send(RAI, sender="", text="It came back.")
    [(bounce, _raw)] = office.stored("pipe")
    assert bounce.mail_from == ""


def test_strangers_and_giants_are_refused_while_the_sender_waits(office: Office) -> None:
    with smtplib.SMTP("127.0.0.1", office.port, timeout=30) as client:
        client.ehlo()
        assert client.mail(HUDA, [f"size={MailSettings().max_bytes + 1}"])[0] == 552
        assert client.mail(HUDA, [f"size={MailSettings().max_bytes}"])[0] == 250
        assert (client.rcpt("nobody-at-all@harbourpost.example")[0], client.rcpt(OPED)[0]) == (550, 250)
