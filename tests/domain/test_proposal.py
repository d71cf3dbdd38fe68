"""What an author still owes is told in the form's order, and nothing else is."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.proposal import INTERESTS, Facts, Statement, missing

FACTS = Facts(allegation=False)
WHOLE = Statement(dict.fromkeys(INTERESTS, (False, "")), ai_use="none", exclusivity="only", terms_version="2")


@pytest.mark.parametrize(
    ("facts", "statement", "owed"),
    [
        ({}, {}, ()),
        ({"allegation": None}, {}, ("allegation",)),
        ({"allegation": True}, {}, ("allegation",)),
        ({"allegation": True, "evidence": "Court file."}, {}, ("allegation",)),
        ({"allegation": True, "asked": False}, {}, ("allegation",)),
        ({"allegation": True, "evidence": "Court file.", "asked": False}, {}, ()),
        ({}, {"interests": None}, ("interests",)),
        ({}, {"interests": dict.fromkeys(INTERESTS[1:], (False, ""))}, ("interests",)),
        ({}, {"ai_use": None}, ("ai",)),
        ({}, {"exclusivity": None}, ("exclusivity",)),
        ({}, {"terms_version": None}, ("terms",)),
        ({}, {"terms_version": "1"}, ("terms",)),
    ],
)
def test_what_is_owed(facts: dict[str, Any], statement: dict[str, Any], owed: tuple[str, ...]) -> None:
    assert missing(replace(FACTS, **facts), replace(WHOLE, **statement), "2") == owed


def test_a_mail_owes_everything_in_the_forms_order() -> None:
    assert missing(Facts(), Statement(), "1") == ("allegation", "interests", "ai", "exclusivity", "terms")
