"""Senders that retry until "250", and roles that are killed with -9 while they do; it judges nothing itself."""

import contextlib
import os
import queue
import random
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.torture.fuse import RANDOM, Life

SENDER, RECIPIENT = "huda@writer.example", "oped@paper.example"
PATIENCE = 300.0
"""Seconds after which a role that does not start, die or finish fails the run."""


def free_port() -> int:
    """Return a port that was free a moment ago; a listener that is started again needs the same one.

    It lies below those that the system gives to clients: a client that tries again while nobody listens can be given
    the very port it calls, reach itself, and keep the listener out.
    """
    for _ in range(200):
        port = random.randint(15_000, 30_000)  # noqa: S311  # any free one
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port between 15000 and 30000 is free")


def mail(number: int) -> bytes:
    """Return a short mail that differs from every other number's in bytes and size."""
    return b"Subject: Op-Ed: Water %d\r\n\r\n" % number + b"The well is dry.\r\n" * (1 + number * 7 % 900)


class Role:
    """One process that lives, is killed and lives again. ``name`` is "module:function" under ``tests.torture``."""

    def __init__(self, name: str, folder: Path, port: int = 0, *, environment: Mapping[str, str] | None = None) -> None:
        self._name = name
        command = [sys.executable, "-m", "tests.torture.roles", name, str(folder), str(port)]
        pipe, env = subprocess.PIPE, {**os.environ, **(environment or {})}
        self._nursery = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)
        self._said: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        self._child = 0
        """The living process; 0 between two lives."""

    def _listen(self) -> None:
        assert self._nursery.stdout is not None
        for line in self._nursery.stdout:
            self._said.put(line.strip())

    def _hears(self, *wanted: str) -> str:
        while True:
            try:
                said = self._said.get(timeout=PATIENCE)
            except queue.Empty:
                state = f"its child {self._child}, its nursery's exit status {self._nursery.poll()}"
                raise TimeoutError(f"{self._name} said none of {wanted} for {PATIENCE} s; {state}") from None
            if said.startswith("pid "):
                self._child = int(said.split()[1])
            elif said == "ended":
                self._child = 0
            if said.split()[0] in wanted:
                return said

    def start(self, life: Life | None = None) -> None:
        """Begin a life, and return when it works (or has died already, as a life with a fuse may)."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write((life or Life()).line())
        self._nursery.stdin.flush()
        first = self._hears("pid", "ready")  # the child may speak before its nursery names it
        self._hears("pid" if first.startswith("ready") else "ready", "ended")
        if not self._child and not (life and life.point):
            raise RuntimeError(f"{self._name} died at once")

    def wait(self) -> None:
        """Return when the life has ended by its fuse. Raises TimeoutError when it does not within PATIENCE."""
        while self._child:
            self._hears("ended")

    def kill(self) -> None:
        """End the life with -9."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
        self.wait()

    def close(self) -> None:
        """End the life with -9, and the process it was forked from."""
        try:
            self.kill()
        finally:
            assert self._nursery.stdin is not None
            assert self._nursery.stdout is not None
            self._nursery.stdin.close()
            self._nursery.wait(PATIENCE)
            self._listener.join()
            self._nursery.stdout.close()


@dataclass
class Senders:
    """Clients that send numbered mails, each until it is answered 250.

    They stop after ``most`` mails, but not before ``enough`` says so; they wait while ``backlog`` mails lie in the
    spool, so that listener and worker are both killed while both work.
    """

    port: int
    most: int
    written: Callable[[int], bytes] = mail
    spool: Path | None = None
    backlog: int = 100
    enough: Callable[[], bool] = lambda: True
    acknowledged: list[int] = field(default_factory=list)
    retries: int = 0
    given_up: bool = False
    """Set when nobody can answer any more."""
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def waiting(self) -> int:
        """Return how many mails lie in the spool; 0 when none is watched."""
        return 0 if self.spool is None else sum(1 for _ in (self.spool / "new").iterdir())

    def reached(self, progress: Callable[[], float]) -> float:
        """Return the share that is done, or the whole when nobody waits for it any more."""
        return 1.0 if self.given_up else progress()

    def run(self, clients: int) -> list[threading.Thread]:
        """Start the clients."""
        threads = [threading.Thread(target=self._work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    def _taken(self) -> int | None:
        with self._lock:
            while self.waiting() > self.backlog and not self.given_up:
                time.sleep(0.02)
            if self.given_up or (self._next >= self.most and self.enough()):
                return None
            self._next += 1
            return self._next - 1

    def _work(self) -> None:
        while (number := self._taken()) is not None:
            while not self._deliver(self.written(number)):
                if self.given_up:
                    return
                with self._lock:
                    self.retries += 1
                time.sleep(0.01)
            self.acknowledged.append(number)

    def _deliver(self, mail: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self.port, timeout=20) as client:
                client.sendmail(SENDER, [RECIPIENT], mail)
        except (OSError, smtplib.SMTPException):
            return False
        return True


def lives(points: tuple[str, ...], each: int, at_random: int, chance: random.Random, passings: int = 4) -> list[Life]:
    """Return lives in random order: ``each`` end at every point, ``at_random`` at any moment."""
    planned = [Life(point, chance.randint(1, passings)) for point in points for _ in range(each)]
    planned += [Life()] * at_random
    chance.shuffle(planned)
    return planned


def torture(role: Role, planned: list[Life], progress: Callable[[], float], chance: random.Random) -> Counter[str]:
    """Let a role live and die as planned, then live on; return how often it died at each point.

    ``progress`` tells the share of the mails that is done: lives that end at random are spread over it. The kill is
    sent a random moment after that share is reached.
    """
    deaths: Counter[str] = Counter()
    for number, life in enumerate(planned, 1):
        role.start(life)
        if life.point:
            role.wait()
        else:
            deadline = time.monotonic() + PATIENCE
            while progress() < number / (len(planned) + 2) and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.05))
            role.kill()
        deaths[life.point or RANDOM] += 1
    role.start()
    return deaths


def torture_all(
    senders: Senders, clients: int, plans: Sequence[tuple[Role, list[Life], Callable[[], float]]], seed: int
) -> Counter[str]:
    """Send everything while each role goes through its plan; return the deaths when all mails are answered 250."""
    deaths: Counter[str] = Counter()
    with ThreadPoolExecutor(len(plans)) as pool:
        torturers = [
            pool.submit(torture, role, planned, partial(senders.reached, progress), random.Random(seed + number))  # noqa: S311  # moments, not secrets
            for number, (role, planned, progress) in enumerate(plans)
        ]
        senders.enough = lambda: all(torturer.done() for torturer in torturers)
        threads = senders.run(clients)
        done, _ = wait(torturers, return_when=FIRST_EXCEPTION)
        senders.given_up = any(torturer.exception() for torturer in done)
        for thread in threads:
            thread.join()
        for torturer in done:
            deaths += torturer.result()
    return deaths
