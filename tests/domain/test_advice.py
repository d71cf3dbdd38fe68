"""Hints on a piece that is within the rules."""

from dataclasses import replace

import pytest

from intake.domain.advice import advice, unsourced
from intake.domain.proposal import Facts, Source
from intake.newsroom import Newsroom
from tests import factories


@pytest.mark.parametrize(
    ("text", "wants_source"),
    [
        ("The wall cost 48 million dinars.", True),
        ("Ten years ago, 7 percent agreed.", True),
        ("ارتفعت الكلفة 7٪ هذا العام.", True),
        ("بلغت الكلفة ٤٨ مليون دينار.", True),
        ("The mayor said “we will not move the road”.", True),
        ("قال العمدة «لن ننقل هذا الطريق أبدًا».", True),
        ("It was built in 1907 and mended in 2024.", False),
        ("The so-called “green wall” is grey.", False),
        ("I have 3 brothers.", False),
        ("", False),
    ],
)
def test_figures_and_quotations_want_a_source(text: str, wants_source: bool) -> None:
    assert unsourced(text) == wants_source


def test_a_piece_is_measured_by_its_desk(newsroom: Newsroom) -> None:
    desk, text = newsroom.desk("opinion"), factories.text()
    assert advice(replace(text, words=599), Facts(), desk) == ("short",)
    assert advice(replace(text, words=600), Facts(), desk) == ()
    assert advice(replace(text, words=901), Facts(), desk) == ("long",)
    assert advice(factories.text("ar"), Facts(), desk) == ("script", "short")
    cost = replace(text, words=700, body_text="It cost 48 million.")
    assert advice(cost, Facts(), desk) == ("sources",)
    assert advice(cost, Facts(sources=(Source("Cost", "https://example.org"),)), desk) == ()
