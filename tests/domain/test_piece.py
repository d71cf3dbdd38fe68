"""A piece's digest sees every printed field, and a pinned piece comes back as it was."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.piece import Credit, Notice, Piece, direction, from_json, to_json

NOTICE = Notice("Opinion", "The views are the author's own.", 3)
PIECE = Piece(
    headline="Move the road",
    standfirst="It is cheaper.",
    body_html="<p>The wall was built.</p>",
    credits=(Credit("Huda", "An engineer."), Credit("سالم", "كاتب.")),
    disclosure="She advises the port.",
    publication="Harbour Post",
    language="en",
    genre="opinion",
    notice=NOTICE,
)
CHANGES: list[dict[str, Any]] = [
    {"headline": "Move the road!"},
    {"standfirst": ""},
    {"body_html": "<p>The wall was built. </p>"},
    {"credits": (Credit("Huda", "An engineer."),)},
    {"credits": PIECE.credits[::-1]},
    {"credits": (Credit("Huda", "An editor."), PIECE.credits[1])},
    {"credits": (Credit("Hudá", "An engineer."), PIECE.credits[1])},
    {"disclosure": ""},
    {"publication": "Harbor Post"},
    {"language": "ar"},
    {"genre": "column"},
    {"author_note": "Harbour Post knows the author's identity."},
    {"notice": None},
    {"notice": replace(NOTICE, label="Column")},
    {"notice": replace(NOTICE, text="The views are the authors' own.")},
    {"notice": replace(NOTICE, version_id=4)},
    {"notice": replace(NOTICE, placement="top")},
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_printed_field_changes_the_digest(change: dict[str, Any]) -> None:
    assert replace(PIECE, **change).digest() != PIECE.digest()


def test_no_field_is_left_out() -> None:
    assert {name for change in CHANGES for name in change} == {spec.name for spec in fields(Piece)}
    assert len({replace(PIECE, **change).digest() for change in CHANGES}) == len(CHANGES)


def test_words_do_not_slide_from_one_field_into_the_next() -> None:
    assert (
        replace(PIECE, headline="a", standfirst="bc").digest() != replace(PIECE, headline="ab", standfirst="c").digest()
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CREDITS = st.lists(st.builds(Credit, name=TEXT, bio=TEXT), max_size=3).map(tuple)
NOTICES = st.none() | st.builds(
    Notice, label=TEXT, text=TEXT, version_id=st.integers(), placement=st.sampled_from(["top", "end"])
)


@settings(max_examples=60)
@given(
    st.builds(
        Piece,
        headline=TEXT,
        standfirst=TEXT,
        body_html=TEXT,
        credits=CREDITS,
        disclosure=TEXT,
        publication=TEXT,
        language=st.sampled_from(["en", "ar"]),
        genre=TEXT,
        notice=NOTICES,
        author_note=TEXT,
    )
)
def test_a_pinned_piece_comes_back_the_same(piece: Piece) -> None:
    back = from_json(json.loads(json.dumps(to_json(piece))))
    assert (back, back.digest()) == (piece, piece.digest())


@pytest.mark.parametrize("broken", [{}, {**to_json(PIECE), "credits": "Huda"}, {**to_json(PIECE), "shoe": 1}])
def test_what_is_no_piece_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        from_json(broken)


def test_names_are_joined_in_the_pieces_direction() -> None:
    assert (PIECE.byline, PIECE.direction) == ("Huda, سالم", "ltr")
    assert (replace(PIECE, language="ar").byline, replace(PIECE, language="ar-LY").direction) == ("Huda، سالم", "rtl")
    assert [direction(tag) for tag in ("en", "ar", "fa-IR", "he", "arn")] == ["ltr", "rtl", "rtl", "rtl", "ltr"]
