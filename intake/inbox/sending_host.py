"""Whether the host that handed a message over may send for its envelope's domain: SPF (RFC 7208), by pyspf.

Runs in the sandbox's child, with answers looked up beforehand. An honest answer needs the address of the true client,
so it is "unknown" wherever a mail server, a pipe, a mailbox or a provider stands between.
"""

import ipaddress
import warnings
from dataclasses import dataclass

from intake.inbox.lookups import Lookups, Pending, Unanswered

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pyspf's docstrings hold escapes that newer Pythons warn of when they compile it
    import spf


@dataclass(frozen=True, slots=True)
class Host:
    """A result of RFC 8601, 2.7.2, or "unknown"; the domain it is about, and why."""

    result: str
    domain: str = ""
    why: str = ""


UNKNOWN = Host("unknown", why="the address of the sending host is not known")


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's evaluation, asking ``Lookups`` instead of the network."""

    def __init__(self, lookups: Lookups, ip: str, sender: str, helo: str) -> None:
        self._lookups = lookups
        super().__init__(i=ip, s=sender, h=helo, strict=True)

    def dns(self, name: str, qtype: str, _cnames: object = None, ignore_void: bool = False) -> list[object]:
        """Return the records of a name as pyspf wants them; two empty answers are allowed (RFC 7208, 4.6.4)."""
        try:
            values = self._lookups.ask(str(name), qtype)
        except (Pending, Unanswered):
            raise spf.TempError("no name server answered") from None
        if not values and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"more than {spf.MAX_VOID_LOOKUPS} lookups found nothing")
        return [_record(qtype, value) for value in values]


def _record(kind: str, value: str) -> object:
    if kind == "MX":
        preference, _, name = value.partition(" ")
        return int(preference), name
    return (value.encode("latin-1", "replace"),) if kind in {"TXT", "SPF"} else value


def host(lookups: Lookups, ip: str, mail_from: str, helo: str) -> Host:
    """Return what the domain of the envelope says of the client at ``ip``; that of HELO for a bounce."""
    domain = (mail_from.rpartition("@")[2] or helo).lower().rstrip(".")
    try:
        if not ip or not domain or ipaddress.ip_address(ip).is_loopback:
            return UNKNOWN
    except ValueError:
        return UNKNOWN
    try:
        result, _, why = _Query(lookups, ip, mail_from, helo).check()
    except Exception as error:  # hostile records make the library raise much beside its own
        return Host("permerror", domain, f"it cannot be evaluated ({type(error).__name__})")
    return Host(str(result).lower(), domain, str(why)[:200] if result != "pass" else "")
