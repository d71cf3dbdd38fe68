"""Authentication-Results that a trusted host wrote on a message (RFC 8601), read by authres.

Anybody can write such a field. Only those count that bear a name which the settings trust and stand in the topmost run
of them (RFC 8601, 5: a host puts its own above all that came in, and takes out forged ones under its name); of the
others only the names are kept. Runs in the sandbox's child.
"""

import re
from dataclasses import dataclass
from email.message import Message as Part
from typing import Any

import authres

from intake.inbox import headers
from intake.inbox.dmarc import Claim

MOST_FIELDS = 20
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Told:
    """What a trusted host found. ``by`` is empty when none did; ``dmarc`` is empty where it told none."""

    by: str = ""
    dmarc: str = ""
    spf: Claim | None = None
    dkim: tuple[Claim, ...] = ()
    ignored: tuple[str, ...] = ()


def told(root: Part, trusted: tuple[str, ...], domain: str) -> Told:
    """Return what trusted hosts say of mail by an author at ``domain``, and whose words were ignored."""
    names = {name.lower() for name in trusted}
    counted: list[Any] = []
    ignored: dict[str, None] = {}
    for value, topmost in _fields(root):
        text = headers.text_of(value)
        parsed = _parsed(text) if topmost else None
        if parsed is not None and parsed.authserv_id in names:
            counted.append(parsed)
        else:
            found = _ID.match(text)
            ignored[found[0].lower() if found else "?"] = None
    if not counted:
        return Told(ignored=tuple(ignored))
    results = [result for field in counted for result in field.results]
    return Told(
        by=str(counted[0].authserv_id),
        dmarc=_dmarc(results, domain),
        spf=_spf(results),
        dkim=tuple(_signed(result) for result in results if result.method == "dkim"),
        ignored=tuple(ignored),
    )


def _fields(root: Part) -> list[tuple[bytes, bool]]:
    """Return each field's value, and whether it stands in the topmost run."""
    names = [name.lower() for name, _ in root.raw_items()]
    values = iter(headers.raw_values(root, "authentication-results"))
    places = [place for place, name in enumerate(names) if name == "authentication-results"][:MOST_FIELDS]
    return [
        (value, place == places[0] + number) for number, (place, value) in enumerate(zip(places, values, strict=False))
    ]


def _parsed(text: str) -> Any:
    try:
        return authres.AuthenticationResultsHeader.parse_value(text)
    except (authres.AuthResError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _property(result: Any, kind: str, name: str) -> str:
    found = (each.value for each in result.properties if (each.type, each.name) == (kind, name) and each.value)
    return str(next(found, "")).rpartition("@")[2].lower().rstrip(".")


def _dmarc(results: list[Any], domain: str) -> str:
    """Return the DMARC result about this author's domain: words about another From field are not about this one."""
    found = (each.result.lower() for each in results if each.method == "dmarc" and _from(each) == domain)
    return next(found, "")


def _from(result: Any) -> str:
    return _property(result, "header", "from")


def _spf(results: list[Any]) -> Claim | None:
    for each in results:
        if each.method == "spf":
            domain = _property(each, "smtp", "mailfrom") or _property(each, "smtp", "helo")
            return Claim("spf", each.result.lower(), domain)
    return None


def _signed(result: Any) -> Claim:
    return Claim("dkim", result.result.lower(), _property(result, "header", "d") or _property(result, "header", "i"))
