"""A sealed record opens with its key, with no other, and not when a byte changed."""

import pytest

from intake.storage.vault import SealBroken, Vault

RECORD = {"name": "زينب Realname", "phone": "+218910000001", "other": ""}


def test_a_seal_opens_again_and_says_nothing_itself() -> None:
    vault = Vault(b"k" * 32)
    sealed = vault.seal(RECORD)
    assert vault.open(sealed) == RECORD
    assert b"Realname" not in sealed
    assert vault.seal(RECORD) != sealed


@pytest.mark.parametrize("damage", ["other key", "changed", "cut", "empty"])
def test_a_broken_seal_is_told_with_its_cure(damage: str) -> None:
    sealed = Vault(b"k" * 32).seal(RECORD)
    vault = Vault(b"x" * 32 if damage == "other key" else b"k" * 32)
    broken = {"changed": sealed[:-5] + b"AAAA=", "cut": sealed[:40], "empty": b""}.get(damage, sealed)
    with pytest.raises(SealBroken, match="Cure: restore the secret key"):
        vault.open(broken)
