import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.differences import Change, Span, compare

WORD = st.sampled_from(["a", "b", "the", "تُعلن", "،", "law", "law.", "\n"])
BLOCK = st.lists(WORD, max_size=12).map(" ".join)
BODY = st.lists(BLOCK, max_size=6)


def test_arabic_words_stay_whole() -> None:
    assert compare(["الحكومة تُعلن خطتها اليوم"], ["الحكومة تَعلن خطتها غداً"]) == (
        Change(
            "edited",
            (
                Span("same", "الحكومة "),
                Span("gone", "تُعلن "),
                Span("added", "تَعلن "),
                Span("same", "خطتها "),
                Span("gone", "اليوم"),
                Span("added", "غداً"),
            ),
        ),
    )


def test_a_new_paragraph_does_not_touch_its_neighbours() -> None:
    old = ["First stays here.", "Second stays here."]
    new = ["First stays here.", "Wholly other matter!", "Second stays there."]
    assert [change.kind for change in compare(old, new)] == ["same", "added", "edited"]


def test_a_paragraph_that_went_stands_where_it_was() -> None:
    assert compare(["one two", "three four", "five six"], ["one two", "five six"]) == (
        Change("same", (Span("same", "one two"),)),
        Change("gone", (Span("gone", "three four"),)),
        Change("same", (Span("same", "five six"),)),
    )


def test_white_space_is_no_change() -> None:
    assert compare(["a  b\nc"], ["a b c"]) == (Change("same", (Span("same", "a b c"),)),)


@settings(max_examples=150, deadline=None)
@given(BODY, BODY)
def test_both_bodies_can_be_read_off_the_changes(old: list[str], new: list[str]) -> None:
    changes = compare(old, new)
    assert ["".join(s.text for s in c.spans if s.kind != "gone") for c in changes if c.kind != "gone"] == new
    before = ["".join(s.text for s in c.spans if s.kind != "added") for c in changes if c.kind != "added"]
    assert [_bare(block) for block in before if _bare(block)] == [_bare(block) for block in old if _bare(block)]


def _bare(block: str) -> str:
    return "".join(block.split())


def test_a_word_that_went_from_the_end_is_not_glued_on() -> None:
    assert compare(["we like it"], ["we like"]) == (Change("edited", (Span("same", "we like"), Span("gone", " it"))),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a b " * 1000], ["b a c " * 700]),
        ([" ".join(str(i % 20) for i in range(2000))], [" ".join(str(i % 19) for i in range(2000))]),
        ([" ".join(str(i % 500) for i in range(2000))], [" ".join(str(i * 7 % 500) for i in range(2000))]),
        ([f"p{i % 7}" for i in range(2000)], [f"p{i % 5}" for i in range(2000)]),
        (["a b " * 60_000], ["b a " * 60_000]),
    ],
    ids=["two words", "twenty words", "shuffled", "repeated blocks", "very long"],
)
def test_hostile_repetition_takes_bounded_time(old: list[str], new: list[str]) -> None:
    start = time.process_time()
    compare(old, new)
    assert time.process_time() - start < 3
