"""DKIM signatures of a message (RFC 6376), verified by dkimpy with keys that were looked up beforehand.

Runs in the sandbox's child. It tells which domain signed, not whether that says anything of the author: see ``dmarc``.
"""

import logging
from dataclasses import dataclass
from typing import Any

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from intake.inbox.lookups import Lookups, Pending, Unanswered

MOST_SIGNATURES = 5
"""Signatures that are verified, from the top: each costs a lookup and a hash of the whole message."""
SHORTEST_KEY = 1024
_quiet = logging.getLogger("intake.dkim")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: a result of RFC 8601, 2.7.1, who signed by which key, and why it does not count."""

    result: str
    domain: str = ""
    selector: str = ""
    why: str = ""


def signatures(payload: bytes, lookups: Lookups) -> list[Signed]:
    """Return what each signature says, topmost first; nothing is verified while a key's lookup is pending."""
    try:
        values = [value for name, value in _verifier(payload).headers if name.lower() == b"dkim-signature"]
    except dkim.MessageFormatError:
        return []
    keys = [_key(value, lookups) for value in values[:MOST_SIGNATURES]]
    if lookups.wanted:
        return []
    return [key if isinstance(key, Signed) else _verified(payload, number, *key) for number, key in enumerate(keys)]


def _verifier(payload: bytes) -> Any:
    return dkim.DKIM(payload, logger=_quiet, minkey=SHORTEST_KEY)


def _key(value: bytes, lookups: Lookups) -> Signed | tuple[str, str, bytes]:
    """Return a signature's domain, selector and key; or its result where it cannot have one."""
    try:
        tags = parse_tag_value(value)
        domain, selector = tags[b"d"].decode("ascii").lower(), tags[b"s"].decode("ascii").lower()
    except (InvalidTagValueList, KeyError, UnicodeDecodeError):
        return Signed("permerror", why="the signature's field cannot be read")
    if tags.get(b"a", b"").lower() == b"rsa-sha1":
        return Signed("policy", domain, selector, "SHA-1 proves nothing (RFC 8301)")
    if b"l" in tags:
        return Signed("policy", domain, selector, "it signs only the beginning of the text (l=)")
    try:
        found = lookups.ask(f"{selector}._domainkey.{domain}", "TXT")
    except Pending:
        return Signed("none", domain, selector)
    except Unanswered:
        return Signed("temperror", domain, selector, "no name server told the key")
    if not found:
        return Signed("permerror", domain, selector, "there is no such key")
    return domain, selector, found[0].encode("latin-1", "replace")


def _verified(payload: bytes, number: int, domain: str, selector: str, key: bytes) -> Signed:
    try:
        good = _verifier(payload).verify(idx=number, dnsfunc=lambda *_, **__: key)
    except dkim.ValidationError:  # another hash of the text, or a field that breaks its own rules
        good = False
    except Exception as error:  # hostile fields make the library raise much beside its own
        return Signed("permerror", domain, selector, f"it cannot be verified ({type(error).__name__})")
    if good:
        return Signed("pass", domain, selector)
    return Signed("fail", domain, selector, "text or headers were changed, or another key signed")
