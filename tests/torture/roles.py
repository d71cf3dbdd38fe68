"""The processes of the torture: ``python -m tests.torture.roles MODULE:ROLE FOLDER PORT`` and one line for each life.

It answers with ``pid N`` when a life begins and ``ended`` when it is over; the role itself says ``ready`` between. The
modules are loaded once and each life is a fork, so that a restart costs milliseconds. To add a role, write a function
in ``listening`` (which loads no database) or ``filing``.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.torture.fuse import Life

Runs = Callable[[Path, int, Life], None]


def nursery(role: Runs, folder: Path, port: int) -> None:
    """Fork the role anew for every life that is read from the input."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                role(folder, port, Life.from_line(line))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        print("pid", child, flush=True)  # noqa: T201  # tells the test whom to kill
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201  # tells the test that the next life may begin


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    nursery(getattr(importlib.import_module(f"tests.torture.{module}"), name), Path(sys.argv[2]), int(sys.argv[3]))
