"""A message's fingerprint does not see what delivery adds, whatever its line ends."""

import pytest

from intake.inbox.caps import split_header
from intake.inbox.trace import digest

PLAIN = b"From: a@b.example\nSubject: Op-Ed\n\nThe well is dry.\n\nIt was never deep.\n"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_header_ends_at_the_first_empty_line(end: bytes) -> None:
    block, body = split_header(PLAIN.replace(b"\n", end))
    assert block == b"From: a@b.example\nSubject: Op-Ed\n".replace(b"\n", end)
    assert body == b"\nThe well is dry.\n\nIt was never deep.\n".replace(b"\n", end)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "trace", [b"Received: from a\n by b\n", b"Received: c\nX-Spam-Score: 3\n", b"Return-Path: <>\n"]
)
def test_trace_headers_make_no_other_message(end: bytes, trace: bytes) -> None:
    assert digest((trace + PLAIN).replace(b"\n", end)) == digest(PLAIN)
    middle = PLAIN.replace(b"Subject", trace + b"Subject")
    assert digest(middle.replace(b"\n", end)) == digest(PLAIN)


def test_any_other_byte_does() -> None:
    assert len({digest(PLAIN), digest(PLAIN + b"."), digest(b"X-Other: 1\n" + PLAIN)}) == 3
