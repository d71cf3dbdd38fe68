"""The processes of the torture: each role is a plain function that runs until it is killed.

Start one with ``python -m tests.torture.roles ROLE FOLDER PORT``. To add a role, write a function and name it in ROLES.
"""

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from intake.ingress.lmtp import Keeps, Listener
from intake.storage.spool import Envelope, Spool, key_of
from intake.worker import make_worker
from tests.factories import make_newsroom

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


def worker(folder: Path, _port: int) -> None:
    """File mail and keep letters as in production; the spool lies in the newsroom's folder."""
    working = make_worker(make_newsroom(folder))
    print("working", flush=True)  # noqa: T201  # tells the test that it has started
    working.run()


def careless_worker(folder: Path, _port: int) -> None:
    """The negative control: takes the message out of the spool before its row is committed."""
    working = make_worker(make_newsroom(folder))
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

if __name__ == "__main__":
    ROLES[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
