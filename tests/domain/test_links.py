"""A secret link is derived, long, and void as soon as its generation has passed."""

import base64
import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.links import author_token, derive, token_hash

KEY = derive(b"master", "author-links")


def test_a_token_has_192_bits_and_a_web_addresss_letters() -> None:
    token = author_token(KEY, 1, 1)
    assert (len(token), len(base64.urlsafe_b64decode(token))) == (32, 24)
    assert token == author_token(KEY, 1, 1)


def test_byline_generation_and_key_each_change_it() -> None:
    tokens = {author_token(KEY, 1, 1), author_token(KEY, 1, 2), author_token(KEY, 2, 1), author_token(b"x" * 32, 1, 1)}
    tokens |= {author_token(KEY, 11, 1), author_token(KEY, 1, 11)}
    assert len(tokens) == 6


def test_purposes_share_no_key() -> None:
    keys = {derive(b"master", "a"), derive(b"master", "b"), derive(b"other", "a"), b"master"}
    assert {len(key) for key in keys - {b"master"}} == {32}
    assert len(keys) == 4


@settings(max_examples=50)
@given(st.text())
def test_any_text_can_be_looked_up(token: str) -> None:
    assert token_hash(token) == hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
