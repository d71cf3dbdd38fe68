"""The processes of the torture: each role is a plain function that runs until it is killed.

Start one with ``python -m tests.torture.roles ROLE FOLDER PORT`` and a line on its input for each life. To add a role,
write a function and name it in ROLES.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from intake.ingress.lmtp import Keeps, Listener
from intake.storage.spool import Envelope, Spool, key_of

if TYPE_CHECKING:
    from intake.worker import Worker

MAX_BYTES = 1_000_000


class Hasty:
    """The negative control: says "stored" first and stores a moment later. A harness that finds no loss is blind."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._later = ThreadPoolExecutor(1)

    def accept(self, raw: bytes, envelope: Envelope) -> str:
        """Promise now, store later."""
        self._later.submit(self._store, raw, envelope)
        return key_of(envelope.mail_from, envelope.recipient, raw)

    def _store(self, raw: bytes, envelope: Envelope) -> None:
        threading.Event().wait(0.02)
        self._spool.accept(raw, envelope)


def listener(folder: Path, port: int) -> None:
    """Take mail as in production."""
    _listen(Spool(folder, MAX_BYTES), port)


def hasty_listener(folder: Path, port: int) -> None:
    """Take mail as nobody should."""
    _listen(Hasty(Spool(folder, MAX_BYTES)), port)


def _listen(keeps: Keeps, port: int) -> None:
    with Listener(keeps, "127.0.0.1", port, lambda _: True, MAX_BYTES) as serving:
        print(serving.port, flush=True)  # noqa: T201  # tells the test that mail is answered now
        signal.pause()


def _worker(folder: Path) -> "Worker":
    # Imported here: a listener that is killed and started ten times needs no database.
    from intake.worker import make_worker
    from tests.factories import make_newsroom

    return make_worker(make_newsroom(folder))


def worker(folder: Path, _port: int) -> None:
    """File mail and keep letters as in production; the spool lies in the newsroom's folder."""
    working = _worker(folder)
    print("working", flush=True)  # noqa: T201  # tells the test that it has started
    working.run()


def careless_worker(folder: Path, _port: int) -> None:
    """The negative control: takes the message out of the spool before its row is committed."""
    working = _worker(folder)
    spool = working.spool

    class Careless(Spool):
        def read(self, key: str) -> tuple[Envelope, bytes]:
            found = super().read(key)
            super().remove(key)
            return found

        def remove(self, key: str) -> None: ...

    working.spool = Careless(spool.folder, spool.max_bytes)
    print("working", flush=True)  # noqa: T201  # tells the test that it has started
    working.run()


ROLES = {
    "listener": listener,
    "hasty_listener": hasty_listener,
    "worker": worker,
    "careless_worker": careless_worker,
}


def nursery(role: Callable[[Path, int], None], folder: Path, port: int) -> None:
    """Fork the role anew for every line read: the modules are loaded once, so that a restart costs milliseconds."""
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            role(folder, port)
            os._exit(0)
        print(child, flush=True)  # noqa: T201  # tells the test whom to kill
        os.waitpid(child, 0)


if __name__ == "__main__":
    if "worker" in sys.argv[1]:
        import tests.factories  # noqa: F401  # loaded before the first fork
    nursery(ROLES[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3]))
