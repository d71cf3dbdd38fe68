"""How much of one text stands in another."""

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.likeness import containment, repeats

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


def test_a_text_repeats_another_when_enough_of_either_stands_in_the_other() -> None:
    long = " ".join(f"w{number}" for number in range(104))  # 100 runs
    short = " ".join(f"w{number}" for number in range(44))  # 40 of them
    assert (repeats(short, long, 1.0), repeats(long, short, 1.0)) == (True, True)
    changed = long.replace("w50 ", "other ")  # 5 of 100 runs
    assert (repeats(changed, long, 0.95), repeats(changed, long, 0.96)) == (True, False)
    assert repeats("", "", 0.1) is False
