"""Questions to a name server on loopback that speaks DNS: answers, nothing, silence, and what is remembered."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from intake.screening.resolver import Answer, Resolver

ZONE = {
    ("a.example.", "TXT"): ('300 IN TXT "v=spf1 " "-all"',),
    ("b.example.", "TXT"): ('0 IN TXT "short-lived"',),
    ("a.example.", "A"): ("300 IN A 192.0.2.1", "300 IN A 192.0.2.2"),
    ("a.example.", "AAAA"): ("300 IN AAAA 2001:db8::1",),
    ("a.example.", "MX"): ("300 IN MX 10 mx.a.example.",),
    ("1.2.0.192.in-addr.arpa.", "PTR"): ("300 IN PTR a.example.",),
    ("c.example.", "TXT"): ("300 IN CNAME a.example.",),
}


@dataclass
class NameServer:
    """A name server for ``ZONE``; it never answers for a name that holds "silent"."""

    socket: socket.socket
    asked: list[str] = field(default_factory=list)

    def serve(self) -> None:
        while True:
            try:
                packet, client = self.socket.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(packet)
            name, kind = query.question[0].name.to_text(), dns.rdatatype.to_text(query.question[0].rdtype)
            self.asked.append(f"{name} {kind}")
            if "silent" not in name:
                self.socket.sendto(self.reply(query, name, kind).to_wire(), client)

    def reply(self, query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        for line in ZONE.get((name, kind), ()):
            ttl, *_, found, rest = line.split(" ", 3)
            reply.answer.append(dns.rrset.from_text(name, int(ttl), "IN", found, rest))
            if found == "CNAME":
                reply.answer.append(dns.rrset.from_text(rest, 300, "IN", "TXT", '"v=spf1 " "-all"'))
        if name.startswith("gone."):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        if name.startswith("broken."):
            reply.set_rcode(dns.rcode.SERVFAIL)
        return reply


@pytest.fixture
def server() -> Iterator[NameServer]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        played = NameServer(bound)
        thread = threading.Thread(target=played.serve, daemon=True)
        thread.start()
        yield played


def resolver(server: NameServer) -> Resolver:
    return Resolver(["127.0.0.1"], server.socket.getsockname()[1])


@pytest.mark.parametrize(
    ("name", "kind", "answer"),
    [
        ("a.example", "TXT", Answer("found", ("v=spf1 -all",))),
        ("c.example", "TXT", Answer("found", ("v=spf1 -all",))),
        ("a.example", "A", Answer("found", ("192.0.2.1", "192.0.2.2"))),
        ("a.example", "AAAA", Answer("found", ("2001:db8::1",))),
        ("a.example", "MX", Answer("found", ("10 mx.a.example",))),
        ("1.2.0.192.in-addr.arpa", "PTR", Answer("found", ("a.example",))),
        ("empty.example", "TXT", Answer("none")),
        ("gone.example", "TXT", Answer("none")),
        ("broken.example", "TXT", Answer("failed")),
        ("x" * 64 + ".example", "TXT", Answer("none")),
    ],
)
def test_each_answer_is_told_apart(server: NameServer, name: str, kind: str, answer: Answer) -> None:
    assert resolver(server).ask(name, kind) == answer


def test_silence_is_a_failure_within_the_time_given(server: NameServer) -> None:
    assert resolver(server).ask("silent.example", "TXT", 0.3) == Answer("failed")


def test_an_answer_is_remembered_as_long_as_it_says(server: NameServer) -> None:
    asking = resolver(server)
    for _ in range(3):
        asking.ask("a.example", "TXT")
        asking.ask("b.example", "TXT")
    assert sorted(server.asked) == ["a.example. TXT", *["b.example. TXT"] * 3]
