import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.errors import IntakeError, TooLarge, Unreadable
from intake.manuscripts import Manuscript, canonical, cautions, read
from intake.manuscripts.manuscript import Comment

ARABIC = "صوّت المجلس على إغلاق الميناء."
STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2\sbasedon1 Part;}{\s3 Title;}{\s4 Quote;}{\*\cs10 c;}}"
)
LISTS = (
    r"{\*\listtable{\list{\listlevel\levelnfc0{\leveltext\'02\'00.;}}{\listlevel\levelnfc23}\listid7}}"
    r"{\*\listoverridetable{\listoverride\listid7\listoverridecount0\ls1}}"
)


def manuscript(inside: str | bytes, head: str = r"\ansi\ansicpg1252\deff0") -> Manuscript:
    raw = inside if isinstance(inside, bytes) else inside.encode("latin-1")
    found = read(rb"{\rtf1" + head.encode() + b"\n" + raw + b"}")
    assert canonical(found.html) == found.html
    return found


def body(inside: str | bytes, head: str = r"\ansi\ansicpg1252\deff0") -> str:
    return manuscript(inside, head).html


def quoted(text: str, codec: str) -> str:
    return "".join(rf"\'{byte:02x}" for byte in text.encode(codec))


def test_paragraphs_marks_and_line_ends() -> None:
    assert body(r"a {\b b} {\i c}{\super 2}\b0\line d\tab e\par {\pard f\par}g") == (
        "<p>a <strong>b</strong> <em>c</em><sup>2</sup><br>d e</p><p>f</p><p>g</p>"
    )


def test_styles_become_tags() -> None:
    found = manuscript(
        STYLES + r"\pard\s3 Head\par\pard\plain Lead.\par\s1\b Part\par\pard\b0\s4 Said.\par\pard\s2 Sub\par"
    )
    assert (found.headline, found.html) == (
        "Head",
        "<p>Lead.</p><h2>Part</h2><blockquote><p>Said.</p></blockquote><h2>Sub</h2>",
    )


def test_without_styles_a_short_bold_line_is_a_heading_and_a_byline_is_none() -> None:
    assert body(r"Lead.\par{\b The quay}\par Text.\par{\b By Huda}\par{\b A sentence.}\par") == (
        "<p>Lead.</p><h2>The quay</h2><p>Text.</p><p><strong>By Huda</strong></p><p><strong>A sentence.</strong></p>"
    )


@pytest.mark.parametrize(
    "head",
    [
        r"\ansi\ansicpg1256\deff0",
        r"\ansi\ansicpg1256\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}",
        r"\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset178{\*\fname Arial;}Arial (Arabic);}}",
        r"\ansi\ansicpg1252\deff0{\fonttbl\f0\fswiss\fcharset178 Arial;\f1\fcharset0 Helvetica;}\f0",
    ],
)
def test_arabic_in_a_code_page(head: str) -> None:
    assert body(rf"\rtlpar {quoted(ARABIC, 'cp1256')}\par", head) == f"<p>{ARABIC}</p>"


def test_the_font_of_text_from_the_right_decides_over_the_other() -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset178 Arabic;}{\f2\fcharset204 Cyrillic;}}"
    run = rf"{{\ltrch\fcs0 \f2 \rtlch\fcs1 \af1 {quoted('ميناء', 'cp1256')}}}"
    other = rf"{{\rtlch\fcs1 \af1 \ltrch\fcs0 \f2\hich\af0\dbch\af1\loch\f2 {quoted('порт', 'cp1251')}}}"
    assert body(rf"{run} {other} caf\'e9", rf"\ansi\ansicpg1256\deff0{fonts}") == "<p>ميناء порт café</p>"


def test_unicode_signs_replace_their_fallbacks() -> None:
    assert (
        body(r"\uc1 \u1589?\u1608\'d0 \uc2\u8364ab{\uc0\u65 B}\uc1\u-10179?\u-8704?\uc1\u233\line c")
        == "<p>صو €AB😀éc</p>"
    )
    assert body(r"a\u-10179 b") == "<p>a\ufffd</p>"


def test_signs_with_names() -> None:
    assert body(r"\ldblquote a\rdblquote\~b\emdash c\_d\-e \{x\}\\ \bullet") == "<p>“a”&nbsp;b—c\u2011de {x}\\ •</p>"


def test_links_and_fields() -> None:
    link = r'{\field{\*\fldinst { HYPERLINK "https://example.org/?a=1&b=2" \\l "x"}}{\fldrslt {\ul here}}}'
    other = r"{\field{\*\fldinst HYPERLINK javascript:x}{\fldrslt no}} {\field{\*\fldinst DATE}{\fldrslt 3 May}}"
    contents = r'{\field{\*\fldinst TOC \\o "1-3"}{\fldrslt Part 1\par}}{\field{\*\fldinst PAGE}{\fldrslt 4}}'
    assert body(rf"{link} {other}{contents}") == '<p><a href="https://example.org/?a=1&amp;b=2">here</a> no 3 May</p>'


def test_notes_stand_at_the_end() -> None:
    note = r"{\super\chftn}{\footnote\pard\plain{\super\chftn} See {\i Times}.\par Also this.}"
    assert body(rf"Claim.{note} More.{{\footnote\ftnalt Two.}}\par") == (
        "<p>Claim.<sup>[1]</sup> More.<sup>[2]</sup></p><hr>"
        "<ol><li>See <em>Times</em>.<br>Also this.</li><li>Two.</li></ol>"
    )


def test_lists_by_tables_and_by_their_own_marks() -> None:
    new = r"{\listtext 1.\tab}\ls1\ilvl0 a\par{\listtext\'b7\tab}\ilvl1 b\par{\listtext 2.}\ilvl0 c\par\pard d\par"
    assert body(LISTS + new) == "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><p>d</p>"
    old = r"{\pntext 1.\tab}{\*\pn\pnlvlbody\pndec{\pntxta .}}a\par b\par\pard"
    old += r"{\pntext\'b7}{\*\pn\pnlvlblt{\pntxtb\'b7}}c\par"
    assert body(old) == "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>"


def test_numbered_headings_are_headings_and_no_list() -> None:
    assert body(LISTS + STYLES + r"a\par\s1\ls1\ilvl0 Part\par\pard b") == "<p>a</p><h2>Part</h2><p>b</p>"


def test_tables_give_their_cells_in_order() -> None:
    found = manuscript(
        r"\trowd\cellx1\pard\intbl a\cell b\cell\row\pard\intbl\itap2 c\nestcell{\*\nesttableprops\trowd\nestrow}"
        r"{\nonesttables x\par}\pard\intbl d\cell\row\pard e\par"
    )
    assert found.html == "<p>a</p><p>b</p><p>c</p><p>d</p><p>e</p>"
    assert found.warnings == ("The document holds a table; each cell became a paragraph.",)


def test_tracked_changes_are_read_as_accepted() -> None:
    found = manuscript(r"The {\deleted\revauthdel1 old}{\revised\revauth1 new} one\par")
    assert found.html == "<p>The new one</p>"
    assert found.warnings == ("The document holds tracked changes; the text is read as if all were accepted.",)


def test_comments_stand_apart() -> None:
    note = r"{\*\atnid SA}{\*\atnauthor Sami}\chatn{\*\annotation{\*\atnref 1}{\*\atndate 2}\pard Cut?\par Or not?}"
    found = manuscript(rf"Te{note}xt.\par")
    assert (found.html, found.comments) == ("<p>Text.</p>", (Comment("Sami", "Cut? Or not?"),))


def test_boxes_follow_their_paragraph() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard boxed\par}}{\shprslt{\*\do\dptxbx{\dptxbxtext x\par}}}}"
    assert body(rf"One {box}two.\par Three.\par") == "<p>One two.</p><p>boxed</p><p>Three.</p>"


def test_a_byte_order_mark_before_it_is_no_text() -> None:
    assert read(b"\xef\xbb\xbf{\\rtf1 a}").html == "<p>a</p>"


def test_what_is_no_text_is_left_out() -> None:
    found = manuscript(
        r"{\header Page\par}{\*\unknown{\b x}}{\colortbl;\red1;}{\v secret}{\*\bkmkstart a}{\pict\pngblip 89504e47}"
        r"{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}{\object{\*\objdata 01}{\result Text.}}\par"
    )
    assert found.html == "<p>Text.</p>"
    assert found.warnings == (
        "Hidden text in the document was left out.",
        cautions.PICTURES % {"count": 2},
        "The document holds an embedded object, which was left out.",
    )


def test_bytes_counted_in_the_text_are_passed_over() -> None:
    assert body(b"a{\\pict\\bin5 }}}\x00{}b") == "<p>ab</p>"


def test_directions_are_kept_where_they_run_against_the_text() -> None:
    arabic = "".join(rf"\u{ord(letter)}?" for letter in ARABIC[:10].strip())
    assert body(rf"A long English text around one line.\par\rtlpar {arabic}\par\pard x\par") == (
        f'<p>A long English text around one line.</p><p dir="rtl">{ARABIC[:10].strip()}</p><p>x</p>'
    )


def test_properties_tell_who_and_when() -> None:
    info = (
        r"{\info{\upr{\title ?}{\*\ud{\title\uc0\u1589}}}{\author {\f0 Huda}}{\operator Agency X}{\*\company Agency}"
        r"{\creatim\yr2026\mo11\dy1\hr8\min5}{\printim\yr1999\mo1\dy1}{\subject none}{\nofpages1}}"
        r"{\*\generator Riched20 10;}"
    )
    assert manuscript(rf"{info}Text.").properties == {
        "title": "ص",
        "author": "Huda",
        "last_modified_by": "Agency X",
        "company": "Agency",
        "created": "2026-11-01T08:05",
        "producer": "Riched20 10",
    }


def test_hostile_files_are_refused_or_read_soon() -> None:
    start = time.process_time()
    with pytest.raises(TooLarge):
        read(rb"{\rtf1 " + b"{" * 1000)
    with pytest.raises(TooLarge):
        read(rb"{\rtf1 " + rb"\b a" * 310_000)
    with pytest.raises(Unreadable, match="holds no text"):
        read(rb"{\rtf1 }}}}")
    assert time.process_time() - start < 8


BITS = [
    r"{",
    r"}",
    r"\par",
    r"\u1589?",
    r"\'e9",
    r"a",
    r"\*",
    r"\footnote",
    r"\field",
    r"\fldinst",
    r"\fldrslt",
    r"\ls1",
    r"\annotation",
    r"\fonttbl",
    r"\f1",
    r"\listtable",
    r"\info",
    r"\title",
    r"\bin3",
    r"\uc9",
    r"\shptxt",
    r"\upr",
    r"\ud",
    r"\stylesheet",
    r"\s1",
    r"\pard",
    r"\ilvl3",
    r"\pn",
    r"\deleted",
    r"\cell",
    r"\u-10179?",
    r"\ansicpg99",
]


@given(st.lists(st.sampled_from(BITS), max_size=60))
@settings(deadline=None)
def test_whatever_stands_in_it_gives_a_canonical_body_or_a_refusal(words: list[str]) -> None:
    try:
        found = read(("{\\rtf1 " + " ".join(words)).encode())
    except IntakeError:
        return
    assert canonical(found.html) == found.html
