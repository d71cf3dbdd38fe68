"""One process group: starts the parts, restarts one that died, stops all of them cleanly. It knows no part's work.

The parts are forked, so that what they share is imported once and lies in memory once. For that, the process that
starts them must have no second thread and no open connection. A part does not wait for what the parts after it need.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import click

from intake.domain.errors import IntakeError

Work = Callable[[], None]
"""What a part does, in its own process, until SIGTERM."""

PATIENCE = 20.0
"""Seconds a part has to finish what it has in hand."""
LEAST_LIFE = 2.0
"""A part that lives shorter than this many seconds, thrice in a row, ends the group: it cannot start here."""
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


class ProcessGroup:
    """The parts of an installation as child processes of one."""

    def __init__(self, works: Mapping[str, Callable[[], Work]]) -> None:
        """Take each part's name and what makes its work ready, in this process; they start in this order."""
        self._makers = works
        self._works: dict[str, Work] = {}
        self._parts: dict[str, BaseProcess] = {}
        self._started: dict[str, float] = {}
        self._early_deaths = dict.fromkeys(works, 0)

    def run(self) -> int:
        """Start every part and keep them until SIGINT, SIGTERM or a part that cannot start; return the exit code."""
        stop = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stop | {signal.SIGCHLD})
        try:
            for name, make in self._makers.items():
                self._works[name] = make()
                gc.collect()
                gc.freeze()  # what is here now stays for good: a collection in a part would only copy its pages
                self._start(name)
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
        part = get_context("fork").Process(target=_live, args=(name, self._works[name], os.getpid()), name=name)
        part.start()
        self._parts[name] = part

    def _restart_dead(self) -> str | None:
        for name, part in list(self._parts.items()):
            if part.is_alive():
                continue
            early = time.monotonic() - self._started[name] < LEAST_LIFE
            self._early_deaths[name] = self._early_deaths[name] + 1 if early else 0
            if self._early_deaths[name] >= 3:
                return name
            click.echo(f"intake: {name} ended with {part.exitcode}; starting it again.", err=True)
            time.sleep(0.3 * self._early_deaths[name])
            self._start(name)
        return None

    def _stop_all(self) -> None:
        for part in self._parts.values():
            if part.is_alive():
                part.terminate()
        deadline = time.monotonic() + PATIENCE
        for part in self._parts.values():
            part.join(max(0.1, deadline - time.monotonic()))
            if part.is_alive():
                part.kill()
                part.join()


def _live(name: str, work: Work, parent: int) -> None:
    """Do a part's work in its own process."""
    # A group of its own, so that Ctrl-C reaches the parent alone; and no part outlives a parent that was killed.
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        libc.prctl(PR_SET_NAME, f"intake {name}".encode(), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    try:
        work()
    except IntakeError as error:
        click.echo(f"intake: {error}", err=True)
        sys.exit(1)
