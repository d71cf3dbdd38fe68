"""How much of one text stands in another."""

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.likeness import containment

WORDS = st.lists(
    st.sampled_from(["harbour", "wall", "road", "city", "port", "ship", "كتاب", "ميناء"]), min_size=1, max_size=40
)


def test_of_eight_runs_three_are_left_when_one_word_is_another() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    changed = text.replace("six", "other")
    assert containment(text, text) == 1.0
    assert containment(changed, text) == 3 / 8


def test_marks_case_and_variants_of_letters_make_no_other_text() -> None:
    assert containment("الكِتابُ عَلى الطاولَةِ في المكتبة القديمة", "الكتاب علي الطاوله في المكتبه القديمه") == 1.0


def test_nothing_stands_in_nothing() -> None:
    assert (containment("", "a b c"), containment("a b", ""), containment("a b", "A, b!")) == (0.0, 0.0, 1.0)


@given(WORDS, WORDS)
def test_a_text_stands_whole_in_what_begins_with_it(part: list[str], more: list[str]) -> None:
    share = containment(" ".join(part), " ".join(part + more))
    assert 0.0 <= share <= 1.0
    assert share == 1.0 or len(part) < 5
