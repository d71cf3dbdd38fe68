"""Questions to name servers, by dnspython: cached as long as each answer says, never longer than asked for.

It takes no mail apart; what the answers mean is read in the sandbox's child (``inbox.lookups``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import dns.exception
import dns.name
import dns.resolver

SECONDS = 5.0
CACHED = 5000
MOST_RECORDS, LONGEST_TEXT = 20, 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """ "found" with its values, "none" (no such name or record), or "failed": no server answered in time."""

    status: Literal["found", "none", "failed"]
    values: tuple[str, ...] = ()


class Asking(Protocol):
    """Whatever answers questions to name servers."""

    def ask(self, name: str, kind: str, seconds: float) -> Answer:
        """Return the records of a kind (TXT, A, AAAA, MX, PTR) of a full name, within so many seconds."""


class Resolver:
    """The system's name servers, or those named. Safe to share between threads; the cache keeps 5,000 answers."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        self._servers, self._port = tuple(servers), port
        self._cache = dns.resolver.LRUCache(CACHED)
        self._made: dns.resolver.Resolver | None = None

    def ask(self, name: str, kind: str, seconds: float = SECONDS) -> Answer:
        """Return the records of a kind of a full name. Raises nothing: what goes wrong is "failed"."""
        try:
            found = self._resolver().resolve(
                dns.name.from_text(name), kind, lifetime=min(seconds, SECONDS), search=False
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
            return Answer("none")
        except (dns.exception.DNSException, OSError, ValueError):
            return Answer("failed")
        values = tuple(_VALUE[kind](record)[:LONGEST_TEXT] for record in list(found)[:MOST_RECORDS])
        return Answer("found" if values else "none", values)

    def _resolver(self) -> dns.resolver.Resolver:
        """Return the resolver, made at the first question: without /etc/resolv.conf that raises, and passes later."""
        if self._made is None:
            made = dns.resolver.Resolver(configure=not self._servers)
            if self._servers:
                made.nameservers, made.port = list(self._servers), self._port
            made.cache = self._cache
            self._made = made
        return self._made


_VALUE: dict[str, Callable[[Any], str]] = {
    "TXT": lambda record: b"".join(record.strings).decode("latin-1"),
    "A": lambda record: str(record.address),
    "AAAA": lambda record: str(record.address),
    "MX": lambda record: f"{record.preference} {record.exchange.to_text(omit_final_dot=True)}",
    "PTR": lambda record: str(record.target.to_text(omit_final_dot=True)),
}
