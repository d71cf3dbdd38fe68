"""``intake receive`` as a mail server sees it: a process, its input, its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ingress.pipe import Place
from intake.storage.spool import Spool

MAIL = b"From: Huda <huda@writer.example>\nSubject: Op-Ed: Water\n\nThe well is dry. \xe9\x00\r\n"
LIMIT = 10_000
ONE_DESK = '[[desk]]\naddresses = ["oped@paper.example", "opinion@paper.example"]\n'
TWO_DESKS = ONE_DESK + '[[desk]]\naddresses = ["raay@paper.example"]\n'


class Installation:
    """A config folder, a spool and the command that delivers into it."""

    def __init__(self, root: Path) -> None:
        self.config = root / "config"
        self.folder = root / "var"
        self.config.mkdir()
        (self.config / "intake.toml").write_text(f'folder = "{self.folder}"\n[mail]\nmax_bytes = {LIMIT}\n')
        (self.config / "desks.toml").write_text(ONE_DESK)
        self.spool = Spool(self.folder / "spool", LIMIT)

    def receive(self, *options: str, mail: bytes = MAIL, environ: Mapping[str, str] | None = None) -> int:
        """Run the command and return its exit code."""
        plain = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
        command = [sys.executable, "-m", "intake", "receive", *options]
        where = {"INTAKE_CONFIG": str(self.config)}
        return subprocess.run(
            command, input=mail, env=plain | where | dict(environ or {}), check=False, timeout=30
        ).returncode

    def recipients(self) -> list[str]:
        """Return who the stored mails are for."""
        return sorted(self.spool.read(key)[0].recipient for key in self.spool.waiting())


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_mail_is_stored_byte_for_byte(installation: Installation) -> None:
    assert installation.receive("--from", "huda@writer.example", "--to", "OpEd+r1@paper.example") == 0
    (key,) = installation.spool.waiting()
    envelope, raw = installation.spool.read(key)
    assert raw == MAIL
    assert (envelope.mail_from, envelope.recipient) == ("huda@writer.example", "OpEd+r1@paper.example")
    assert envelope.source == "pipe"


def test_the_same_mail_again_is_stored_once(installation: Installation) -> None:
    assert [installation.receive("--to", "oped@paper.example") for _ in range(2)] == [0, 0]
    assert len(installation.spool.waiting()) == 1


def test_several_recipients_have_an_entry_each(installation: Installation) -> None:
    assert installation.receive("--to", "oped@paper.example", "--recipient=opinion@paper.example") == 0
    assert installation.recipients() == ["oped@paper.example", "opinion@paper.example"]


def test_what_postfix_puts_into_the_environment_is_enough(installation: Installation) -> None:
    said = {"SENDER": "huda@writer.example", "RECIPIENT": "mail@host", "ORIGINAL_RECIPIENT": "opinion@paper.example"}
    assert installation.receive(environ=said) == 0
    assert installation.recipients() == ["opinion@paper.example"]
    assert installation.spool.read(installation.spool.waiting()[0])[0].mail_from == "huda@writer.example"


def test_the_only_desk_is_meant_when_nobody_is_named(installation: Installation) -> None:
    assert installation.receive() == 0
    assert installation.recipients() == ["oped@paper.example"]


def test_with_two_desks_one_must_be_named(installation: Installation) -> None:
    (installation.config / "desks.toml").write_text(TWO_DESKS)
    assert installation.receive() == 64
    assert installation.receive("--to", "raay@paper.example") == 0


@pytest.mark.parametrize("environ", [{}, {"RECIPIENT": "nobody@paper.example"}])
def test_an_unknown_recipient_is_no_user(installation: Installation, environ: dict[str, str]) -> None:
    options = () if environ else ("--to", "oped@paper.example", "--to", "nobody@paper.example")
    assert installation.receive(*options, environ=environ) == 67
    assert installation.recipients() == []


def test_wrong_options_are_a_usage_error(installation: Installation) -> None:
    assert installation.receive("--too", "oped@paper.example") == 64


def test_asking_for_help_does_not_look_like_a_stored_mail(installation: Installation) -> None:
    assert installation.receive("--help") == 64


def test_a_relative_folder_lies_beside_the_config_folder(installation: Installation) -> None:
    (installation.config / "intake.toml").write_text('folder = "var"\n[mail]\nmax_bytes = 10000\n')
    assert installation.receive() == 0
    assert installation.recipients() == ["oped@paper.example"]


def test_the_limit_is_exact(installation: Installation) -> None:
    assert installation.receive(mail=b"x" * LIMIT) == 0
    assert installation.receive(mail=b"x" * (LIMIT + 1)) == 65
    assert installation.receive(mail=b"x" * (LIMIT + 3_000_000)) == 65


def test_nothing_on_standard_input_is_a_doubt(installation: Installation) -> None:
    assert installation.receive(mail=b"") == 75


def test_a_read_only_spool_is_a_doubt(installation: Installation, read_only: Callable[[Path], None]) -> None:
    read_only(installation.spool.folder)
    assert installation.receive() == 75


@pytest.mark.parametrize("damage", ["not toml", "folder = 3\n", "[mail]\nmax_bytes = 'many'\n"])
def test_damaged_settings_are_a_doubt(installation: Installation, damage: str) -> None:
    (installation.config / "intake.toml").write_text(damage)
    assert installation.receive() == 75


def test_damaged_or_missing_desks_are_a_doubt(installation: Installation) -> None:
    desks = installation.config / "desks.toml"
    desks.write_text("[[desk]]\nname = 'no addresses'\n")
    assert installation.receive("--to", "oped@paper.example") == 75
    desks.unlink()
    assert installation.receive("--to", "oped@paper.example") == 75


def test_the_environment_wins_over_the_file(installation: Installation, tmp_path: Path) -> None:
    assert (
        installation.receive(environ={"INTAKE_FOLDER": str(tmp_path / "other"), "INTAKE_MAIL_MAX_BYTES": "100000"}) == 0
    )
    assert len(Spool(tmp_path / "other" / "spool", LIMIT).waiting()) == 1
    assert installation.recipients() == []


def test_it_loads_nothing_heavy() -> None:
    code = "import sys, intake.__main__, intake.ingress.pipe; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    ours = {name for name in loaded if name.startswith("intake")}
    assert ours == {
        "intake", "intake.__main__", "intake.domain", "intake.domain.errors", "intake.domain.faults", "intake.ingress",
        "intake.ingress.pipe", "intake.storage", "intake.storage.disk", "intake.storage.spool",
    }  # fmt: skip
    heavy = {"sqlalchemy", "aiosmtpd", "asyncio", "email", "flask", "pydantic", "click"}
    assert heavy.isdisjoint(name.partition(".")[0] for name in loaded)


@given(tag=st.from_regex(r"[a-z0-9.=+-]{0,40}", fullmatch=True), upper=st.booleans())
def test_a_tag_never_makes_an_address_foreign(tag: str, upper: bool) -> None:
    place = Place(Path(), 1, (("OpEd@paper.example",),))
    address = f"oped+{tag}@paper.example"
    assert place.knows(address.upper() if upper else address)
    assert not place.knows(f"x{address}")
    assert not place.knows(f"oped+{tag}@other.example")
