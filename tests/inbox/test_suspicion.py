"""Suspected spam by rules: none is enough alone, hits and misses are kept, an honest piece is never suspected."""

import pytest

from intake.inbox.judgement import judge
from intake.inbox.message import read
from intake.inbox.suspicion import ENOUGH, RULES, suspicion
from tests.inbox.letters import ARABIC_PIECE, DESKS, PIECE, mail

OFFER = "We offer a guest post with dofollow backlinks on your site.\n\n" + PIECE
HITS = {
    "selling_links": mail(OFFER),
    "lures": mail("The best online casino of the town.\n\n" + PIECE),
    "many_links": mail("See https://shop.example/a " * 10),
    "disguised_sender": mail(sender='"editor@bank.example" <x@author.example>'),
    "answers_elsewhere": mail(extra="Reply-To: box@other.example\n"),
    "no_date_or_id": mail().replace(b"Date:", b"X-Date:"),
}


@pytest.mark.parametrize("name", HITS)
def test_each_rule_hits_what_it_is_for_and_is_not_enough_alone(name: str) -> None:
    found = suspicion(read(HITS[name]))
    assert [hit.partition(" ")[0] for hit in found.hits] == [name]
    assert not found.strong
    assert list(found.misses) == [rule.name for rule in RULES if rule.name != name]


def test_every_rule_is_tried_here() -> None:
    assert list(HITS) == [rule.name for rule in RULES]
    assert max(rule.weight for rule in RULES) < ENOUGH


@pytest.mark.parametrize("piece", [PIECE, ARABIC_PIECE, PIECE + "\n\nSources: https://a.example/x https://b.example/y"])
def test_an_honest_piece_has_no_hit(piece: str) -> None:
    assert suspicion(read(mail(piece))).hits == ()


def test_rules_add_up_and_are_kept_with_the_judgement() -> None:
    judged = judge(mail(OFFER, extra="Reply-To: box@other.example\n"), DESKS)
    assert judged["suspected"] == "rules: 5 of 5"
    assert judged["hits"][-2:] == [
        "selling_links (4): it speaks of “guest post”",
        "answers_elsewhere (1): answers go to other.example",
    ]
    assert judge(mail(OFFER), DESKS)["suspected"] == ""
