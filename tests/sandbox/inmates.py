"""Functions that test_reader.py runs in a child: one behaves, the others misbehave or die."""

import os
import re
import signal
import socket
import time
from pathlib import Path
from typing import Any

from intake.domain.errors import Unreadable


def echo(payload: bytes, **facts: Any) -> dict[str, Any]:
    return {"size": len(payload), "pid": os.getpid(), "parent": os.getppid(), **facts}


def spin(_: bytes) -> dict[str, Any]:
    re.match(rb"(x+x+)+y", b"x" * 60)
    return {}


def sleep(_: bytes) -> dict[str, Any]:
    time.sleep(60)
    return {}


def hoard(_: bytes) -> dict[str, Any]:
    return {"size": len(bytearray(1 << 30))}


def refuse(_: bytes) -> dict[str, Any]:
    raise Unreadable("locked with a password: ask the author for an open copy")


def stumble(_: bytes) -> dict[str, Any]:
    raise KeyError("no such thing")


def die(_: bytes) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def write(payload: bytes) -> dict[str, Any]:
    Path(payload.decode()).write_bytes(b"x")
    return {}


def phone_home(_: bytes) -> dict[str, Any]:
    socket.create_connection(("127.0.0.1", 9))
    return {}
