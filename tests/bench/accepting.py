"""S1: one message over LMTP, durable in the spool before its 250, beside a listener that throws mail away."""

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.frame import Row, by_turns, percentile

MAIL = b"From: huda@writer.example\r\nSubject: Op-Ed: Water\r\n\r\n" + b"The well is dry and the road is far.\r\n" * 140
"""About 800 words."""
ALONE, TOGETHER, CLIENTS = 150, 40, 8

DISCARD = """
import asyncio, sys
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.lmtp import LMTP
class Discard:
    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 stored"
class Taking(UnthreadedController):
    def factory(self):
        return LMTP(self.handler)
loop = asyncio.new_event_loop()
taking = Taking(Discard(), hostname="127.0.0.1", port=0, loop=loop)
taking.begin()
print(taking.server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
"""
OURS = """
import sys, signal
from pathlib import Path
from intake.ingress.lmtp import Listener
from intake.storage.spool import Spool
spool = Spool(Path(sys.argv[1]), 25_000_000)
with Listener(spool, "127.0.0.1", 0, lambda _: True, spool.max_bytes) as listener:
    print(listener.port, flush=True)
    signal.pause()
"""


@contextmanager
def listening(source: str, folder: str) -> Iterator[int]:
    """Start a listener as a process of its own and yield its port."""
    process = subprocess.Popen([sys.executable, "-c", source, folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


class Client:
    """Sends different mails over one connection and remembers how long each answer took, in milliseconds."""

    sent = 0

    def __init__(self, port: int) -> None:
        self._port = port
        self.took: list[float] = []

    def send(self, count: int) -> None:
        """Send so many mails, each a different one."""
        with smtplib.LMTP("127.0.0.1", self._port) as lmtp:
            for _ in range(count):
                Client.sent += 1
                start = time.perf_counter()
                mail = b"X-Number: %d-%d\r\n" % (id(self), Client.sent) + MAIL
                lmtp.sendmail("huda@writer.example", ["oped@paper.example"], mail)
                self.took.append((time.perf_counter() - start) * 1000)


def rate(port: int, clients: int, count: int, took: list[float]) -> float:
    """Return the mails a second that so many clients get answered together."""
    senders = [Client(port) for _ in range(clients)]
    threads = [threading.Thread(target=sender.send, args=(count,)) for sender in senders]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for sender in senders:
        took += sender.took
    return clients * count / (time.perf_counter() - start)


def rows() -> list[Row]:
    """Measure one connection and eight."""
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder,
        listening(OURS, folder) as ours,
        listening(DISCARD, folder) as discard,
    ):
        found = []
        for clients, count, slowest in ((1, ALONE, 10), (CLIENTS, TOGETHER, 40)):
            took: list[float] = []
            kept, thrown = by_turns(
                lambda c=clients, n=count, t=took: rate(ours, c, n, t),  # type: ignore[misc]  # bound to this turn
                lambda c=clients, n=count: rate(discard, c, n, []),  # type: ignore[misc]  # the same
            )
            work = f"accept by LMTP, {clients} connection{'s' * (clients > 1)}"
            found += [
                Row("S1", work, kept, "mails/s", 0.5, "more", "aiosmtpd, discarding", thrown),
                Row("S1", f"{work}, p99", percentile(took, 0.99), "ms", slowest, "less"),
            ]
        return found
