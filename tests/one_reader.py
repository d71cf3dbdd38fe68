"""One sandbox for all tests of a process: to start another costs more than most tests do.

A test about the sandbox itself starts its own. What reads in it is forked for every call, so no test meets another's.
"""

from intake.newsroom import Newsroom
from intake.sandbox import Reader
from intake.worker import Worker
from intake.worker import make_worker as make_production_worker

READER = Reader()
"""Started by the first call, closed by ``tests/conftest.py`` at the end of the run."""


def make_worker(newsroom: Newsroom) -> Worker:
    """Return the worker of a newsroom as production makes it, but for the sandbox."""
    worker = make_production_worker(newsroom)
    worker.reader = READER
    return worker
