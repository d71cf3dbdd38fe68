"""Signed mail for tests: keys made once, a zone that tells them, and messages signed by dkimpy itself."""

import base64
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

DOMAIN = "author.example"


@cache
def _keys() -> tuple[bytes, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode("ascii")


def signed(raw: bytes, domain: str = DOMAIN, *, length: bool = False) -> bytes:
    """Return a message with a DKIM signature of a domain above it."""
    headers = [b"from", b"to", b"subject"]
    signature: bytes = dkim.sign(
        raw,
        b"s1",
        domain.encode(),
        _keys()[0],
        include_headers=headers,
        canonicalize=(b"relaxed", b"relaxed"),
        length=length,
    )
    return signature + raw


def zone(
    domain: str = DOMAIN, policy: str = "v=DMARC1; p=reject", signer: str = ""
) -> dict[tuple[str, str], list[str]]:
    """Return the records of a domain with that DMARC policy, and the key of the one who signs (the domain itself)."""
    records = {(f"s1._domainkey.{signer or domain}", "TXT"): [f"v=DKIM1; k=rsa; p={_keys()[1]}"]}
    return records | ({(f"_dmarc.{domain}", "TXT"): [policy]} if policy else {})
