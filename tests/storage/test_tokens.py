"""A token is used once, whoever asks at the same time; what failed leaves it fresh; old ones are forgotten."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from intake.ingress.webhooks import generic, mailgun
from intake.ingress.webhooks.provider import AHEAD
from intake.storage import tokens
from intake.storage.tokens import Tokens


def test_a_token_remembers_what_it_was_used_for(tmp_path: Path) -> None:
    with Tokens(tmp_path / "used").claim("one") as claim:
        assert claim.used_for == ""
        claim.use("a mail")
    for token, purpose in (("one", "a mail"), ("two", "")):
        with Tokens(tmp_path / "used").claim(token) as claim:
            assert claim.used_for == purpose


def test_a_failure_leaves_it_fresh(tmp_path: Path) -> None:
    used = Tokens(tmp_path)
    with pytest.raises(OSError, match="full"), used.claim("one"):
        raise OSError("full")
    with used.claim("one") as claim:
        assert claim.used_for == ""


def test_only_one_of_many_finds_it_fresh(tmp_path: Path) -> None:
    found: list[str] = []

    def use(name: str) -> None:
        with Tokens(tmp_path).claim("one") as claim:
            found.append(claim.used_for)
            if not claim.used_for:
                time.sleep(0.01)
                claim.use(name)

    threads = [threading.Thread(target=use, args=(f"mail {number}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(""), len(set(found))) == (1, 2)


def test_a_use_is_forgotten_only_when_no_signature_can_be_valid_any_more(tmp_path: Path) -> None:
    used = Tokens(tmp_path)
    for token in ("old", "young"):
        with used.claim(token) as claim:
            claim.use("a mail")
    [old, *_] = sorted(tmp_path.iterdir())
    long_ago = time.time() - tokens.KEPT.total_seconds() - 1
    os.utime(old, (long_ago, long_ago))
    assert (used.sweep(), used.sweep(), len(list(tmp_path.iterdir()))) == (1, 0, 1)
    assert max(mailgun.WINDOW, generic.WINDOW) + AHEAD + timedelta(hours=1) < tokens.KEPT
