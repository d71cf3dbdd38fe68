import unicodedata
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.errors import Stopped, TooLarge, Unreadable
from intake.manuscripts import Manuscript, canonical, cautions, pdf_lines, read
from intake.sandbox import Reader
from tests.factories_pdf import Line, pdf, written

FULL = "A line of words that runs from one margin to the other one"
BODY = [(f"{word} {FULL}", f"{FULL} {word}", f"{FULL} {word}") for word in ("and", "but", "yet")]


def manuscript(*pages: list[Line], **more: str) -> Manuscript:
    found = read(pdf(pages, **more))  # type: ignore[arg-type]  # all further ones are texts here
    assert canonical(found.html) == found.html
    return found


def column(*texts: str, top: float = 800, left: float = 72) -> list[Line]:
    """Return lines of 12 points, 14 apart; an empty text leaves a line free."""
    return [(left, top - 14 * number, 12, text) for number, text in enumerate(texts) if text]


def test_lines_are_joined_and_distance_parts_paragraphs() -> None:
    found = manuscript(column(FULL, FULL, "", "Second", "", FULL, "ends."))
    assert found.html == f"<p>{FULL} {FULL}</p><p>Second</p><p>{FULL} ends.</p>"
    assert found.warnings == (cautions.PDF,)


def test_a_short_line_ends_a_paragraph_without_any_distance() -> None:
    assert manuscript(column(FULL, "Short.", FULL, "Head", FULL)).html == (
        f"<p>{FULL} Short.</p><p>{FULL} Head</p><p>{FULL}</p>"
    )


def test_indents_after_a_sentence_and_items_begin_paragraphs() -> None:
    lines = [*column(f"{FULL[:-4]} end."), *column(FULL, left=90, top=786), *column("- one", "1. two", top=772)]
    assert manuscript(lines).html == f"<p>{FULL[:-4]} end.</p><p>{FULL}</p><ul><li>one</li></ul><p>1. two</p>"


def test_lines_come_in_the_order_of_the_page_and_gaps_part_words() -> None:
    assert manuscript([(72, 700, 12, "third"), (110, 800, 12, "second"), (72, 801, 12, "first")]).text == (
        "first second\n\nthird"
    )


def test_larger_or_bold_lines_are_headings() -> None:
    lines = [
        (72.0, 800.0, 20.0, "The harbour"),
        (72.0, 770.0, 12.0, FULL),
        (72.0, 740.0, 12.0, "*Part"),
        (72.0, 726.0, 12.0, FULL),
    ]
    found = manuscript(lines)
    assert (found.headline, found.html) == ("The harbour", f"<p>{FULL}</p><h2>Part</h2><p>{FULL}</p>")


def test_hyphens_at_line_ends_go_unless_the_word_is_written_with_one() -> None:
    text = manuscript(column(f"{FULL} har-", f"bour {FULL} well-", f"known {FULL} a well-known")).text
    assert text == f"{FULL} harbour {FULL} well-known {FULL} a well-known"


def test_running_heads_and_page_numbers_go() -> None:
    pages = [
        [(72.0, 820.0, 9.0, "The Gazette"), *column(*texts), (290.0, 30.0, 9.0, f"{number} / 3")]
        for number, texts in enumerate(BODY, 1)
    ]
    assert manuscript(*pages).text == " ".join(" ".join(texts) for texts in BODY)
    assert manuscript([*column(FULL, "", "1984"), (72, 30, 9, "1")]).text == f"{FULL}\n\n1984"


def test_arabic_is_read_from_sight_to_sense() -> None:
    seen, more = "".join(reversed("قال الوزير إن")), "".join(reversed("وحدة"))
    assert manuscript([(72, 800, 12, f".(UN-Habitat) {more} 10,000 {seen}")]).text == (
        "قال الوزير إن 10,000 وحدة (UN-Habitat)."
    )


@pytest.mark.parametrize("said", ["لا", "ال", "\ufefb"])
def test_a_ligature_of_lam_and_alef_is_read_in_order(said: str) -> None:
    found = read(pdf([[(72, 800, 12, "".join(reversed("ثم ﻻ يحدث")))]], ligatures={"ﻻ": said}))
    assert found.text == "ثم لا يحدث"


@pytest.mark.parametrize("shown", ["مُدُن باقٍ", "لَا شيئًا"])
def test_vowel_marks_go_to_their_letters(shown: str) -> None:
    seen = "".join(reversed(shown))  # each mark comes before the letter under it
    assert manuscript([(72, 800, 12, seen)]).text == shown
    left, signs = 500, []
    for sign in shown:
        left -= 0 if unicodedata.combining(sign) else 10
        signs.append(pdf_lines.Sign(sign, left, 100, left + 10, 112))
    assert [line.text for line in pdf_lines.lines(signs, 0)] == [shown]  # set in the order of sense


def test_brackets_that_no_one_mirrored_are_turned_round() -> None:
    assert manuscript([(72, 800, 12, "".join(reversed(")بدعم( من")))]).text == "(بدعم) من"


def test_arabic_in_an_english_piece_is_marked() -> None:
    assert manuscript([*column(FULL, FULL), (72, 700, 12, "".join(reversed("ميناء")))]).html == (
        f'<p>{FULL} {FULL}</p><p dir="rtl">ميناء</p>'
    )


def test_links_lie_over_their_words() -> None:
    links = [("98 790 115 815", "https://example.org/?a=1&b=2"), ("72 770 200 790", "javascript:x")]
    assert read(pdf([column("See the quay", "and more")], links=links)).html == (
        '<p>See <a href="https://example.org/?a=1&amp;b=2">the</a> quay and more</p>'
    )


def test_properties_tell_who_and_when() -> None:
    info = (
        "/Author (Huda) /Title <FEFF0635> /Creator (Writer) /CreationDate (D:20261101080500+02'00') /ModDate (D:2026)"
    )
    assert manuscript(column("a"), info=info).properties == {
        "author": "Huda",
        "title": "ص",
        "producer": "Writer",
        "created": "2026-11-01T08:05",
        "modified": "2026-01-01",
    }


def test_a_locked_an_empty_and_a_damaged_file_are_told_apart() -> None:
    locked = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "00" * 32 + "> /U <" + "11" * 32 + "> >> /ID [<00> <00>]"
    )
    with pytest.raises(Unreadable, match="locked with a password"):
        read(pdf([column("a")], trailer=locked))
    with pytest.raises(Unreadable, match="a picture or a scan"):
        read(pdf([[]]))
    with pytest.raises(Unreadable, match="damaged"):
        read(b"%PDF-1.7\n1 0 obj")
    with pytest.raises(TooLarge, match="more than 200 pages"):
        read(pdf([[]] * 201))


def test_scripts_in_the_file_do_nothing() -> None:
    action = "/OpenAction << /S /JavaScript /JS (app.alert) >>"
    assert read(pdf([column("Text.")], trailer=action)).html == "<p>Text.</p>"


def test_bombs_and_rings_are_ended_by_the_sandbox_or_read() -> None:
    packer = zlib.compressobj(1)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(700)) + packer.flush()
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        4: b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(bomb), bomb),
    }
    ring = written({1: b"<< /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"}, "/Root 1 0 R /Prev 9")
    with Reader() as reader:
        with pytest.raises(Stopped, match=r"memory"):
            reader.call("intake.manuscripts.telling:tell", written(objects, "/Root 1 0 R"))
        with pytest.raises(Unreadable):
            reader.call("intake.manuscripts.telling:tell", ring)
        assert reader.call("intake.manuscripts.telling:tell", pdf([column("a")]))["text"] == "a"


signs = st.builds(
    pdf_lines.Sign,
    st.text(alphabet="aب.( \u064bلا-9", max_size=2),
    *[st.floats(0, 600)] * 4,
    st.booleans(),
    st.sampled_from(["", "https://example.org"]),
)


@given(st.lists(signs, max_size=40))
@settings(deadline=None)
def test_signs_anywhere_give_lines_and_paragraphs(found: list[pdf_lines.Sign]) -> None:
    lines = pdf_lines.lines(found, 0)
    made = list(pdf_lines.paragraphs(lines))
    letters = sorted(sign for line in lines for sign in line.text if sign.isalnum())
    assert sorted(sign for paragraph in made for sign in paragraph.text if sign.isalnum()) == letters
