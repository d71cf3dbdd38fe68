"""Forms as bytes: what was sent comes out, byte for byte."""

import io
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
