import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intake.domain.errors import Unreadable
from intake.sandbox import CAUSES, Reader

HERE = "tests.sandbox.inmates"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(preload=(HERE,), wall_seconds=3) as running:
        yield running


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_a_result_comes_back_from_another_process(reader: Reader) -> None:
    answer = reader.call(f"{HERE}:echo", b"abc", word="رأي", count=3, many=[1, "x"])
    assert answer.pop("pid") not in {os.getpid(), answer.pop("parent")}
    assert answer == {"size": 3, "word": "رأي", "count": 3, "many": [1, "x"]}


def test_a_large_payload_and_answer_pass(reader: Reader) -> None:
    assert reader.call(f"{HERE}:echo", b"x" * 20_000_000, text="y" * 1_000_000)["size"] == 20_000_000


def test_threads_share_a_reader(reader: Reader) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: reader.call(f"{HERE}:echo", b"", n=n), range(40)))
    assert [answer["n"] for answer in answers] == list(range(40))
    assert len({answer["pid"] for answer in answers}) == 40


@pytest.mark.parametrize("name", ["sleep", "spin"])
def test_endless_reading_is_stopped(reader: Reader, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        reader.call(f"{HERE}:{name}", b"")
    assert str(caught.value) == CAUSES["time"]


def test_too_much_memory_is_refused(reader: Reader) -> None:
    with pytest.raises(Unreadable) as caught:
        reader.call(f"{HERE}:hoard", b"")
    assert str(caught.value) == CAUSES["memory"]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("refuse", "locked with a password: ask the author for an open copy"),
        ("stumble", CAUSES["crash"] + " (KeyError: 'no such thing')"),
        ("die", CAUSES["crash"] + " (SIGSEGV)"),
        ("phone_home", CAUSES["crash"] + " (PermissionError: reading may not use the network: socket.getaddrinfo)"),
        ("absent", CAUSES["crash"] + f" (AttributeError: module '{HERE}' has no attribute 'absent')"),
    ],
)
def test_every_failure_says_its_cause(reader: Reader, function: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        reader.call(f"{HERE}:{function}", b"x" * 3_000_000)
    assert str(caught.value) == said


def test_a_child_writes_no_file(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="File too large"):
        reader.call(f"{HERE}:write", str(tmp_path / "a").encode())
    assert not (tmp_path / "a").exists() or (tmp_path / "a").read_bytes() == b""


def test_a_killed_parent_is_started_again() -> None:
    with Reader(preload=(HERE,)) as reader:
        first = reader.call(f"{HERE}:echo", b"")["parent"]
        os.kill(first, signal.SIGKILL)
        assert gone(first)
        assert reader.call(f"{HERE}:echo", b"")["parent"] != first


def test_closing_ends_the_parent() -> None:
    with Reader(preload=(HERE,)) as reader:
        parent = reader.call(f"{HERE}:echo", b"")["parent"]
    assert gone(parent)


def test_everything_dies_with_a_killed_owner() -> None:
    owner = (
        "import threading; from intake.sandbox import Reader; r = Reader(preload=('tests.sandbox.inmates',));"
        "print(r.call('tests.sandbox.inmates:echo', b'')['parent'], flush=True);"
        "r.call('tests.sandbox.inmates:sleep', b'')"
    )
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    with process.stdout as said:
        parent = int(said.readline())
    children = Path(f"/proc/{parent}/task/{parent}/children")
    end = time.monotonic() + 5
    while not children.read_text().split() and time.monotonic() < end:
        time.sleep(0.01)
    child = int(children.read_text().split()[0])
    process.kill()
    process.wait()
    assert gone(parent)
    assert gone(child)


def test_a_call_costs_milliseconds(reader: Reader) -> None:
    reader.call(f"{HERE}:echo", b"")
    started = time.perf_counter()
    for _ in range(20):
        reader.call(f"{HERE}:echo", b"x" * 10_000)
    assert (time.perf_counter() - started) / 20 < 0.1
