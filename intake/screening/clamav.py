"""ClamAV's daemon asked whether a mail holds a virus: INSTREAM (clamd(8)), over TCP or a Unix socket.

Written here because the Python client on the package index is of 2014. The mail is sent as it came; clamd takes it
apart by itself.
"""

import socket
import struct
from time import monotonic

from intake.screening.scanned import Scanned, not_done

CHUNK, LONGEST_REPLY = 64 * 1024, 4096


def scan(address: str, raw: bytes, seconds: float) -> Scanned:
    """Return what the daemon at ``host:port`` or a socket's path says, within so many seconds. Raises nothing."""
    until = monotonic() + seconds
    try:
        with _connected(address, seconds) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(raw), CHUNK):
                chunk = raw[start : start + CHUNK]
                connection.settimeout(_left(until))
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            return _understood(_reply(connection, until))
    except (OSError, ValueError) as error:
        return not_done(f"ClamAV did not answer: {error or type(error).__name__}")


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), seconds)


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _reply(connection: socket.socket, until: float) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        connection.settimeout(_left(until))
        more = connection.recv(LONGEST_REPLY)
        if not more:
            break
        reply += more
    return reply.rstrip(b"\0\r\n").decode("utf-8", "replace")


def _understood(reply: str) -> Scanned:
    said = reply.removeprefix("stream: ")
    if said == "OK":
        return Scanned("clean", {"by": "ClamAV"})
    if said.endswith(" FOUND"):
        return Scanned("found", {"by": "ClamAV", "found": [said.removesuffix(" FOUND")[:200]]})
    return not_done(f"ClamAV: {said or 'an empty answer'}")
