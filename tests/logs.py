"""What the logbook writes while a test runs, and beside it what an unguarded log would have written."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from intake import logbook


@dataclass
class Written:
    """The logbook's text, and the same records in the form that Python gives them by itself."""

    guarded: io.StringIO = field(default_factory=io.StringIO)
    careless: io.StringIO = field(default_factory=io.StringIO)

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.guarded.getvalue().splitlines()]


@contextmanager
def logbook_open() -> Iterator[Written]:
    """Configure the logbook as a process does, and put everything back at the end."""
    root = logging.getLogger()
    ours = [logging.getLogger(name) for name in root.manager.loggerDict if name.partition(".")[0] == "intake"]
    levels = {logger: logger.level for logger in (root, *ours)}
    handlers, raising = root.handlers[:], logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    written = Written()
    for logger in ours:
        logger.setLevel(logging.NOTSET)  # another test may have made one quiet
    logbook.configure(written.guarded)
    careless = logging.StreamHandler(written.careless)
    careless.setFormatter(logging.Formatter("%(message)s"))
    root.handlers.insert(0, careless)
    try:
        yield written
    finally:
        root.handlers[:], logging.raiseExceptions = handlers, raising
        for logger, level in levels.items():
            logger.setLevel(level)
        sys.excepthook, threading.excepthook = hooks
        logbook.end_request()
