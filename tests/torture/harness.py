"""Senders that retry until "250", and roles that are killed with -9 while they do; it judges nothing itself."""

import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

SENDER, RECIPIENT = "huda@writer.example", "oped@paper.example"


def free_port() -> int:
    """Return a port that was free a moment ago; a listener that is started again needs the same one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mails(count: int) -> list[bytes]:
    """Return different mails of different sizes."""
    text = b"The well is dry.\r\n"
    return [b"Subject: Op-Ed: Water %d\r\n\r\n" % number + text * (1 + number * 7 % 900) for number in range(count)]


class Role:
    """One process that can be killed at once and started again."""

    def __init__(self, name: str, folder: Path, port: int) -> None:
        command = [sys.executable, "-m", "tests.torture.roles", name, str(folder), str(port)]
        self._nursery = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._child = self._start()

    def _start(self) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        child = int(self._nursery.stdout.readline())
        assert self._nursery.stdout.readline(), "the role did not start"
        return child

    def kill(self) -> None:
        """End it with -9, and the process it was forked from."""
        os.kill(self._child, signal.SIGKILL)
        self._nursery.communicate()

    def kill_and_restart(self) -> None:
        """End it with -9 and start it again."""
        os.kill(self._child, signal.SIGKILL)
        self._child = self._start()


@dataclass
class Senders:
    """Clients that share a pile of mails and send each until it is answered 250."""

    port: int
    pile: list[bytes]
    acknowledged: list[bytes] = field(default_factory=list)
    retries: int = 0

    def run(self, clients: int) -> list[threading.Thread]:
        """Start the clients; they end when the pile is empty."""
        threads = [threading.Thread(target=self._work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    def _work(self) -> None:
        while True:
            try:
                mail = self.pile.pop()
            except IndexError:
                return
            while not self._deliver(mail):
                self.retries += 1
                time.sleep(0.01)
            self.acknowledged.append(mail)

    def _deliver(self, mail: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self.port) as client:
                client.sendmail(SENDER, [RECIPIENT], mail)
        except (OSError, smtplib.SMTPException):
            return False
        return True


def torture(roles: list[Role], senders: Senders, kills: int, clients: int, seed: int) -> None:
    """Send everything while each role is killed ``kills`` times, spread over the sending at random moments."""
    chance = random.Random(seed)  # noqa: S311  # moments, not secrets
    total = len(senders.pile)
    threads = senders.run(clients)
    for number in range(1, kills + 1):
        while len(senders.acknowledged) < total * number // (kills + 2):
            time.sleep(0.001)
        for role in roles:
            time.sleep(chance.uniform(0, 0.01))
            role.kill_and_restart()
    for thread in threads:
        thread.join()
