"""S1: one message over LMTP, durable in the spool before its 250, beside a listener that throws mail away.

The second limit is the disk's own: what one durable file costs here, with nothing said over any wire. Memory is
looked at after a thousand messages, when all that is kept for good is there, and after ten thousand.
"""

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.storage.disk import Disk
from tests.bench.frame import Row, by_turns, percentile

MAIL = b"From: huda@writer.example\r\nSubject: Op-Ed: Water\r\n\r\n" + b"The well is dry and the road is far.\r\n" * 140
"""About 800 words."""
ALONE, TOGETHER, CLIENTS = 150, 40, 8
WARM, LONG = 1_000, 10_000

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
def listening(source: str, folder: str) -> Iterator[tuple[int, int]]:
    """Start a listener as a process of its own and yield its port and its process's number."""
    process = subprocess.Popen([sys.executable, "-c", source, folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline()), process.pid
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


def durable_files(folder: Path, count: int) -> Callable[[], float]:
    """Return the limit: files a second that are written, fsynced, renamed, their folder fsynced, one after another."""
    disk = Disk()

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(count):
            disk.keep(folder / "draft", folder / uuid.uuid4().hex, MAIL)
        return count / (time.perf_counter() - start)

    return measure


def resident(process: int) -> float:
    """Return the megabytes of memory a process holds now."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmRSS:"))) / 1024


def steady(port: int, process: int) -> Row:
    """Return how much memory the listener holds after ten thousand messages, beside after the first thousand."""
    rate(port, CLIENTS, WARM // CLIENTS, [])
    warm = resident(process)
    rate(port, CLIENTS, (LONG - WARM) // CLIENTS, [])
    work = f"the listener's memory after {LONG:,} messages"
    return Row("S1", work, resident(process), "MB", 1.1, "less", f"after {WARM:,}", warm)


def rows() -> list[Row]:
    """Measure one connection and eight, then memory."""
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder,
        tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as bare,
        listening(OURS, folder) as (ours, process),
        listening(DISCARD, folder) as (discard, _),
    ):
        found = []
        for clients, count, slowest in ((1, ALONE, 10), (CLIENTS, TOGETHER, 40)):
            took: list[float] = []
            kept, thrown, files = by_turns(
                lambda c=clients, n=count, t=took: rate(ours, c, n, t),  # type: ignore[misc]  # bound to this turn
                lambda c=clients, n=count: rate(discard, c, n, []),  # type: ignore[misc]  # the same
                durable_files(Path(bare), count),
            )
            work = f"accept by LMTP, {clients} connection{'s' * (clients > 1)}"
            found += [
                Row("S1", work, kept, "mails/s", 0.5, "more", "aiosmtpd, discarding", thrown),
                Row("S1", f"{work}, of the disk", kept, "mails/s", 0, "more", "durable files, one by one", files),
                Row("S1", f"{work}, p50", percentile(took, 0.5), "ms", slowest, "less"),
                Row("S1", f"{work}, p99", percentile(took, 0.99), "ms", slowest, "less"),
            ]
        return [*found, steady(ours, process)]
