"""Copies of one mail by two ways become one piece; different mails under one Message-ID, or none, stay different."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import event

from intake.storage.messages import InboundMessage
from intake.workflow import receive
from tests.torture.doubles import run

pytestmark = pytest.mark.database


def test_copies_merge_and_different_mails_never_do(tmp_path: Path) -> None:
    found = run(tmp_path, mails=6, alike=6)
    assert (found.different, found.delivered) == (18, 48)
    assert (found.rows, found.pieces, found.receipts) == (18, 18, 18)


def test_the_count_sees_copies_that_do_not_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "_equal", lambda *_: [])

    def nameless(_mapper: object, _connection: object, message: InboundMessage) -> None:
        message.spool_key = message.digest = uuid.uuid4().hex * 2

    event.listen(InboundMessage, "before_insert", nameless)
    try:
        found = run(tmp_path, mails=1, alike=0)
    finally:
        event.remove(InboundMessage, "before_insert", nameless)
    assert (found.different, found.rows, found.faultless()) == (1, 6, False)
