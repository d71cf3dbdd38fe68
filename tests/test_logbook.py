"""The logbook's form: one line an entry, known keys only, nothing personal, errors without their messages."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from intake import logbook
from tests.logs import logbook_open

log = logging.getLogger("intake.test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Return what the logbook writes."""
    with logbook_open() as written:
        yield written.guarded


def entries(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_entry_is_one_line_with_the_numbers_it_is_about(written: io.StringIO) -> None:
    number = logbook.new_request()
    log.info("a sentence", extra={"route": "/a/<token>", "status": 200, "ms": 1.5})
    logbook.end_request()
    with logbook.about_mail("0123456789abcdef" * 4):
        log.warning("another\nsentence")
    first, second = entries(written)
    assert len(first.pop("timestamp")) == len("2026-11-24T10:00:00.000000Z")
    assert first == {
        "event": "a sentence", "level": "info", "logger": "intake.test", "request": number,
        "route": "/a/<token>", "status": 200, "ms": 1.5,
    }  # fmt: skip
    assert (second["mail"], second["event"], "request" in second) == ("0123456789ab", "another\nsentence", False)


def test_unknown_keys_are_dropped_and_a_library_fills_in_numbers_only(written: io.StringIO) -> None:
    log.info("kept", extra={"name_of_author": "Huda", "piece": 7})
    logging.getLogger("library").warning("worker %s took %d s over %r", 12, 3, "/a/secret")
    logging.getLogger("library").warning("%s and %s", "one")  # more places than values
    logging.getLogger("library").info("each step")
    kept, library, broken = entries(written)
    assert (kept["piece"], "name_of_author" in kept) == (7, False)
    assert (library["event"], broken["event"]) == ("worker 12 took 3 s over …", "%s and %s")


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("mail from huda@author.example today", "mail from … today"),
        ("rang +218 91 234 5678", "rang …"),
        ("peer 192.0.2.17 gone", "peer … gone"),
        ("peer 2001:db8::7 gone", "peer … gone"),
        ("GET /a/Zm9vYmFy?x=1 HTTP", "GET … HTTP"),
        ("token AbCdEfGhIjKlMnOpQrStUvWx ends", "token … ends"),
        ("bad value 'Move the road' here", "bad value … here"),
        ("عنوان المقال", "… …"),
        ("took 12 of 345 in 6.7 s", "took 12 of 345 in 6.7 s"),
    ],
)
def test_what_looks_personal_is_taken_out(said: str, stays: str) -> None:
    assert logbook.scrubbed(said) == stays


def test_an_error_is_told_by_kind_and_place_never_by_message(written: io.StringIO) -> None:
    try:
        try:
            raise OSError(28, "No space left for huda@author.example")
        except OSError as error:
            raise ValueError("Huda Mansouri's piece") from error
    except ValueError:
        log.exception("it failed")
    entry = entries(written)[0]
    assert entry["error"] == "ValueError < OSError ENOSPC"
    assert [where.split(":")[0] for where in entry["where"]] == ["tests/test_logbook.py"]
    assert "Huda" not in written.getvalue()
    assert "huda" not in written.getvalue()


def test_an_error_nobody_catches_is_told_the_same_way() -> None:
    code = "from intake import logbook; logbook.configure(); raise ValueError('Huda Mansouri')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": "."}
    )
    entry = json.loads(done.stderr)
    assert (done.returncode, entry["error"], entry["level"]) == (1, "ValueError", "critical")
    assert "Huda" not in done.stderr


def test_a_terminal_gets_it_readable() -> None:
    record = logging.LogRecord("intake.test", logging.WARNING, "", 1, "a sentence", (), None)
    line = logbook.formatter(readable=True).format(record)
    assert "a sentence" in line
    assert not line.startswith("{")
