"""The parts as real processes: what they tell of themselves, and what they do not write down."""

import http.client
import json
import socket
import time
from pathlib import Path

from intake.storage import heartbeat
from tests.factories import make_newsroom
from tests.processes import Part, running
from tests.torture.harness import free_port

SECRET = "/a/Zm9vYmFyLXNlY3JldC1saW5r"


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Connection": "close"})
    return connection.getresponse()


def badly(port: int, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 20) as raw:
        raw.sendall(line + b"\r\n\r\n")
        return raw.recv(100)


def entries(part: Part, event: str) -> list[dict[str, object]]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [entry for line in part.written.splitlines() if (entry := json.loads(line))["event"] == event]
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(part.written)


def test_the_pages_write_lines_without_secrets(tmp_path: Path) -> None:
    make_newsroom(tmp_path / "var").database.close()
    with running("web", tmp_path / "var", INTAKE_WEB_WORKERS="1") as web:
        answer = get(web.port, f"{SECRET}?word=hidden")
        number = answer.headers["X-Request-ID"]
        assert badly(web.port, f"GET {SECRET} is no request".encode()).startswith(b"HTTP/1.1 400")
        [line] = entries(web, "request")
        assert (line["request"], line["route"], line["status"]) == (number, "/a/<token>", 404)
        text = web.written
    assert [part for part in (SECRET, SECRET[3:], "hidden", "127.0.0.1") if part in text] == []


def test_the_listener_gives_signs_of_life(tmp_path: Path) -> None:
    with running("listen", tmp_path / "var") as listener:
        deadline = time.monotonic() + 20
        while heartbeat.age(listener.folder, "listener") is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (heartbeat.age(listener.folder, "listener") or 0) < 20
    assert listener.written == ""


def test_the_counts_of_all_web_processes_are_told_by_each_and_end_with_a_restart(tmp_path: Path) -> None:
    make_newsroom(tmp_path / "var").database.close()
    port, shared = free_port(), {"INTAKE_WEB_WORKERS": "2", "INTAKE_METRICS_FOLDER": str(tmp_path / "counts")}
    for _life in range(2):
        with running("web", tmp_path / "var", port, **shared):
            for _ in range(20):
                get(port, "/health")
            told = get(port, "/metrics").read().decode().splitlines()
            counted = [line for line in told if line.startswith("intake_requests_total{") and "/health" in line]
            assert counted == ['intake_requests_total{method="GET",route="/health",status="200"} 20.0']
        assert list((tmp_path / "counts" / str(port)).glob("counter_*.db"))
