"""The Exim fragments in a real, private Exim: mail by LMTP and by pipe is stored, the rest refused.

Exim's package cannot be installed beside Postfix, so its program may also lie unpacked under /opt/exim4, or where the
variable EXIM says.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake.settings import MailSettings
from tests.peers.example import EXAMPLES, adapted, deliverer, needs, replaced, stored
from tests.processes import running
from tests.torture.harness import free_port

UNPACKED = "/opt/exim4/usr/sbin/exim4"
OPED, RAI, HUDA = "oped@harbourpost.example", "rai@harbourpost.example", "huda@author.example"
REPLY = OPED.replace("@", "+r-abc@")
TEXT = "Subject: Op-Ed: Water\r\n\r\nThe well is dry.\r\n.A line with a dot.\r\n"

MAIN = """
exim_path = {program}
spool_directory = {folder}/queue
log_file_path = {folder}/log/%slog
primary_hostname = mx.harbourpost.example
domainlist local_domains = harbourpost.example
acl_smtp_rcpt = rcpt
keep_environment =
"""
ACCESS = """
begin acl
rcpt:
  deny !verify = recipient
  accept
"""
RETRY = """
begin retry
* * F,1d,1s
"""


@dataclass(frozen=True)
class Office:
    """A configured Exim. Nothing of it runs but the commands that a test calls, as root."""

    program: str
    folder: Path
    lmtp: int

    @property
    def log(self) -> Path:
        return self.folder / "log" / "mainlog"

    def call(self, way: str, *options: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        """Run Exim with the configuration of one way."""
        command = [self.program, "-C", str(self.folder / f"{way}.conf"), *options]
        return subprocess.run(command, input=said, capture_output=True, text=True, timeout=60)

    def queued(self, way: str, *recipients: str, sender: str = HUDA) -> list[str]:
        """Hand Exim a mail by SMTP, and return its answers to the recipients and to the mail."""
        to = "".join(f"RCPT TO:<{recipient}>\r\n" for recipient in recipients)
        text = TEXT.replace("\r\n.", "\r\n..")
        said = f"EHLO author.example\r\nMAIL FROM:<{sender}>\r\n{to}DATA\r\n{text}.\r\nQUIT\r\n"
        # Whoever is not root loses his rights by -C: so Exim only queues here, and root runs the queue.
        answers = self.call(way, "-odq", "-bs", said=said).stdout.splitlines()
        at = answers.index("250 OK") + 1
        return [answer[:3] for answer in answers[at:-1]]

    def deliver(self, way: str) -> int:
        """Try every mail in the queue, and return how many still wait."""
        self.call(way, "-qff")
        return int(self.call(way, "-bpc").stdout)


def found_exim() -> str:
    """Return Exim's program, or skip the test aloud."""
    for program in (os.environ.get("EXIM", ""), UNPACKED):
        if program and os.access(program, os.X_OK):
            return program
    return needs("exim4", "exim4-daemon-light; or unpack that package to /opt/exim4, as .ci/run does")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    program = found_exim()
    if os.geteuid() != 0:
        pytest.skip("Exim can be run as its user by root alone")
    if "Debian-exim" not in {user.pw_name for user in pwd.getpwall()}:
        pytest.skip("there is no user Debian-exim. Cure: useradd --system Debian-exim")
    # Not under pytest's own folder, into which nobody else may look.
    with tempfile.TemporaryDirectory(prefix="op-ed-exim-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        office = Office(program, folder, free_port())
        configure(office)
        yield office


def configure(office: Office) -> None:
    """Write a private configuration for each way out of the examples."""
    folder = office.folder
    for name, owner in {"queue": "Debian-exim", "log": "Debian-exim", "pipe": "nobody", "lmtp": "root"}.items():
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    shutil.copytree(EXAMPLES.parent, folder / "config", ignore=shutil.ignore_patterns("examples"))
    (folder / "config" / "intake.toml").write_text('folder = "pipe"\n')
    shutil.copy(EXAMPLES / "exim" / "op-ed-intake", folder / "desks")
    places = {
        "user = intake": "user = nobody",
        "/opt/op-ed-intake/.venv/bin/intake": str(deliverer(folder)),
        "/etc/op-ed-intake": str(folder / "config"),
        "port = 8024": f"port = {office.lmtp}",
    }
    main = MAIN.format(program=office.program, folder=folder)
    main += adapted("exim/main", {"/etc/exim4/op-ed-intake": str(folder / "desks")})
    router, transport = adapted("exim/router", {}), adapted("exim/transport", places)
    for way in ("lmtp", "pipe"):
        routed = replaced(router, {"transport = op_ed_intake_lmtp": f"transport = op_ed_intake_{way}"})
        text = f"{main}{ACCESS}\nbegin routers\n{routed}\nbegin transports\n{transport}{RETRY}"
        (folder / f"{way}.conf").write_text(text)


@pytest.mark.parametrize("way", ["lmtp", "pipe"])
def test_exim_accepts_the_files_and_routes_the_desks_addresses_alone(office: Office, way: str) -> None:
    checked = office.call(way, "-bV")
    assert (checked.returncode, checked.stderr) == (0, "")
    for address in (OPED, REPLY, RAI):
        routed = office.call(way, "-bt", address)
        assert routed.stdout == f"{address}\n  router = op_ed_intake, transport = op_ed_intake_{way}\n"
    assert office.call(way, "-bt", "nobody-at-all@harbourpost.example").returncode == 2
    size = office.call(way, "-bP", "message_size_limit").stdout
    assert size == f"message_size_limit = {MailSettings().max_bytes >> 20}M\n"


@pytest.mark.parametrize("way", ["lmtp", "pipe"])
def test_mail_and_signed_replies_reach_the_spool_and_strangers_are_refused(office: Office, way: str) -> None:
    with running("listen", office.folder / "lmtp", office.lmtp):
        assert office.queued(way, OPED, "nobody-at-all@harbourpost.example", REPLY) == [
            "250",
            "550",
            "250",
            "354",
            "250",
        ]
        assert office.deliver(way) == 0
    reply, plain = stored(office.folder / way / "spool", 2, office.log)
    assert [envelope.recipient for envelope, _ in (reply, plain)] == [REPLY, OPED]
    assert (plain[0].mail_from, plain[0].source) == (HUDA, way)
    assert plain[1].endswith(b"\r\n\r\nThe well is dry.\r\n.A line with a dot.\r\n")


@pytest.mark.parametrize("way", ["lmtp", "pipe"])
def test_a_bounce_keeps_its_empty_sender(office: Office, way: str) -> None:
    with running("listen", office.folder / "lmtp", office.lmtp):
        office.queued(way, RAI, sender="")
        assert office.deliver(way) == 0
    [(envelope, _raw)] = stored(office.folder / way / "spool", 1, office.log)
    assert (envelope.mail_from, envelope.recipient) == ("", RAI)


def test_while_nobody_listens_exim_keeps_the_mail(office: Office) -> None:
    office.queued("lmtp", OPED)
    assert office.deliver("lmtp") == 1
    with running("listen", office.folder / "lmtp", office.lmtp):
        assert office.deliver("lmtp") == 0
    assert len(stored(office.folder / "lmtp" / "spool", 1, office.log)) == 1


def test_while_the_program_cannot_store_exim_keeps_the_mail(office: Office) -> None:
    spool = office.folder / "pipe"
    office.queued("pipe", OPED)
    spool.rename(office.folder / "away")
    spool.write_text("no folder")
    assert office.deliver("pipe") == 1
    spool.unlink()
    (office.folder / "away").rename(spool)
    assert office.deliver("pipe") == 0
    assert len(stored(spool / "spool", 1, office.log)) == 1
