"""The far side of ``sandbox.Reader``: a single-threaded process that forks one limited child per call.

It starts nothing itself and keeps no state between calls; the Reader owns it.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from intake.domain.errors import IntakeError

CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024
"""Address space a child may use beyond what the preloaded parent already maps."""
OPEN_FILES = 64
_LOOK_EVERY = 1.0
_PR_SET_PDEATHSIG = 1
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


def serve(control_fd: int, parent: int, modules: tuple[str, ...]) -> None:
    """Import the readers, then fork a child for every connection received, until the owner is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to answer; we end with it
    wakeup_read, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)
    signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for name in modules:
        with suppress(ImportError):  # the call that names it will say so
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    calls: dict[int, socket.socket] = {}
    with socket.socket(fileno=control_fd) as control:
        while os.getppid() == parent:
            ready, _, _ = select.select([control_fd, wakeup_read], [], [], _LOOK_EVERY)
            if wakeup_read in ready:
                os.read(wakeup_read, 4096)
            _reap(calls)
            if control_fd in ready and not _accept(control, calls):
                break
    for child in calls:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _accept(control: socket.socket, calls: dict[int, socket.socket]) -> bool:
    """Fork for one connection; False when the owner has closed its side."""
    try:
        said, fds, _, _ = socket.recv_fds(control, 1, 1)
    except OSError:
        return False
    if not said:
        return False
    for fd in fds:
        connection = socket.socket(fileno=fd)
        child = os.fork()
        if child == 0:
            control.close()
            for other in calls.values():
                other.close()
            _child(connection)
        calls[child] = connection
    return True


def _reap(calls: dict[int, socket.socket]) -> None:
    """Tell each ended child's caller how it ended, and close the connection."""
    while calls:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        connection = calls.pop(child, None)
        if connection is None:
            continue
        with connection, suppress(OSError):
            connection.setblocking(False)
            connection.send(b"\n" + json.dumps(_ending(status)).encode())
            connection.shutdown(socket.SHUT_RDWR)


def _ending(status: int) -> dict[str, str]:
    if not os.WIFSIGNALED(status):
        return {"cause": "crash", "detail": f"exit status {os.waitstatus_to_exitcode(status)}"}
    number = os.WTERMSIG(status)
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return {"cause": "time"}
    return {"cause": "crash", "detail": signal.Signals(number).name}


def _child(connection: socket.socket) -> NoReturn:
    """Read the question, limit this process, answer, and end without running the parent's exit code."""
    code = 1
    try:
        _tie_to_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        with connection.makefile("rb") as stream:
            question = json.loads(stream.read(int.from_bytes(stream.read(4), "big")))
            signal.setitimer(signal.ITIMER_REAL, question["wall"])
            payload = stream.read()
        _limit()
        answer = json.dumps(_result(question, payload), ensure_ascii=False)
        connection.sendall(answer.encode("utf-8", "replace"))
        code = 0
    except MemoryError:
        connection.sendall(b'{"cause": "memory"}')
    finally:
        os._exit(code)


def _result(question: dict[str, Any], payload: bytes) -> dict[str, Any]:
    try:
        module, _, name = question["function"].partition(":")
        return {"result": getattr(importlib.import_module(module), name)(payload, **question["facts"])}
    except IntakeError as error:
        return {"refused": error.message, "values": error.values}
    except MemoryError:
        return {"cause": "memory"}
    except Exception as error:
        return {"cause": "crash", "detail": f"{type(error).__name__}: {error}"[:300]}


def _tie_to_parent() -> None:
    """Ask the kernel to kill this child when the fork parent dies, even by kill -9 (Linux; elsewhere time ends it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _limit() -> None:
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ceiling = _mapped() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    sys.addaudithook(_refuse_network)


def _mapped() -> int:
    """Return the bytes of address space in use now (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"reading may not use the network: {event}")
