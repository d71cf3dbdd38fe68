"""An mbox is cut into the messages that were put in, byte for byte, and in bounded memory."""

import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ingress import mbox

MOST = 100_000
POSTMARK = b"From huda@author.example Tue Nov 24 10:00:00 2026\n"

LINES = st.sampled_from(
    [
        b"",
        b"From here on",
        b">From x",
        b">>From y",
        b"From ",
        b">",
        POSTMARK[:-1],
        b"text",
        b"\xff\x00",
        b"\r",
        b"From x\r",
    ]
) | st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))
MESSAGES = st.lists(
    st.lists(LINES, min_size=1, max_size=12).map(lambda lines: b"".join(line + b"\n" for line in lines))
)


def join(messages: list[bytes]) -> bytes:
    """Write an mbox as mboxrd has it: each message after its line, quoted, and followed by an empty line."""
    return b"".join(
        POSTMARK + re.sub(rb"^(>*From )", rb">\1", message, flags=re.MULTILINE) + b"\n" for message in messages
    )


def cut(stored: bytes, most: int = MOST) -> list[bytes | None]:
    return [one.raw for one in mbox.split(io.BytesIO(stored), most)]


@given(MESSAGES)
def test_what_was_joined_is_split_again(messages: list[bytes]) -> None:
    assert cut(join(messages)) == messages


@given(st.binary() | st.lists(LINES).map(b"\n".join))
def test_whatever_a_file_holds_no_line_is_lost(stored: bytes) -> None:
    """Each line is a message's, loses its quoting, parts two messages, or stands before the first."""
    whole = POSTMARK + stored
    kept = sum(one.size for one in mbox.split(io.BytesIO(whole), MOST))
    lines = whole.split(b"\n")
    most_parted = len(whole) - kept
    assert 0 <= most_parted <= sum(len(line) + 3 for line in lines if line.startswith(b"From ")) + len(lines)
    assert list(mbox.split(io.BytesIO(whole), MOST))[-1].end <= len(whole)


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        (b"From huda@author.example Tue Nov 24 10:00:00 2026", "huda@author.example"),
        (b"From huda@author.example  Tue Nov  3 10:00:00 2026", "huda@author.example"),
        (b"From huda@author.example Tue Nov 24 10:00 2026", "huda@author.example"),
        (b"From huda@author.example Tue Nov 24 10:00:00 +0200 2026", "huda@author.example"),
        (b"From huda@author.example Tue Nov 24 10:00:00 EET DST 2026", "huda@author.example"),
        (b"From huda@author.example Tue Nov 24 10:00:00 2026 +0200", "huda@author.example"),
        (b"From huda@author.example Tue, 24 Nov 2026 10:00:00 +0200", "huda@author.example"),
        (b"From - Tue Nov 24 10:00:00 2026", "-"),
        (b"From MAILER-DAEMON Tue Nov 24 10:00:00 2026", "MAILER-DAEMON"),
        (b"From huda at author.example  Tue Nov 24 10:00:00 2026", "huda at author.example"),
        (b"From 1764@xxx Tue Nov 24 10:00:00 +0000 2026\r", "1764@xxx"),
    ],
)
def test_lines_as_programs_write_them_begin_a_message(line: bytes, sender: str) -> None:
    stored = POSTMARK + b"Subject: one\n\ntext\n\n" + line + b"\nSubject: two\n\ntext\n"
    found = list(mbox.split(io.BytesIO(stored), MOST))
    assert [one.raw for one in found] == [b"Subject: one\n\ntext\n", b"Subject: two\n\ntext\n"]
    assert (found[1].sender, found[1].end) == (sender, len(stored))


@pytest.mark.parametrize(
    "line",
    [
        b"From here on the wall is ours.",
        b"From Tuesday 24 November 2026, 10:00, the road is closed.",
        b"From: huda@author.example",
        b"From Mon to Tue we met at 10:00 in 2026.",
    ],
)
def test_a_sentence_is_no_new_message(line: bytes) -> None:
    whole = b"Subject: one\n\ntext\n\n" + line + b"\nmore\n"
    assert cut(POSTMARK + whole) == [whole]


def test_without_an_empty_line_before_it_nothing_begins() -> None:
    whole = b"Subject: one\n\ntext\n" + POSTMARK + b"more\n"
    assert cut(POSTMARK + whole) == [whole]


def test_line_ends_of_both_kinds_are_kept() -> None:
    one, two = b"Subject: one\r\n\r\ntext\r\n>From me\r\n", b"Subject: two\n\ntext\n"
    stored = POSTMARK[:-1] + b"\r\n" + one.replace(b">From", b">>From") + b"\r\n" + POSTMARK + two
    assert cut(stored) == [one, two]


def test_the_last_message_may_end_with_or_without_its_empty_line_or_line_feed() -> None:
    for end in (b"", b"\n", b"\n\n"):
        assert cut(POSTMARK + b"Subject: one\n\ntext" + end) == [b"Subject: one\n\ntext" + end[:1]]
    assert cut(POSTMARK) == [b""]
    assert cut(b"") == cut(b"\n\n") == []


@pytest.mark.parametrize("size", [MOST - 1, MOST, MOST + 1, MOST + 2, MOST + 3, 3 * MOST])
def test_the_limit_is_exact_and_the_next_message_is_found(size: int) -> None:
    large = b"x" * (size - 1) + b"\n"
    [first, second] = mbox.split(io.BytesIO(join([large, b"Subject: two\n"])), MOST)
    assert (first.raw, first.size) == (large if size <= MOST else None, size)
    assert second.raw == b"Subject: two\n"


class Endless(io.RawIOBase):
    """A file of many messages, one of them of one line that is larger than memory should hold."""

    def __init__(self, size: int) -> None:
        self._start, self._left = POSTMARK, size
        self._end = b"\n\n" + join([b"Subject: last\n"])

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # what BufferedReader gives
        if self._start:
            given, self._start = self._start, b""
        elif self._left:
            given = b"x" * min(self._left, len(buffer))
            self._left -= len(given)
        else:
            given, self._end = self._end, b""
        buffer[: len(given)] = given
        return len(given)


def test_memory_is_bounded_by_the_largest_message_that_is_taken() -> None:
    tracemalloc.start()
    try:
        found = [one.raw for one in mbox.split(io.BufferedReader(Endless(50_000_000)), 1_000_000)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [None, b"Subject: last\n"]
    assert peak < 5_000_000


def test_a_hostile_line_takes_no_time() -> None:
    hostile = b"\nFrom " + b"Mon Jan 1 " * 6000 + b"\n"
    assert cut(POSTMARK + b"x\n" + hostile * 100, 10_000_000) == [b"x\n" + hostile * 100]
