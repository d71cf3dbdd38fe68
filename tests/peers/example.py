"""Example files as an administrator would use them, with the installation's places put in; each place must occur."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import intake
from intake.storage.spool import Envelope, Spool, backlog

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "config" / "examples"
PATIENCE = 40.0


def adapted(name: str, places: dict[str, str]) -> str:
    """Return an example's text with each key of ``places`` replaced. Fails when the example no longer names one."""
    return replaced((EXAMPLES / name).read_text(encoding="utf-8"), places)


def replaced(text: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        assert old in text, f"the example does not say {old!r}"
        text = text.replace(old, new)
    return text


def needs(program: str, package: str) -> str:
    """Return the path of a neighbour's program, or skip the test aloud."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed here. Cure: apt install {package}")
    return found


def deliverer(folder: Path) -> Path:
    """Return a program that is ``intake`` for the user nobody, who can read neither this checkout nor its Python."""
    shutil.copytree(Path(intake.__file__).parent, folder / "lib" / "intake", ignore=shutil.ignore_patterns("static"))
    for python in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        program = folder / "intake"
        program.write_text(f'#!/bin/sh\nPYTHONPATH={folder}/lib exec {python} -m intake "$@"\n')
        program.chmod(0o755)
        tried = subprocess.run([program, "receive", "--help"], user="nobody", capture_output=True, cwd="/", timeout=30)
        if tried.returncode == os.EX_USAGE:
            return program
    pytest.skip("no Python here can be run by the user nobody")


def stored(spool_folder: Path, count: int, log: Path) -> list[tuple[Envelope, bytes]]:
    """Wait for so many mails in a spool; return and forget them in the order of their recipients."""
    deadline = time.monotonic() + PATIENCE
    while backlog(spool_folder).waiting < count:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    spool = Spool(spool_folder, 30_000_000)
    keys = spool.waiting()
    found = [spool.read(key) for key in keys]
    for key in keys:
        spool.remove(key)
    return sorted(found, key=lambda mail: mail[0].recipient)
