"""The systemd units: systemd itself accepts them, they shut the programs in, and start commands that exist."""

import subprocess
from pathlib import Path

import pytest

from intake.cli import PLACES
from tests.peers.example import EXAMPLES, needs, replaced

PROGRAM = "/opt/op-ed-intake/.venv/bin/intake"
SERVICES = {"": "run", "-web": "web", "-listen": "listen", "-work": "work", "-fetch": "fetch"}
MOST_EXPOSED = 20
"""Tenths of systemd's own measure of what a service could still do: 0 is nothing, 100 is everything."""


def parsed(name: str) -> dict[str, list[str]]:
    """Return each setting of a unit file with its values in their order."""
    found: dict[str, list[str]] = {}
    for line in (EXAMPLES / "systemd" / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """Return the units as installed, with a program that exists."""
    copies = []
    for file in sorted((EXAMPLES / "systemd").iterdir()):
        text = file.read_text(encoding="utf-8")
        copy = tmp_path / file.name
        copy.write_text(replaced(text, {PROGRAM: "/bin/true"}) if file.suffix == ".service" else text)
        copies.append(str(copy))
    return copies


def test_systemd_accepts_every_unit(units: list[str]) -> None:
    done = subprocess.run(
        [needs("systemd-analyze", "systemd"), "verify", *units], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_finds_no_service_exposed(units: list[str]) -> None:
    analyze = needs("systemd-analyze", "systemd")
    for unit in (unit for unit in units if unit.endswith(".service")):
        done = subprocess.run(
            [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", unit],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("part", SERVICES)
def test_each_service_starts_its_command_and_writes_in_its_own_folder_only(part: str) -> None:
    unit = parsed(f"op-ed-intake{part}.service")
    command = SERVICES[part]
    assert (unit["ExecStart"], command in PLACES) == ([f"{PROGRAM} {command}"], True)
    assert (unit["ProtectSystem"], unit["NoNewPrivileges"]) == (["strict"], ["yes"])
    assert (unit["StateDirectory"], "ReadWritePaths" in unit) == (["op-ed-intake"], False)
    assert "INTAKE_FOLDER=/var/lib/op-ed-intake" in unit["Environment"][-1]
    # Where pages are served, their counters lie in the service's folder in memory.
    assert ("INTAKE_METRICS_FOLDER=/run/op-ed-intake" in unit["Environment"]) == ("RuntimeDirectory" in unit)
    assert ("RuntimeDirectory" in unit) == (command in ("run", "web"))


def test_the_parts_are_shut_in_alike_and_belong_to_the_target() -> None:
    own = {"Description", "ConditionPathExists", "ExecStart", "Environment", "RuntimeDirectory", "RuntimeDirectoryMode"}
    names = [f"op-ed-intake{part}.service" for part in list(SERVICES)[1:]]
    first, *others = ({key: value for key, value in parsed(name).items() if key not in own} for name in names)
    assert others == [first, first, first]
    assert parsed("op-ed-intake.target")["Wants"] == [" ".join(names)]


def test_the_fetcher_is_started_only_where_there_are_mailboxes() -> None:
    assert parsed("op-ed-intake-fetch.service")["ConditionPathExists"] == ["/etc/op-ed-intake/mailboxes.toml"]
