"""The examples for webhooks against a real web process: the script as it stands, the addresses as they are named."""

import re
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.storage.spool import Spool
from tests.factories import make_newsroom
from tests.peers.example import EXAMPLES, needs
from tests.processes import Part, running
from tests.web import posting
from tests.web.posting import HUDA, MAIL, OPED, SECRETS, Post

TOLD = (EXAMPLES / "webhooks" / "README.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Desk:
    """A running web process with every webhook open, and its spool."""

    web: Part
    spool: Spool
    secret: Path

    def taken(self) -> list[tuple[str, str, bytes]]:
        """Return what the spool holds, and empty it."""
        found = []
        for key in self.spool.waiting():
            entry, raw = self.spool.read(key)
            found.append((entry.mail_from, entry.recipient, raw))
            self.spool.remove(key)
        return found

    def send(self, message: bytes, sender: str, recipient: str) -> "subprocess.CompletedProcess[str]":
        """Call the example script."""
        needs("curl", "curl")
        needs("openssl", "openssl")
        file = self.secret.parent / "message.eml"
        file.write_bytes(message)
        environment = {
            "PATH": "/usr/bin:/bin",
            "INTAKE_URL": f"http://127.0.0.1:{self.web.port}/in/generic",
            "INTAKE_SECRET_FILE": str(self.secret),
        }
        script = [str(EXAMPLES / "webhooks" / "send"), str(file), sender, recipient]
        return subprocess.run(script, env=environment, capture_output=True, text=True, timeout=90)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("webhooks")
    make_newsroom(folder / "var").database.close()
    secret = folder / "generic.secret"
    secret.write_text(f"{SECRETS['generic']}\n", encoding="utf-8")
    asked = {"INTAKE_WEBHOOKS_GENERIC_FILE": str(secret), "INTAKE_WEB_WORKERS": "1"}
    asked |= {"INTAKE_WEBHOOKS_MAILGUN": SECRETS["mailgun"], "INTAKE_WEBHOOKS_SENDGRID": SECRETS["sendgrid"]}
    with running("web", folder / "var", 0, **asked) as web:
        yield Desk(web, Spool(folder / "var" / "spool", 26_214_400), secret)


@pytest.mark.parametrize("sender", [HUDA, ""])
def test_the_script_hands_over_the_exact_bytes(desk: Desk, sender: str) -> None:
    done = desk.send(MAIL * 20_000, sender, OPED)
    assert (done.returncode, done.stdout) == (0, "It is stored.\n"), done.stderr
    assert desk.taken() == [(sender, OPED, MAIL * 20_000)]


def test_the_script_fails_when_nothing_was_stored(desk: Desk) -> None:
    done = desk.send(MAIL, HUDA, "nobody@else.example")
    assert (done.returncode, done.stdout) == (22, "No desk has this address.\n")
    assert desk.taken() == []


@pytest.mark.parametrize(
    ("pattern", "make"),
    [
        (r'forward\("https://oped\.example\.org(/\S+)"\)', posting.mailgun),
        (r"https://intake:SECRET@oped\.example\.org(/\S+)", posting.sendgrid),
    ],
)
def test_the_address_that_is_told_takes_what_the_provider_posts(desk: Desk, pattern: str, make: posting.Maker) -> None:
    [path] = re.findall(pattern, TOLD)
    made: Post = make(datetime.now(UTC))
    headers = {"Content-Type": made.sent["content_type"], **made.sent.get("headers", {})}
    asked = urllib.request.Request(f"http://127.0.0.1:{desk.web.port}{path}", made.sent["data"], headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  # our own server
        assert answer.status == 200
    assert desk.taken() == [(HUDA, OPED, MAIL)]
