import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.body import blocks
from intake.manuscripts import canonical, from_plain

ENGLISH = "The council voted on Tuesday to close the harbour, and nobody asked the people who fish there. " * 4
ARABIC = "صوّت المجلس يوم الثلاثاء على إغلاق الميناء، ولم يسأل أحدٌ الناس الذين يصيدون فيه كل يوم. " * 4


@pytest.mark.parametrize("width", [60, 66, 72, 78])
@pytest.mark.parametrize("paragraph", [ENGLISH, ARABIC])
def test_hard_wrapped_paragraphs_are_joined(paragraph: str, width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(paragraph, width, break_on_hyphens=False) for _ in range(3))
    assert [block.text for block in blocks(from_plain(wrapped))] == [paragraph.strip()] * 3


def test_an_address_under_wrapped_text_keeps_its_lines() -> None:
    text = textwrap.fill(ENGLISH, 72) + "\n\nHuda Salem\nSabha\nhuda@example.org\n"
    assert from_plain(text).endswith("<p>Huda Salem<br>Sabha<br>huda@example.org</p>")


def test_one_line_is_one_paragraph_where_lines_are_long() -> None:
    assert [block.text for block in blocks(from_plain(f"{ENGLISH}\n{ARABIC}\nShort end."))] == [
        ENGLISH.strip(),
        ARABIC.strip(),
        "Short end.",
    ]


def test_a_long_address_does_not_break_a_paragraph() -> None:
    lines = textwrap.wrap(ENGLISH, 72)
    lines.insert(2, "https://example.org/" + "a" * 120)
    assert len(blocks(from_plain("\n".join(lines)))) == 1
    assert "<br>" not in from_plain("\n".join(lines))


def test_verse_keeps_its_lines() -> None:
    assert from_plain("Roses are red\nviolets are blue") == "<p>Roses are red<br>violets are blue</p>"


def test_nothing_is_read_as_markup() -> None:
    assert from_plain("<b>x</b> & {{7*7}}\u202e") == "<p>&lt;b&gt;x&lt;/b&gt; &amp; {{7*7}}</p>"


def test_blank_lines_may_hold_spaces() -> None:
    assert from_plain("\r\n a\r\n \t\r\n\r\nb \r\n") == "<p>a</p><p>b</p>"


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab <>&\n\u00a0\u0301\u200bا\t\"'")))
def test_the_result_is_canonical(text: str) -> None:
    assert canonical(from_plain(text)) == from_plain(text)
