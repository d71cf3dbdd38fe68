"""Forms as bytes: what was sent comes out, byte for byte."""

import contextlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.errors import TooLarge, Unreadable
from intake.web import posted
from tests.web import posting

NAMES = st.text("abcdefghij-", min_size=1, max_size=12)
BYTES = st.binary(max_size=200) | st.lists(
    st.sampled_from([b"\r\n", b"\n", b"\r", b"--", b"--part", b"--part-of-a-for", b"x"]), max_size=30
).map(b"".join)


@given(st.dictionaries(NAMES, BYTES, max_size=5))
def test_a_form_in_parts_comes_out_as_it_was(fields: dict[str, bytes]) -> None:
    kept = io.BytesIO(posting.form(fields)["data"])
    assert posted.fields(kept, "multipart/form-data", {"boundary": posting.BOUNDARY}) == fields


@given(st.dictionaries(NAMES, BYTES, min_size=1, max_size=5))
def test_a_form_with_percent_signs_comes_out_as_it_was(fields: dict[str, bytes]) -> None:
    kept = io.BytesIO(posting.urlencoded(fields)["data"].encode())
    assert posted.fields(kept, "application/x-www-form-urlencoded", {}) == fields


def test_of_two_fields_with_one_name_the_first_counts() -> None:
    twice = io.BytesIO(b"a=1&a=2")
    assert posted.fields(twice, "application/x-www-form-urlencoded", {}) == {"a": b"1"}
    one = posting.form({"a": b"1"})["data"].removesuffix(b"--\r\n") + b"\r\n"
    parts = io.BytesIO(one + posting.form({"a": b"2"})["data"].partition(b"\r\n")[2])
    assert posted.fields(parts, "multipart/form-data", {"boundary": posting.BOUNDARY}) == {"a": b"1"}


@given(st.integers(posted.CHUNK - 4, posted.CHUNK + 4), BYTES)
def test_an_escape_is_never_cut_in_two(before: int, value: bytes) -> None:
    fields = {"a": b"x" * before + b"%" + value}
    kept = io.BytesIO(posting.urlencoded(fields)["data"].encode())
    assert posted.fields(kept, "application/x-www-form-urlencoded", {}) == fields


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([b"--b", b"--", b"\r\n", b"\n", b"Content-Disposition: x"])).map(b"".join)
)
def test_whatever_comes_is_a_form_or_unreadable(stored: bytes) -> None:
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        with contextlib.suppress(Unreadable):
            posted.fields(io.BytesIO(stored), kind, {"boundary": "b"})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=" + b"%41" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&" * 9_000_000, "application/x-www-form-urlencoded"),
        (b"--b\r\n" + b"a:\n" * 3_000_000 + b"\r\n\r\n", "multipart/form-data"),
        (b"--b\r\n\r\n" * 1_000_000, "multipart/form-data"),
        (
            b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"\r\n" * 4_000_000 + b"\r\n--b--",
            "multipart/form-data",
        ),
    ],
)
def test_a_hostile_form_takes_no_more_than_a_few_times_its_size(body: bytes, kind: str) -> None:
    kept = io.BytesIO(body)
    tracemalloc.start()
    try:
        with contextlib.suppress(Unreadable):
            posted.fields(kept, kind, {"boundary": "b"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * len(body)


@pytest.mark.parametrize(
    ("body", "kind", "options"),
    [
        (b"a=1", "multipart/form-data", {}),
        (b"nothing", "multipart/form-data", {"boundary": "b"}),
        (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data", {"boundary": "b"}),
        (b"&".join(b"%d=1" % number for number in range(300)), "application/x-www-form-urlencoded", {}),
        (
            posting.form({f"f{number}": b"" for number in range(300)})["data"],
            "multipart/form-data",
            {"boundary": "part-of-a-form"},
        ),
    ],
)
def test_what_is_no_form_or_has_too_many_fields_is_refused(body: bytes, kind: str, options: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        posted.fields(io.BytesIO(body), kind, options)


def test_a_body_over_its_limit_is_not_read_on(tmp_path: Path) -> None:
    stream = io.BytesIO(b"x" * 10_000_000)
    with pytest.raises(TooLarge):
        posted.body(stream, 1_000_000, tmp_path)
    assert stream.tell() < 1_100_000
    with posted.body(io.BytesIO(b"x" * 1_000_000), 1_000_000, tmp_path) as kept:
        assert kept.read() == b"x" * 1_000_000
    assert list(tmp_path.iterdir()) == []
