"""A submission that a group of ours sent on is its author's, and only where the group's fields agree."""

import pytest

from tests.inbox.letters import judged, mail

GROUP = "Jane Doe via Opinion <oped@post.example>"
KEPT = "X-Original-From: Jane Doe <jane@author.example>\n"
BACK = "Reply-To: =?utf-8?q?Jane_Doe?= <Jane@author.example>\n"
LIST = "List-ID: <oped.post.example>\nPrecedence: list\n"


def test_a_group_of_ours_sends_an_author_s_mail_on() -> None:
    found = judged(mail(sender=GROUP, extra=KEPT + BACK + LIST))
    assert (found["disposition"], found["from_name"], found["from_address"], found["author"]) == (
        *("submit", "Jane Doe", "jane@author.example"),
        "Jane Doe",
    )
    assert found["defects"] == [
        "oped@post.example sent it on: the author is the one named in X-Original-From and Reply-To"
    ]
    assert not found["answerable"]


def test_a_further_address_of_ours_may_be_the_group() -> None:
    found = judged(mail(sender="Jane via X <x@post.example>", extra=KEPT + BACK), own_addresses=["X@post.example"])
    assert (found["disposition"], found["from_address"]) == ("submit", "jane@author.example")


@pytest.mark.parametrize(
    "extra",
    [
        "",
        KEPT,
        BACK,
        KEPT + "Reply-To: mallory@elsewhere.example\n",
        KEPT + "Reply-To: jane@author.example, mallory@elsewhere.example\n",
        "X-Original-From: jane\nReply-To: jane\n",
    ],
)
def test_fields_that_do_not_agree_name_no_author(extra: str) -> None:
    found = judged(mail(sender=GROUP, extra=extra + LIST))
    assert (found["disposition"], found["from_address"]) == ("loop", "oped@post.example")


def test_a_stranger_s_fields_change_no_sender() -> None:
    found = judged(mail(sender="Mallory <mallory@elsewhere.example>", extra=KEPT + BACK))
    assert (found["from_name"], found["from_address"], found["defects"]) == ("Mallory", "mallory@elsewhere.example", [])


def test_our_own_letter_that_a_group_sends_on_goes_round() -> None:
    back = "X-Original-From: rai@post.example\nReply-To: rai@post.example\n"
    assert judged(mail(sender=GROUP, extra=back))["disposition"] == "loop"


def test_without_a_name_of_its_own_the_kept_address_takes_the_answer_s() -> None:
    found = judged(mail(sender=GROUP, extra="X-Original-From: jane@author.example\n" + BACK))
    assert (found["from_name"], found["from_address"]) == ("Jane Doe", "jane@author.example")
