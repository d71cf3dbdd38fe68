from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.folding import Word, bare, line, words


def test_words_keep_their_places() -> None:
    assert words("The  author’s view.") == (Word("the", 0, 3), Word("author", 5, 13), Word("view", 14, 18))


def test_arabic_is_folded_to_bare_letters() -> None:
    assert line("تُعبِّرُ الآراءُ عن كاتبةٍ على المـــيناء") == "تعبر الاراء عن كاتبه علي الميناء"


def test_marks_after_the_last_letter_belong_to_the_word() -> None:
    text = "رأيِ x"
    assert text[words(text)[0].start : words(text)[0].end] == "رأيِ"


def test_apostrophes_of_any_kind_are_dropped() -> None:
    assert line("don't don’t donʼt authors’ News's") == "dont dont dont authors news"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_places_lie_in_the_text_in_order(text: str) -> None:
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) and word.folded for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert line(line(text)) == line(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_bare_words_are_the_words_without_their_places(text: str) -> None:
    assert bare(text) == [word.folded for word in words(text)]


def test_every_letter_is_folded_alike_alone_and_in_its_place() -> None:
    every = [f"a{chr(point)}b" for point in range(0x300, 0x600)] + [
        f"a{chr(point)}'s" for point in range(0x2000, 0x2070)
    ]
    assert [bare(text) for text in every] == [[word.folded for word in words(text)] for text in every]
