import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.errors import IntakeError, TooLarge
from intake.manuscripts import Manuscript, canonical, kinds, read


def manuscript(text: str) -> Manuscript:
    found = read(text.encode(), "piece.md")
    assert canonical(found.html) == found.html
    assert found.media_type == kinds.MARKDOWN
    return found


def test_blocks_and_marks() -> None:
    found = manuscript(
        "# The harbour\n\nLead *one* **two** [here](https://example.org/?a=1&b=2)  \nnext\n\n## Part\n\n"
        "> Said.\n\n1. a\n   - b\n2. c\n\n---\n\nEnd."
    )
    assert (found.headline, found.html) == (
        "The harbour",
        '<p>Lead <em>one</em> <strong>two</strong> <a href="https://example.org/?a=1&amp;b=2">here</a><br>next</p>'
        "<h2>Part</h2><blockquote><p>Said.</p></blockquote><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><hr><p>End.</p>",
    )


def test_notes_stand_at_the_end_and_tables_in_order() -> None:
    assert manuscript("A.[^1] B.^[inline]\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: Source.").html == (
        "<p>A.<sup>[1]</sup> B.<sup>[2]</sup></p><p>a</p><p>b</p><p>c</p><p>d</p>"
        "<hr><ol><li>Source.</li><li>inline</li></ol>"
    )


def test_the_head_gives_properties_and_is_no_text() -> None:
    found = manuscript('---\ntitle: "The harbour"\nauthor: Huda\ndate: 2026-11-01\ntags: [a]\n---\nText.')
    assert found.html == "<p>Text.</p>"
    assert found.properties == {
        "title": "The harbour",
        "author": "Huda",
        "created": "2026-11-01",
        "charset": "utf-8-sig",
    }


def test_html_scripts_and_pictures_do_nothing() -> None:
    assert manuscript("<script>x</script>\n\n[a](javascript:x) ![b](https://evil.example/a.png)").html == (
        "<p>&lt;script&gt;x&lt;/script&gt;</p><p>[a](javascript:x)</p>"
    )


def test_arabic_in_its_old_code_page() -> None:
    found = read("# أزمة السكن\n\nتعاني المدن العربية من أزمة سكن خانقة.".encode("cp1256"), "a.md")
    assert (found.headline, found.html) == ("أزمة السكن", "<p>تعاني المدن العربية من أزمة سكن خانقة.</p>")


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(TooLarge, match="more than 200,000 characters"):
        read(b"a" * 200_001, "a.md")


def test_links_that_never_close_cost_no_time() -> None:
    start = time.process_time()
    assert read(b"[" * 60_000, "a.md").text == "[" * 60_000
    assert time.process_time() - start < 2


@given(st.text(alphabet="#*_[]()<>`|-^:\n 1.!>aب\\", max_size=80))
def test_whatever_stands_in_it_gives_a_canonical_body_or_a_refusal(text: str) -> None:
    try:
        found = read(text.encode(), "a.md")
    except IntakeError:
        return
    assert canonical(found.html) == found.html
