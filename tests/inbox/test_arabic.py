"""Arabic mail as the common programs write it, against what a person read in each message's bytes.

``arabic/expected.json`` was written from the sources alone. A key stands there only where a reader of mail can know it;
a message without ``forwarded`` is no forward.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.inbox.letters import judged

HERE = Path(__file__).parent / "arabic"
EXPECTED: dict[str, dict[str, Any]] = json.loads((HERE / "expected.json").read_text("utf-8"))
COUNTED = {
    "subject": 87,
    "from_name": 87,
    "from_address": 87,
    "text": 87,
    "reply_text": 27,
    "attachments": 85,
    "submission": 86,
    "forwarded": 7,
}
"""How many messages tell each field: an expectation that is taken out shows here."""
_LOOSE = re.compile("[\\s\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+")


def _told(name: str) -> dict[str, Any]:
    told = {"forwarded": None} | EXPECTED[name]
    return {key: _closed(key, value) for key, value in told.items() if key != "note"}


def _found(name: str) -> dict[str, Any]:
    judgement = judged((HERE / "messages" / f"{name}.eml").read_bytes())
    judgement["submission"] = judgement["disposition"] == "submit"
    judgement["attachments"] = [attachment["filename"] for attachment in judgement["attachments"]]
    if forwarded := judgement["forwarded"]:
        judgement["forwarded"] = {key: forwarded[key] for key in ("name", "address")}
    return {key: _closed(key, judgement[key]) for key in _told(name)}


def _closed(key: str, value: Any) -> Any:
    """Take white space and direction marks out of a text; every other field is compared as it is."""
    return _LOOSE.sub("", value) if key in {"text", "reply_text"} else value


def test_each_message_has_its_expectation() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in (HERE / "messages").glob("*.eml"))


@pytest.mark.parametrize("key", COUNTED)
def test_no_expectation_is_lost(key: str) -> None:
    assert sum(key in told for told in EXPECTED.values()) == COUNTED[key]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_message_is_read_as_a_person_reads_it(name: str) -> None:
    assert _found(name) == _told(name)
