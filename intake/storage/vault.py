"""Sealed names: the real name and phone of a pseudonymous author, encrypted at rest.

Fernet (AES-128-CBC with HMAC-SHA256) under the installation's key. It decides nothing about who may open a seal.
"""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from intake.domain.errors import IntakeError


class SealBroken(IntakeError):
    """A sealed value cannot be opened: it was damaged, or the installation's key has changed."""


class Vault:
    """Seals and opens small records with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        """Take the derived 32-byte key."""
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, record: Mapping[str, str]) -> bytes:
        """Return the encrypted record."""
        return self._fernet.encrypt(json.dumps(dict(record), ensure_ascii=False).encode())

    def open(self, sealed: bytes) -> dict[str, str]:
        """Return the record. Raises SealBroken."""
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SealBroken(
                "The sealed record cannot be opened. Cure: restore the secret key of the day it was sealed."
            ) from None
        return opened
