"""Every rule of the author's form, a line each: what is typed, and what is said about it (nothing when taken)."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.desk import Desk, Desks
from intake.newsroom import Newsroom
from tests.web.apps import quick_app
from tests.web.author.visitor import Visitor, body, told

YES = {"allegation": "yes", "evidence": "The audit of 2025.", "asked": "yes"}
PEN = {"pseudonym": "A Harbour Hand"}
SOURCE = {"sources-0-claim": "Cost of the wall", "sources-0-link": "https://example.org/audit"}

RULES: list[tuple[str, dict[str, Any], str]] = [
    ("everything good", {}, ""),
    ("no headline", {"headline": ""}, "Give the piece a headline"),
    ("headline of 4", {"headline": "Wall"}, "at least 5"),
    ("headline of 5", {"headline": "Walls"}, ""),
    ("headline of 120", {"headline": "w" * 120}, ""),
    ("headline of 121", {"headline": "w" * 121}, "at most 120"),
    ("shortcode in the headline", {"headline": "Walls [su_note]"}, "square brackets"),
    ("standfirst of 200", {"standfirst": "w" * 200}, ""),
    ("standfirst of 201", {"standfirst": "w" * 201}, "at most 200"),
    ("no body", {"body": " \n "}, "Paste your piece"),
    ("too few words", {"body": body(words=300)}, "at least 400"),
    ("too many words", {"body": body(words=1230)}, "at most 1200"),
    ("one word", {"body": "word"}, "The piece has 1 word;"),
    ("one paragraph", {"body": body().replace("\n\n", " ")}, "one single paragraph"),
    ("far too many characters", {"body": "w" * 50_000}, "at most 40000 fit"),
    ("raw shortcode", {"body": body() + '\n\n[su_note note_color="#fff"]Views.[/su_note]'}, "[su_note"),
    ("[sic] is none", {"body": body() + "\n\nThe wal [sic] stands."}, ""),
    ("no reason for now", {"why_now": ""}, "why readers should read this now"),
    ("why now of 281", {"why_now": "w" * 281}, "at most 280"),
    ("useless after a day to come", {"useless_after": "2126-12-01"}, ""),
    ("useless after a day gone", {"useless_after": "2020-01-01"}, "has passed"),
    ("useless after no date", {"useless_after": "soon"}, "This is no date"),
    ("a source", SOURCE, ""),
    ("a claim without a link", SOURCE | {"sources-0-link": ""}, "Add the link"),
    ("a link without a claim", SOURCE | {"sources-0-claim": ""}, "what this link backs"),
    ("a claim of 201", SOURCE | {"sources-0-claim": "w" * 201}, "at most 200"),
    ("a script for a link", SOURCE | {"sources-0-link": "javascript:alert(1)"}, "no web link"),
    ("no host", SOURCE | {"sources-0-link": "https:///x"}, "no web link"),
    ("a broken host", SOURCE | {"sources-0-link": "https://[::1"}, "no web link"),
    ("allegation left open", {"allegation": None}, "accuses anyone by name"),
    ("allegation neither yes nor no", {"allegation": "maybe"}, "accuses anyone by name"),
    ("allegation with all", YES, ""),
    ("allegation without evidence", YES | {"evidence": ""}, "what the evidence is"),
    ("evidence of 1001", YES | {"evidence": "w" * 1001}, "at most 1000"),
    ("not said whether asked", YES | {"asked": None}, "asked for their side"),
    ("no name", {"name": ""}, "Write your name"),
    ("name of 121", {"name": "w" * 121}, "at most 120"),
    ("other spelling of 121", {"other_spelling": "w" * 121}, "at most 120"),
    ("pen name without reason", PEN, "at least 30"),
    ("pen name with 29 letters", PEN | {"pseudonym_reason": "w" * 29}, "at least 30"),
    ("pen name with 30 letters", PEN | {"pseudonym_reason": "w" * 30}, ""),
    ("no e-mail", {"email": ""}, "Write your e-mail address"),
    ("no domain", {"email": "huda"}, "no complete e-mail address"),
    ("two addresses", {"email": "huda@a.example, b@b.example"}, "no complete e-mail address"),
    ("a header in the address", {"email": "huda@a.example\r\nBcc: b@b.example"}, "no complete e-mail address"),
    ("no phone", {"phone": ""}, "Give a telephone number"),
    ("a local number", {"phone": "091 234 5678"}, "cannot call this number"),
    ("a number with 00", {"phone": "00218 91 234 5678"}, ""),
    ("Arabic digits", {"phone": "+٢١٨ ٩١ ٢٣٤ ٥٦٧٨"}, ""),
    ("no number at all", {"phone": "call me"}, "cannot call this number"),
    ("not safe to call, another way", {"phone": "", "no_call": "y", "contact_otherwise": "By my lawyer."}, ""),
    ("not safe to call, no other way", {"phone": "", "no_call": "y"}, "Name another way"),
    ("no city", {"city": ""}, "town or city"),
    ("no country", {"country": ""}, "country you live in"),
    ("role of 121", {"role": "w" * 121}, "at most 120"),
    ("organisation of 161", {"organisation": "w" * 161}, "at most 160"),
    ("role page without scheme", {"role_page": "example.org/me"}, "no web link"),
    ("no biography", {"bio": ""}, "Write a line about yourself"),
    ("biography of 60 words", {"bio": "word " * 60}, ""),
    ("biography of 61 words", {"bio": "word " * 61}, "at most 60"),
    ("biography of two sentences", {"bio": "Dr. Huda builds harbours. She lives in Misrata."}, ""),
    ("biography of three", {"bio": "She builds. She writes. She swims."}, "two sentences"),
    ("earlier work of 201", {"earlier_works-2": "w" * 201}, "at most 200"),
    ("an interest left open", {"paid-answer": None}, "whether anyone pays you"),
    ("an interest without words", {"paid-answer": "yes", "disclosure": "Paid."}, "who, what and when"),
    (
        "an interest without the printed line",
        {"paid-answer": "yes", "paid-text": "By the port."},
        "line that tells readers",
    ),
    ("an interest with all", {"paid-answer": "yes", "paid-text": "By the port.", "disclosure": "The port paid."}, ""),
    ("interest of 501", {"tie-answer": "yes", "tie-text": "w" * 501, "disclosure": "Kin."}, "at most 500"),
    ("disclosure of 201", {"disclosure": "w" * 201}, "at most 200"),
    ("AI left open", {"ai_use": None}, "whether you used artificial"),
    ("AI for spelling", {"ai_use": "assist", "ai_tool": "Speller"}, ""),
    ("AI for research", {"ai_use": "research", "ai_tool": "Finder"}, ""),
    ("AI without the tool", {"ai_use": "assist"}, "Name the tool"),
    ("AI wrote", {"ai_use": "wrote", "ai_tool": "Writer"}, "does not take such pieces"),
    ("exclusivity left open", {"exclusivity": None}, "anyone else has the piece"),
    ("also elsewhere", {"exclusivity": "also", "exclusivity_where": "The Gazette"}, "nobody else has"),
    ("published", {"exclusivity": "published", "exclusivity_where": "https://g.example"}, "already appeared"),
    ("terms unticked", {"terms": None}, "agree to the terms"),
    ("terms of another day", {"terms_version": "0"}, "terms changed"),
]


@pytest.mark.parametrize(("typed", "said"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_rule(visitor: Visitor, typed: dict[str, Any], said: str) -> None:
    answer = visitor.write("opinion", "check", **typed)
    if not said:
        assert (answer.status_code, told(answer)) == (200, [])
        assert "Check your answers" in answer.text
        return
    assert answer.status_code == 422
    assert [error for error in told(answer) if said in error] == told(answer)[:1]
    assert "<title>Error: " in answer.text
    assert answer.text.count("aria-invalid") >= 1 or "fieldset" in answer.text


def desk_with(newsroom: Newsroom, **changed: Any) -> Visitor:
    first: Desk = replace(newsroom.desk("opinion"), **changed)
    settings = replace(newsroom.settings, desks=Desks((first,)))
    room = replace(newsroom, settings=settings)
    return Visitor(room, quick_app(room).test_client())


@pytest.mark.parametrize(
    ("policy", "use", "status"),
    [("none", "none", 200), ("none", "assist", 422), ("assist", "assist", 200), ("assist", "research", 422)],
)
def test_a_desk_decides_how_much_help_it_takes(newsroom: Newsroom, policy: str, use: str, status: int) -> None:
    visitor = desk_with(newsroom, ai_policy=policy)
    assert visitor.write("opinion", "check", ai_use=use, ai_tool="Tool").status_code == status


def test_a_desk_may_read_what_others_have_too(newsroom: Newsroom) -> None:
    visitor = desk_with(newsroom, exclusivity="preferred")
    assert told(visitor.write("opinion", "check", exclusivity="also")) == ["Name the others you offered it to."]
    assert visitor.write("opinion", "check", exclusivity="also", exclusivity_where="Gazette").status_code == 200


def test_the_only_desk_is_opened_at_once(newsroom: Newsroom) -> None:
    assert desk_with(newsroom).open("/write", 302).headers["Location"] == "/write/opinion"


def test_every_error_is_told_with_the_field_it_belongs_to(visitor: Visitor) -> None:
    page = visitor.write("opinion", "check", headline="", city="", terms=None)
    assert told(page) == [
        "Give the piece a headline.",
        "Name the town or city you live in.",
        "Tick the box if you agree to the terms; without that we cannot take it.",
    ]
    assert 'href="#headline"' in page.text
    assert 'id="headline-error"' in page.text
    assert 'value="Huda Mansouri"' in page.text, "what was typed is kept"
