import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.addresses import looks_signed, message_id, normalise_address, read_reply_address, reply_address

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        (" Amal@Example.ORG ", "amal@example.org"),
        ("a+b@example.org", "a+b@example.org"),
        ("كاتب@مثال.com", "كاتب@xn--mgbh0fb.com"),
        ("me@localhost", "me@localhost"),
    ],
)
def test_addresses_are_compared_in_one_form(given_address: str, expected: str) -> None:
    assert normalise_address(given_address) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "",
            "@",
            "a@",
            "@example.org",
            "no address",
            "a b@example.org",
            "a@b@example.org",
            "a@example",
            "a@.",
            "<a@b.c>",
        ),
        *(
            "a@example.org\r\nBcc: b@example.org",
            "a\x00@example.org",
            '"a"@example.org',
            "a@ex..org",
            "a,b@example.org",
        ),
        *("a" * 65 + "@example.org", "a@" + "b." * 130 + "org"),
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        normalise_address(wrong)


def test_a_reply_address_has_the_form_the_inbox_knows() -> None:
    address = reply_address("oped@example.org", 41, KEY)

    assert re.fullmatch(r"oped\+r-41-[a-z2-7]{16}@example\.org", address)
    assert reply_address("oped+old@example.org", 41, KEY) == address


@settings(max_examples=50)
@given(st.integers(min_value=1, max_value=10**17), st.binary(min_size=16, max_size=32))
def test_a_reply_address_names_its_byline_in_any_case(byline: int, key: bytes) -> None:
    address = reply_address("oped@example.org", byline, key)

    assert read_reply_address(address, key) == byline
    assert read_reply_address(address.upper(), key) == byline
    assert looks_signed(address.upper())
    assert read_reply_address(address, key + b"x") is None


def test_a_changed_reply_address_names_nobody() -> None:
    address = reply_address("oped@example.org", 41, KEY)
    signed = address.partition("@")[0].rpartition("-")[2]

    for wrong in (
        address.replace("r-41-", "r-42-"),
        address.replace("r-41-", "r-041-"),
        address.replace(signed, signed[::-1]),
        address.replace(signed, signed[:8]),
        "oped@example.org",
        f"<{address}>",
        address.replace("41", "٤١"),
    ):
        assert read_reply_address(wrong, KEY) is None
    assert not looks_signed("oped@example.org")
    assert not looks_signed(address.replace(signed, signed[:8]))


def test_message_ids_differ_and_tell_nothing() -> None:
    first, second = message_id("example.org"), message_id("example.org")

    assert first != second
    assert re.fullmatch(r"<[0-9a-f]{32}\.oped@example\.org>", first)
