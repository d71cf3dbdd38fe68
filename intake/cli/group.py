"""One process group: starts the parts, restarts one that died, stops all of them cleanly. It knows no part's work."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

import click

PATIENCE = 20.0
"""Seconds a part has to finish what it has in hand."""
LEAST_LIFE = 2.0
"""A part that lives shorter than this many seconds, thrice in a row, ends the group: it cannot start here."""
PR_SET_PDEATHSIG = 1


class ProcessGroup:
    """The parts of an installation as child processes of one."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        """Take each part's name and command."""
        self._commands = commands
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._early_deaths = dict.fromkeys(commands, 0)

    def run(self) -> int:
        """Start every part and keep them until SIGINT, SIGTERM or a part that cannot start; return the exit code."""
        stop = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stop | {signal.SIGCHLD})
        for name in self._commands:
            self._start(name)
        try:
            while True:
                if signal.sigwait(stop | {signal.SIGCHLD}) in stop:
                    return 0
                failed = self._restart_dead()
                if failed:
                    click.echo(f"intake: {failed} cannot start; see its message above.", err=True)
                    return 1
        finally:
            self._stop_all()

    def _start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        self._parts[name] = subprocess.Popen(  # noqa: S603 - our own command
            self._commands[name],
            stdin=subprocess.DEVNULL,
            preexec_fn=_child(os.getpid()),
        )

    def _restart_dead(self) -> str | None:
        for name, part in list(self._parts.items()):
            if part.poll() is None:
                continue
            early = time.monotonic() - self._started[name] < LEAST_LIFE
            self._early_deaths[name] = self._early_deaths[name] + 1 if early else 0
            if self._early_deaths[name] >= 3:
                return name
            click.echo(f"intake: {name} ended with {part.returncode}; starting it again.", err=True)
            time.sleep(0.3 * self._early_deaths[name])
            self._start(name)
        return None

    def _stop_all(self) -> None:
        for part in self._parts.values():
            if part.poll() is None:
                part.terminate()
        deadline = time.monotonic() + PATIENCE
        for part in self._parts.values():
            try:
                part.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()


def _child(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        # A group of its own, so that Ctrl-C reaches the parent alone; and no part outlives a parent that was killed.
        os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
