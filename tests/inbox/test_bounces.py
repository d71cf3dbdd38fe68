"""Reports of letters that came back, as many systems write them: for whom, for good or so far, why, which letter."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.inbox.judgement import judge
from tests.inbox.bounced import DELAYS, DELIVERED, REPORTS, report
from tests.workflow.arrivals import written

WORDS = {
    "postfix": ("5.1.1", "550 5.1.1 <huda@author.example>: no such user here"),
    "gmail": ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
    "microsoft": ("5.2.2", "554 5.2.2 mailbox full"),
    "no action": ("5.4.4", ""),
    "exim": ("5.1.1", "SMTP error from remote mail server: 550 5.1.1 No such user"),
    "qmail": ("5.1.1", "Sorry, no mailbox here by that name. 550 (#5.1.1)"),
    "exchange": ("5.1.1", "The recipient name is not recognized: 550 5.1.1"),
    "yahoo": ("", "554: delivery error: This user doesn't have an account here."),
}


def bounce(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = judge(raw, [])["bounce"]
    return found


@pytest.mark.parametrize("system", REPORTS)
def test_a_lost_letter_is_told_with_its_address_words_and_message_id(system: str) -> None:
    status, why = WORDS[system]
    assert bounce(report(REPORTS[system])) == {
        "failures": [{"address": "huda@author.example", "kind": "permanent", "status": status, "why": why}],
        "named": ["letter@harbourpost.example"],
    }
    assert judge(report(REPORTS[system]), [])["disposition"] == "bounce"


@pytest.mark.parametrize("system", DELAYS)
def test_a_delay_is_no_failure(system: str) -> None:
    found = bounce(report(DELAYS[system]))
    assert [(one["address"], one["kind"]) for one in found["failures"]] == [("huda@author.example", "delayed")]
    assert found["named"] == ["letter@harbourpost.example"]


def test_a_report_of_success_tells_no_failure() -> None:
    assert bounce(report(DELIVERED)) == {"failures": [], "named": ["letter@harbourpost.example"]}


@pytest.mark.parametrize(
    "raw",
    [written(), written("Undeliverable letters", sender="postmaster@author.example", In_Reply_To="<a@b.example>")],
    ids=["a piece", "a person who is the postmaster"],
)
def test_other_mail_is_no_report(raw: bytes) -> None:
    assert bounce(raw.replace(b"Subject: Undeliverable letters", b"Subject: Letters")) == {}


def test_a_report_that_names_thousands_is_cut() -> None:
    block = "\n\nFinal-Recipient: rfc822; x@author.example\nAction: failed\nStatus: 5.1.1"
    raw = report(REPORTS["postfix"]).replace(b"no such\n    user here", b"no" + block.encode() * 3000)
    assert len(bounce(raw)["failures"]) == 20


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_nothing_in_a_report_breaks_the_reading(noise: bytes) -> None:
    for template in (REPORTS["postfix"], REPORTS["exim"], REPORTS["qmail"]):
        head, _, rest = report(template).partition(b"{address}" if b"{address}" in report(template) else b"author")
        assert isinstance(bounce(head + noise + rest), dict)
