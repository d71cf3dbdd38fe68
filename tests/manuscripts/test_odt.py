import pytest

from intake.domain.errors import TooLarge, Unreadable
from intake.manuscripts import Manuscript, canonical, cautions, kinds, read
from intake.manuscripts.manuscript import Comment
from tests.factories_docx import zipped
from tests.factories_odt import KIND, odt, p, style

ARABIC = "صوّت المجلس على إغلاق الميناء."
BOLD = '<style:text-properties fo:font-weight="bold"/>'
RIGHT = '<style:paragraph-properties style:writing-mode="rl-tb"/>'
HIDDEN = '<style:text-properties text:display="none"/>'
LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>'
)


def manuscript(inside: str, styles: str = "", named: str = "", meta: str = "", **further: str | bytes) -> Manuscript:
    found = read(odt(inside, styles, named, meta, **further))
    assert canonical(found.html) == found.html
    return found


def body(inside: str, styles: str = "", named: str = "") -> str:
    return manuscript(inside, styles, named).html


def heading(text: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def test_styles_become_tags_by_what_they_build_on() -> None:
    named = style("Quotations") + style("Q2", parent="Quotations") + style("B", BOLD)
    styles = style("P1", parent="Q2") + style("T1", parent="B") + style("T2", '<style:text-properties fo:x="1"/>')
    spans = '<text:span text:style-name="T1">b</text:span><text:span text:style-name="T2">c</text:span>'
    assert body(
        p("Lead.") + heading("Part", 1) + heading("Sub", 3) + p("Said.", "P1") + p(f"a {spans}"), styles, named
    ) == ("<p>Lead.</p><h2>Part</h2><h3>Sub</h3><blockquote><p>Said.</p></blockquote><p>a <strong>b</strong>c</p>")


@pytest.mark.parametrize("position", ["super 58%", "33% 100%"])
def test_raised_text_is_kept_raised(position: str) -> None:
    raised = style("S", f'<style:text-properties style:text-position="{position}"/>')
    assert body(p('m<text:span text:style-name="S">2</text:span>'), raised) == "<p>m<sup>2</sup></p>"


def test_a_title_or_a_heading_at_the_top_is_the_headline() -> None:
    named = style("Title")
    titled = manuscript(p("By Huda") + p("The harbour", "P1") + p("Text."), style("P1", parent="Title"), named)
    assert (titled.headline, titled.html, titled.whole) == (
        "The harbour",
        "<p>By Huda</p><p>Text.</p>",
        "By Huda\n\nThe harbour\n\nText.",
    )
    assert manuscript(heading("Head", 1) + p("Text.")).headline == "Head"


def test_lists_nest_and_count_as_their_styles_say() -> None:
    inner = f"<text:list><text:list-item>{p('b')}</text:list-item></text:list>"
    items = f"<text:list-header>{p('h')}</text:list-header><text:list-item>{p('a')}{inner}</text:list-item>"
    assert body(f'<text:list text:style-name="L">{items}</text:list>', LISTS) == (
        "<ol><li>h</li><li>a<ul><li>b</li></ul></li></ol>"
    )


def test_a_list_of_another_kind_inside_an_item_stays_inside() -> None:
    deep = (
        f"<text:list><text:list-item><text:list><text:list-item>{p('b')}</text:list-item></text:list></text:list-item>"
    )
    first = f'<text:list text:style-name="L"><text:list-item>{p("a")}</text:list-item></text:list>'
    assert body(f"{first}{deep}</text:list>", LISTS) == "<ol><li>a<ul><li>b</li></ul></li></ol>"
    assert body(f"{p('a')}{deep}</text:list>") == "<p>a</p><ul><li><ul><li>b</li></ul></li></ul>"


def test_a_paragraph_in_a_headings_style_is_a_heading() -> None:
    assert (
        body(p("a") + p("b", "P1"), style("P1", parent="Heading_20_3"), style("Heading_20_3")) == "<p>a</p><h3>b</h3>"
    )


def test_numbered_headings_are_headings_and_no_list() -> None:
    numbered = f"<text:list><text:list-item>{heading('Part', 2)}</text:list-item></text:list>"
    deep = f"<text:list><text:list-item>{numbered}</text:list-item></text:list>"
    assert body(p("a") + numbered + p("b") + deep) == "<p>a</p><h2>Part</h2><p>b</p><ul><li>Part</li></ul>"


def test_links_notes_spaces_and_line_ends() -> None:
    note = "<text:note><text:note-citation>i</text:note-citation><text:note-body>"
    note += f"{p('A source.')}</text:note-body></text:note>"
    link = '<text:a xlink:href="https://example.org/?a=1&amp;b=2">here</text:a>'
    link += '<text:a xlink:href="javascript:x">no</text:a>'
    assert body(p(f"a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d {link}{note}")) == (
        '<p>a b c<br>d <a href="https://example.org/?a=1&amp;b=2">here</a>no<sup>[1]</sup></p>'
        "<hr><ol><li>A source.</li></ol>"
    )


def test_tables_give_their_cells_in_order_and_once() -> None:
    inner = (
        f"<table:table><table:table-row><table:table-cell>{p('d')}</table:table-cell></table:table-row></table:table>"
    )
    table = (
        f"<table:table><table:table-header-rows><table:table-row><table:table-cell>{p('a')}</table:table-cell>"
        f"<table:covered-table-cell>{p('x')}</table:covered-table-cell></table:table-row></table:table-header-rows>"
        f"<table:table-row><table:table-cell>{p('b')}{p('c')}{inner}</table:table-cell></table:table-row></table:table>"
    )
    found = manuscript(p("before") + table)
    assert found.html == "<p>before</p><p>a</p><p>b</p><p>c</p><p>d</p>"
    assert found.warnings == ("The document holds a table; each cell became a paragraph.",)


def test_tracked_changes_are_read_as_accepted() -> None:
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        f"{p('old')}</text:deletion></text:changed-region></text:tracked-changes>"
    )
    found = manuscript(
        changes + p('The <text:change text:change-id="1"/><text:change-start/>new<text:change-end/> one')
    )
    assert found.html == "<p>The new one</p>"
    assert found.warnings == ("The document holds tracked changes; the text is read as if all were accepted.",)


def test_comments_stand_apart() -> None:
    note = f"<office:annotation><dc:creator>Sami</dc:creator><dc:date>2026</dc:date>{p('Cut?')}</office:annotation>"
    found = manuscript(p(f"Te{note}xt<office:annotation-end/>."))
    assert (found.html, found.comments) == ("<p>Text.</p>", (Comment("Sami", "Cut?"),))
    assert found.warnings == (cautions.COMMENTS % {"count": 1},)


def test_boxes_follow_their_paragraph_and_pictures_leave_the_authors_words() -> None:
    box = f"<draw:frame><draw:text-box>{p('boxed')}</draw:text-box></draw:frame>"
    picture = '<draw:frame><draw:image xlink:href="https://evil.example/a.png"/>{}</draw:frame>'
    found = manuscript(
        p(f"One {box}two.")
        + p(picture.format("<svg:desc>The old quay</svg:desc>"))
        + picture.format("<svg:title>image1.png</svg:title>")
    )
    assert found.html == "<p>One two.</p><p>boxed</p><p>[The old quay]</p>"
    assert found.warnings == (cautions.PICTURES % {"count": 2},)


def test_hidden_text_is_left_out() -> None:
    styles = style("H", HIDDEN)
    found = manuscript(
        p('a<text:span text:style-name="H">b</text:span>')
        + p("c", "H")
        + f'<text:section text:display="none">{p("d")}</text:section><text:section>{p("e")}</text:section>',
        styles,
    )
    assert (found.html, found.warnings) == ("<p>a</p><p>e</p>", ("Hidden text in the document was left out.",))


def test_contents_are_no_text_and_field_values_are() -> None:
    contents = f"<text:table-of-content><text:index-body>{p('Part 1')}</text:index-body></text:table-of-content>"
    sequence = "<text:sequence-decls><text:sequence-decl/></text:sequence-decls>"
    assert body(contents + sequence + p("On <text:date>3 May</text:date>")) == "<p>On 3 May</p>"


def test_directions_are_kept_where_they_run_against_the_text() -> None:
    styles = style("R", RIGHT)
    assert body(p("A long English text around one line.") + p(ARABIC[:10], "R"), styles) == (
        f'<p>A long English text around one line.</p><p dir="rtl">{ARABIC[:10].strip()}</p>'
    )
    assert body(p(ARABIC * 2, "R") + p("English line") + p(ARABIC), styles) == (
        f'<p>{ARABIC * 2}</p><p dir="ltr">English line</p><p>{ARABIC}</p>'
    )


def test_properties_tell_who_and_when() -> None:
    meta = (
        "<meta:initial-creator>Huda</meta:initial-creator><dc:creator>Agency\n X</dc:creator><dc:title> </dc:title>"
        "<meta:creation-date>2026-11-01</meta:creation-date><dc:date>2026-11-02</dc:date>"
        '<meta:user-defined meta:name="Company">Agency</meta:user-defined><meta:generator>W</meta:generator>'
    )
    assert manuscript(p("a"), meta=meta).properties == {
        "author": "Huda",
        "last_modified_by": "Agency X",
        "created": "2026-11-01",
        "modified": "2026-11-02",
        "company": "Agency",
        "producer": "W",
    }


def test_macros_are_not_run_and_told() -> None:
    found = manuscript(p("a"), Basic__Standard__Module1__xml="<x>")
    assert found.warnings == ("The document holds macros, which were not run.",)


def test_an_old_list_of_parts_with_a_document_type_is_no_attack() -> None:
    assert manuscript(p("a"), **{"META-INF/manifest.xml": "<!DOCTYPE x><x/>"}).text == "a"


@pytest.mark.parametrize(
    "locked",
    [
        odt(p("a"))
        and zipped({"mimetype": KIND, "content.xml": b"\x8f\x01", "META-INF/manifest.xml": "<encryption-data>"}),
        zipped({"mimetype": KIND, "encrypted-package": b"\x8f\x01"}),
    ],
)
def test_a_locked_text_is_told_as_such(locked: bytes) -> None:
    with pytest.raises(Unreadable, match="locked with a password"):
        read(locked)


def test_what_must_not_be_is_refused_as_in_word_documents() -> None:
    with pytest.raises(Unreadable, match="entities of its own"):
        read(zipped({"mimetype": KIND, "content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}))
    with pytest.raises(TooLarge, match="too many or too deep"):
        read(odt("<text:section>" * 120 + "</text:section>" * 120))
    with pytest.raises(Unreadable, match="damaged"):
        read(zipped({"mimetype": KIND, "content.xml": "text"}))
    with pytest.raises(Unreadable, match="holds no text"):
        read(odt(p("")))


def test_a_sheet_is_no_text() -> None:
    sheet = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    with pytest.raises(Unreadable, match=r"another kind of file \(application/vnd.oasis.opendocument.spreadsheet\)"):
        read(sheet)


def test_styles_that_build_on_each_other_in_a_ring_end() -> None:
    assert body(p("a", "A"), style("A", parent="B") + style("B", parent="A")) == "<p>a</p>"
    assert read(odt(p("a"))).media_type == kinds.ODT
