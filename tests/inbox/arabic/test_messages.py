"""The set of messages is whole and told, and its bytes are those that were written."""

import re
from email import message_from_bytes
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MESSAGES = sorted((HERE / "messages").glob("*.eml"))


def test_the_readme_tells_of_each_message_once() -> None:
    told = re.findall(r"^\| `([\w.-]+\.eml)` \|", (HERE / "README.md").read_text(), re.MULTILINE)
    assert sorted(told) == [path.name for path in MESSAGES]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_line_ends_are_of_one_kind(path: Path) -> None:
    assert len(set(re.findall(rb"\r?\n", path.read_bytes()))) == 1


def test_no_two_messages_share_an_identity() -> None:
    found = [str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in MESSAGES]
    assert len(set(found)) == len(found)
