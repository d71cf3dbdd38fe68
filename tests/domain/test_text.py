import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain import text

LOOSE = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("تُعلن", 1),
        ("تُعلن الحكومةُ اليومَ عن خُطّتها", 5),
        ("العـــربية", 1),
        ("می‌خواهم بروم", 2),
        ("well-known authors don't stop", 4),
        ("the author’s co‑op", 3),
        ("1,200 words, 3.5 %", 3),
        ("١٬٢٠٠ كلمة", 2),
        ("see https://example.org/a-b?c=d now", 3),
        ("— … * * *", 0),
        ("___", 0),
        ("", 0),
        ("one\ntwo\n\nthree", 3),
        ("end.Next", 2),
        ("北京欢迎你", 5),
        ("e\u0301te\u0301 là", 2),
        ("hyphen\u00adation", 1),
    ],
)
def test_words_are_counted_as_people_count_them(given_text: str, expected: int) -> None:
    assert text.count_words(given_text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إِسْلامٌ", "اسلام"),
        ("مدرسة", "مدرسه"),
        ("مستشفى", "مستشفي"),
        ("العـــربية", "العربية"),
        ("١٢٣ ۴۵", "123 45"),
        ("ﻻ", "لا"),
        ("Straße É", "STRASSE e\u0301"),
        ("آب", "اب"),
        ("ی ک", "ي ك"),
        ("می‌خواهم", "میخواهم"),
        ("a\n  b\u00a0c", "a b c"),
        ("\u202eabc\u200f", "abc"),
    ],
)
def test_what_reads_alike_compares_alike(one: str, other: str) -> None:
    assert text.normalise(one) == text.normalise(other)


def test_different_words_stay_different() -> None:
    assert len({text.normalise(word) for word in ("كتب", "كتاب", "كاتب", "مكتب", "op", "ed")}) == 6


@LOOSE
@given(st.text())
def test_normalise_is_idempotent_and_stays_one_line(anything: str) -> None:
    once = text.normalise(anything)
    assert text.normalise(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a\x00b\x07c\td\ne", "abc\td\ne"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\ud800b", "a\ufffdb"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\ue000mark", "mark"),
        ("می‌خواهم", "می‌خواهم"),
        ("e\u0301", "é"),
        ("\ufeffbom", "bom"),
        ("عربي\u200f", "عربي\u200f"),
        ("{{7*7}} {0.__class__} <b>", "{{7*7}} {0.__class__} <b>"),
    ],
)
def test_clean_takes_out_what_nobody_types_on_purpose(typed: str, expected: str) -> None:
    assert text.clean(typed) == expected


@LOOSE
@given(st.text(st.characters(codec=None)))
def test_clean_is_idempotent_and_can_be_stored(anything: str) -> None:
    once = text.clean(anything)
    assert text.clean(once) == once
    once.encode("utf-8")
    assert not set(once) & set("\x00\r\x1b\u202e\u2066\ue000")


def test_one_line_is_one_line() -> None:
    assert text.one_line("  A\n\tB \u2029 C\r\n") == "A B C"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Author’s Crème Brûlée!", "the-authors-creme-brulee"),
        ("رأيٌ في الأزمة: إلى أين؟", "رأي-في-الأزمة-إلى-أين"),
        ("../../etc/passwd", "etc-passwd"),
        ("???", ""),
        ("a_b", "a-b"),
        ("العـــربية", "العربية"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 100, "x" * 80),
    ],
)
def test_slugs_keep_arabic_letters_and_end_in_time(title: str, expected: str) -> None:
    assert text.slug(title) == expected


@LOOSE
@given(st.text())
def test_a_slug_is_safe_in_an_address(anything: str) -> None:
    made = text.slug(anything)
    assert len(made) <= 80
    assert all(letter.isalnum() or letter == "-" for letter in made if text.script_of(letter) != "ar")
    assert not made.startswith("-")
    assert not made.endswith("-")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("The people decide", "en"),
        ("الشعب يقرر (Libya)", "ar"),
        ("a عربي", "ar"),
        ("Народ решает", "ru"),
        ("העם מחליט", "he"),
        ("1984 — !", ""),
    ],
)
def test_the_script_of_most_letters_names_the_language(sample: str, expected: str) -> None:
    assert text.script_of(sample) == expected


@pytest.mark.parametrize(
    ("bio", "expected"),
    [
        ("Huda is a teacher.", 1),
        ("Huda is a teacher", 1),
        ("Dr. Huda B. Salem teaches. She lives in Sabha.", 2),
        ("What now? Go! Stop.", 3),
        ("هدى معلمة. تعيش في سبها؟ نعم!", 3),
        ("د. هدى معلمة.", 1),
        ("It grew by 3.5 percent in the U.S. economy.", 1),
        ("He said “stop.” Then he left.", 2),
        ("", 0),
        ("…", 1),
    ],
)
def test_sentences_are_counted(bio: str, expected: int) -> None:
    assert text.sentences(bio) == expected
