"""Fixtures for the ways in."""

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], None]]:
    """Make a folder unwritable: by its mode, and for root, whom no mode stops, by a read-only bind mount."""
    undo: list[Callable[[], object]] = []

    def shut(folder: Path) -> None:
        if os.geteuid() != 0:
            for path in (folder, *folder.iterdir()):
                path.chmod(0o500)
                undo.append(partial(path.chmod, 0o700))
            return
        libc = ctypes.CDLL(None, use_errno=True)
        bind, remount_read_only = 0x1000, 0x1000 | 0x20 | 0x1
        target = os.fsencode(folder)
        for flags in (bind, remount_read_only):
            if libc.mount(target, target, None, flags, None) != 0:
                pytest.skip(f"root cannot be kept from writing here: mount says {os.strerror(ctypes.get_errno())}")
        undo.append(lambda: subprocess.run(["umount", str(folder)], check=True))

    yield shut
    for act in undo:
        act()
