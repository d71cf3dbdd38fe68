"""Words found in another of their forms, and words that must stay apart."""

import pytest

from intake.domain.stems import LONGEST, tokens


@pytest.mark.parametrize(
    ("sought", "stored"),
    [
        ("harbour", "Harbours"),
        ("city", "cities"),
        ("CITIES", "City"),
        ("café", "cafe\u0301s"),
        ("mayor", "the mayor’s"),
        ("don't", "don’t"),
        ("1948", "١٩٤٨"),
        ("file", "ﬁles"),
        ("road", "ro\u00adad"),
        ("nurses", "nurse"),
        ("حكومة", "الحكومة"),
        ("الحكومة", "وللحكومة"),
        ("حكومه", "بالحكومة"),
        ("أحمد", "احمد"),
        ("إسلام", "الاسلام"),
        ("آراء", "الآراء"),
        ("مستشفى", "المستشفي"),
        ("كتاب", "كِتَابٌ"),
        ("كتاب", "والكتـــاب"),
        ("صحفي", "الصحفيون"),
        ("جامعة", "الجامعات"),
        ("٢٠٢٦", "2026"),
        ("مسؤول", "المسؤولين"),
        ("کتاب", "كتاب"),
    ],
)
def test_a_word_is_found_in_another_form(sought: str, stored: str) -> None:
    assert tokens(sought) == tokens(stored)[-1:]


@pytest.mark.parametrize(
    ("one", "other"),
    [("bus", "bu"), ("glass", "glas"), ("news", "newt"), ("بلد", "لد"), ("كلب", "لب"), ("ورد", "رد"), ("الى", "لي")],
)
def test_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert (tokens(one) == tokens(other)) is False


@pytest.mark.parametrize("hostile", ["", "\x00", '"()*-^:', "\u202e\u2066", "؟!…", "_", "''''"])
def test_what_holds_no_word_gives_no_token(hostile: str) -> None:
    assert tokens(hostile) == []


def test_a_query_language_is_only_words() -> None:
    assert tokens('NEAR("a b", 3) OR -x*') == ["near", "a", "b", "3", "or", "x"]


def test_a_token_is_never_longer_than_an_index_takes() -> None:
    assert tokens("x" * 10_000) == ["x" * LONGEST]
