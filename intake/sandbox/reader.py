"""Runs one reading function in a child process with hard limits, because mail and documents are hostile until read.

A small single-threaded parent is started once with the readers imported; each call forks it and sets the limits after
the fork (RLIMIT_CPU would add up in a pooled child). So it is safe from threads, and a call costs milliseconds. The
library's answer, multiprocessing's forkserver, runs the program's console script again in every child: 110 ms a call
against 10, measured on one busy machine, and more code within reach of hostile bytes.

It knows no mail and no documents: functions are named as "package.module:name" and give a dict of JSON values; nothing
is ever unpickled. The other side of the socket is ``fork_parent.py``.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from intake.domain import faults
from intake.domain.errors import Stopped, Unreadable

PRELOADED = (
    *("intake.inbox.judgement", "intake.inbox.message", "intake.inbox.authenticity"),
    *("intake.manuscripts", "intake.manuscripts.docx", "intake.manuscripts.odt", "intake.manuscripts.rtf"),
    "intake.manuscripts.markdown",
)
"""What most calls need and is cheap to hold; the PDF reader (12 MB, 0.3 s) is imported by the child that needs it."""
WALL_SECONDS = 15.0
LARGEST_ANSWER = 96 * 1024 * 1024
_BOOT = """import sys; sys.path[:] = {path!r}
from intake.sandbox.fork_parent import serve
serve({fd}, {parent}, {modules!r})"""

CAUSES = {"time": faults.TIME, "memory": faults.MEMORY, "crash": faults.CRASH}


class Reader:
    """A way to call reading functions in limited child processes; safe to share between threads.

    Limits of one call: 10 s of processor time, 15 s by the clock, 512 MB beyond what the preloaded parent maps, no
    file written, no network. The parent process starts at the first call, is started again when it has died, and ends
    with this process, however this one ends.
    """

    def __init__(self, preload: tuple[str, ...] = PRELOADED, wall_seconds: float = WALL_SECONDS) -> None:
        self._preload = preload
        self._wall = wall_seconds
        self._lock = threading.Lock()
        self._owner = 0
        self._parent: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def call(
        self, function: str, payload: bytes, *, within: float | None = None, **facts: str | int | list[Any]
    ) -> dict[str, Any]:
        """Return what ``function(payload, **facts)`` returned in its own limited process.

        ``within`` are the seconds it has by the clock, where they shall be fewer than the reader's own.

        Raises Stopped with the cause (out of time, out of memory, a crash), or Unreadable with the message and values
        of the function's own IntakeError.
        """
        wall = self._wall if within is None else min(within, self._wall)
        question = json.dumps({"function": function, "facts": facts, "wall": wall}).encode()
        with self._connection() as connection:
            connection.settimeout(wall + 5)
            try:
                frames = _exchange(connection, len(question).to_bytes(4, "big") + question, payload)
            except TimeoutError:
                raise Stopped(CAUSES["time"]) from None
        return _answer(frames)

    def close(self) -> None:
        """End the parent process and every child of it."""
        with self._lock:
            self._discard()

    def _connection(self) -> socket.socket:
        """Return one end of a fresh socket pair whose other end a forked child will read."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            for attempt in (1, 2):
                try:
                    socket.send_fds(self._started(), [b"c"], [theirs.fileno()])
                    return ours
                except OSError:
                    self._discard()
                    if attempt == 2:
                        ours.close()
                        raise
        raise AssertionError("unreachable")

    def _started(self) -> socket.socket:
        if self._control is not None and self._parent is not None:
            if self._owner == os.getpid() and self._parent.poll() is None:
                return self._control
            self._discard()
        ours, theirs = socket.socketpair()
        with theirs:
            boot = _BOOT.format(path=sys.path, fd=theirs.fileno(), parent=os.getpid(), modules=self._preload)
            self._parent = subprocess.Popen(  # noqa: S603 # our own interpreter running our own module
                [sys.executable, "-c", boot],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._owner, self._control = os.getpid(), ours
        return ours

    def _discard(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._parent is not None and self._owner == os.getpid():
            self._parent.kill()
            self._parent.wait()
        self._parent = self._control = None


def _exchange(connection: socket.socket, question: bytes, payload: bytes) -> bytes:
    """Send the question and return everything up to the end of the answer."""
    with suppress(BrokenPipeError, ConnectionResetError):  # a child that died early still leaves its cause to read
        connection.sendall(question)
        connection.sendall(payload)
        connection.shutdown(socket.SHUT_WR)
    answer = bytearray()
    with suppress(ConnectionResetError):
        while chunk := connection.recv(1 << 16):
            answer += chunk
            if len(answer) > LARGEST_ANSWER:
                raise Stopped(faults.LARGE_ANSWER, limit=LARGEST_ANSWER // 2**20)
    return bytes(answer)


def _answer(frames: bytes) -> dict[str, Any]:
    """Return the child's result, else raise the cause: its own words, or how the fork parent saw it end."""
    last: dict[str, Any] = {}
    for line in frames.split(b"\n"):
        with suppress(ValueError):
            last = json.loads(line)
            if "result" in last and isinstance(last["result"], dict):
                return dict(last["result"])
            if "refused" in last:
                raise Unreadable(str(last["refused"]), **dict(last.get("values") or {}))
            if last.get("cause") in CAUSES:
                if last.get("detail"):  # only a crash has one
                    raise Stopped(faults.CRASHED_BY, cause=last["detail"])
                raise Stopped(CAUSES[last["cause"]])
    raise Stopped(CAUSES["crash"])
