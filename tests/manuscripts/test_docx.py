import pytest

from intake.domain.errors import Unreadable
from intake.manuscripts import canonical, cautions, kinds, read
from intake.manuscripts.manuscript import Comment
from tests.factories_docx import KINDS, W, docx, item, paragraph, parts, relationships, run, zipped

ARABIC = "صوّت المجلس على إغلاق الميناء."
PICTURE = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip {}="p1"/>'
    "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


def body(inside: str, **further: str) -> str:
    manuscript = read(docx(inside, **further))
    assert canonical(manuscript.html) == manuscript.html
    return manuscript.html


def test_styles_become_tags() -> None:
    assert body(
        paragraph("Lead.")
        + paragraph("Part", "Heading1")
        + paragraph("Sub", "Heading2")
        + paragraph("Said.", "Quote")
        + paragraph("Again.", "Quote")
        + paragraph(
            runs=run("a ") + run("b", "<w:b/>") + run("c", "<w:i/>") + run("2", '<w:vertAlign w:val="superscript"/>')
        )
    ) == (
        "<p>Lead.</p><h2>Part</h2><h2>Sub</h2><blockquote><p>Said.</p><p>Again.</p></blockquote>"
        "<p>a <strong>b</strong><em>c</em><sup>2</sup></p>"
    )


def test_lists_keep_their_levels() -> None:
    assert body(item("a") + item("b", level=1) + item("c") + item("d", 2)) == (
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li></ol>"
    )


def test_links_lead_where_the_document_says_if_that_is_a_page() -> None:
    links = relationships(("l1", "hyperlink", "https://example.org/?a=1&amp;b=2"), ("l2", "hyperlink", "javascript:x"))
    inside = "".join(f'<w:hyperlink r:id="{key}">{run(key)}</w:hyperlink>' for key in ("l1", "l2"))
    document = parts(paragraph("See ", runs=inside)) | {"word/_rels/document.xml.rels": links}
    assert read(zipped(document)).html == '<p>See <a href="https://example.org/?a=1&amp;b=2">l1</a>l2</p>'


def test_footnotes_follow_after_a_rule() -> None:
    note = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="7">{paragraph("A source.")}</w:footnote></w:footnotes>'
    assert body(paragraph("Claim.", runs=note), word__footnotes=notes) == (
        "<p>Claim.<sup>[1]</sup></p><hr><ol><li>A source.</li></ol>"
    )


@pytest.mark.parametrize("style", ["Title", "Heading1", "Heading2"])
def test_a_heading_at_the_top_is_the_headline(style: str) -> None:
    manuscript = read(docx(paragraph("The  harbour", style) + paragraph("Text.")))
    assert (manuscript.headline, manuscript.html, manuscript.text) == ("The harbour", "<p>Text.</p>", "Text.")


def test_a_title_under_a_byline_is_found_and_a_late_one_is_not() -> None:
    late = paragraph("a") + paragraph("b") + paragraph("c") + paragraph("Late", "Title") + paragraph("d")
    assert read(docx(paragraph("By Huda") + paragraph("Head", "Title"))).headline == "Head"
    assert (read(docx(late)).headline, read(docx(late)).text) == (None, "a\n\nb\n\nc\n\nLate\n\nd")


def test_words_are_those_of_the_body() -> None:
    manuscript = read(docx(paragraph("Head", "Title") + paragraph("تُعلن الحكومة")))
    assert (manuscript.media_type, manuscript.words) == (kinds.DOCX, 2)


def test_paragraphs_from_the_right_are_marked_in_a_document_from_the_left() -> None:
    assert body(
        paragraph("A long English text around one line.")
        + paragraph(ARABIC[:10], properties="<w:bidi/>")
        + paragraph(ARABIC[:10], "Arab")
        + paragraph(ARABIC[:10], "ArabChild")
        + paragraph("off", "Arab", properties='<w:bidi w:val="0"/>')
    ) == ("<p>A long English text around one line.</p>" + f'<p dir="rtl">{ARABIC[:10].strip()}</p>' * 3 + "<p>off</p>")


def test_an_arabic_document_needs_no_marks_but_for_its_english_paragraphs() -> None:
    right = paragraph(ARABIC * 3, properties="<w:bidi/>")
    assert body(right + paragraph("English line", runs=run("bold", "<w:b/>")) + paragraph(ARABIC)) == (
        f'<p>{ARABIC * 3}</p><p dir="ltr">English line<strong>bold</strong></p><p>{ARABIC}</p>'
    )


def test_a_private_sign_in_the_text_marks_nothing() -> None:
    assert body(paragraph("\ue000a") + paragraph("b\ue000")) == "<p>a</p><p>b</p>"


def test_tracked_changes_are_read_as_accepted() -> None:
    changed = f'<w:ins w:id="1">{run("new")}</w:ins><w:del w:id="2"><w:r><w:delText>old</w:delText></w:r></w:del>'
    manuscript = read(docx(paragraph("The ", runs=changed)))
    assert manuscript.html == "<p>The new</p>"
    assert manuscript.warnings == ("The document holds tracked changes; the text is read as if all were accepted.",)


def test_comments_stand_apart() -> None:
    comments = (
        f'<w:comments xmlns:w="{W}"><w:comment w:id="1" w:author="Sami">{paragraph("Cut?")}</w:comment></w:comments>'
    )
    mark = '<w:r><w:commentReference w:id="1"/></w:r>'
    manuscript = read(docx(paragraph("Text.", runs=mark), word__comments=comments))
    assert (manuscript.html, manuscript.properties, manuscript.comments) == (
        "<p>Text.</p>",
        {},
        (Comment("Sami", "Cut?"),),
    )
    assert manuscript.warnings == (cautions.COMMENTS % {"count": 1},)


def test_properties_tell_who_and_when() -> None:
    core = (
        '<c:coreProperties xmlns:c="urn:c" xmlns:d="urn:d"><d:creator>Huda</d:creator><d:title> </d:title>'
        "<c:lastModifiedBy>Agency\n X</c:lastModifiedBy><d:created>2026-11-01T08:00:00Z</d:created>"
        "<d:modified>2026-11-02T08:00:00Z</d:modified></c:coreProperties>"
    )
    app = '<Properties xmlns="urn:p"><Company>Agency</Company><Words>1</Words></Properties>'
    assert read(docx(paragraph("a"), docProps__core=core, docProps__app=app)).properties == {
        "author": "Huda",
        "last_modified_by": "Agency X",
        "created": "2026-11-01T08:00:00Z",
        "modified": "2026-11-02T08:00:00Z",
        "company": "Agency",
    }


@pytest.mark.parametrize(("target", "mark"), [("media/a.png", "r:embed"), ("https://evil.example/a.png", "r:link")])
def test_pictures_are_left_out_and_never_fetched(target: str, mark: str) -> None:
    document = parts(paragraph("Text.", runs=PICTURE.format(mark)))
    document["word/_rels/document.xml.rels"] = relationships(("p1", "image", target))
    manuscript = read(zipped(document | {"word/media/a.png": "\x89PNG"}))
    assert manuscript.html == "<p>Text.</p>"
    assert manuscript.warnings == (cautions.PICTURES % {"count": 1},)


@pytest.mark.parametrize(
    ("target", "warned"),
    [
        ("https://evil.example/a.dotm", True),
        ("file://server/a.dotm", True),
        ("file:///C:/Users/Huda/Normal.dotm", False),
    ],
)
def test_a_template_elsewhere_is_never_fetched_but_told(target: str, warned: bool) -> None:
    links = {"word/_rels/settings.xml.rels": relationships(("t", "attachedTemplate", target))}
    manuscript = read(zipped(parts(paragraph("a")) | links))
    told = ("The document asks for a template from elsewhere, which was not fetched.",) if warned else ()
    assert (manuscript.html, manuscript.warnings) == ("<p>a</p>", told)


def test_a_document_does_not_bring_its_own_map_of_styles() -> None:
    assert read(zipped(parts(paragraph("a")) | {"mammoth/style-map": "p => h1:fresh"})).html == "<p>a</p>"


def test_macros_are_told() -> None:
    manuscript = read(zipped(parts(paragraph("a")) | {"word/vbaProject.bin": "\x00"}), "a.docx")
    assert (manuscript.media_type, manuscript.warnings) == (
        kinds.DOCM,
        ("The document holds macros, which were not run.",),
    )


def test_hidden_text_and_drop_caps() -> None:
    framed = paragraph("D", properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
    manuscript = read(docx(framed + paragraph("rop cap.", runs=run(" Hidden.", "<w:vanish/>"))))
    assert (manuscript.html, manuscript.warnings) == (
        "<p>Drop cap.</p>",
        ("Hidden text in the document was left out.",),
    )


def test_a_table_becomes_paragraphs() -> None:
    row = "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("1", "2")) + "</w:tr>"
    manuscript = read(docx(paragraph("a") + f"<w:tbl>{row}</w:tbl>"))
    assert (manuscript.text, manuscript.warnings) == (
        "a\n\n1\n\n2",
        ("The document holds a table; each cell became a paragraph.",),
    )


@pytest.mark.parametrize("inside", ["", paragraph(), paragraph(runs=run("no", "<w:vanish/>")), paragraph("\u200b")])
def test_an_empty_document_is_refused_with_a_cure(inside: str) -> None:
    with pytest.raises(Unreadable, match=r"holds no text\. If the piece is a picture"):
        read(docx(inside))


def test_a_document_without_its_main_part_is_refused_with_a_cure() -> None:
    broken = parts(paragraph("a"))
    del broken["word/document.xml"]
    with pytest.raises(Unreadable, match=r"damaged \(OSError\)\. Save it anew"):
        read(zipped(broken))


def test_strict_documents_are_read_too() -> None:
    strict = {
        name: content.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
            KINDS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, content in parts(
            paragraph("A long English text.") + paragraph(ARABIC[:4], properties="<w:bidi/>")
        ).items()
    }
    assert read(zipped(strict)).html == f'<p>A long English text.</p><p dir="rtl">{ARABIC[:4]}</p>'


MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DRAWN = (
    '<w:drawing><wp:anchor xmlns:wp="urn:wp"><wps:wsp xmlns:wps="urn:wps"><wps:txbx><w:txbxContent>{}</w:txbxContent>'
    "</wps:txbx></wps:wsp></wp:anchor></w:drawing>"
)
OLDER = (
    '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox>'
    "</v:shape></w:pict>"
)
CHOICE = f'<mc:AlternateContent xmlns:mc="{MARKUP}"><mc:Choice>{DRAWN}</mc:Choice>'
BOTH = f"{CHOICE}<mc:Fallback>{OLDER}</mc:Fallback></mc:AlternateContent>"
NEWER = f"{CHOICE}<mc:Fallback/></mc:AlternateContent>"
MATHS = '<m:oMathPara xmlns:m="urn:m"><m:oMath><m:r><m:t>mc2</m:t></m:r></m:oMath></m:oMathPara>'


@pytest.mark.parametrize(
    ("inside", "html"),
    [
        (f"<w:p><w:smartTag>{run('a')}</w:smartTag><w:customXml>{run('b')}</w:customXml></w:p>", "<p>ab</p>"),
        (f"<w:sdt><w:sdtContent>{paragraph('a')}</w:sdtContent></w:sdt>", "<p>a</p>"),
        (f'<w:p><w:fldSimple w:instr="DATE">{run("3 May")}</w:fldSimple></w:p>', "<p>3 May</p>"),
        (
            f'<w:p><w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/&quot; ">{run("a")}</w:fldSimple></w:p>',
            '<p><a href="https://example.org/">a</a></p>',
        ),
        (f'<w:p><w:bdo w:val="rtl">{run("a")}</w:bdo><w:dir>{run("b")}</w:dir></w:p>', "<p>ab</p>"),
        (
            f"<w:p><w:r><w:ruby><w:rt>{run('x')}</w:rt><w:rubyBase>{run('a')}</w:rubyBase></w:ruby></w:r></w:p>",
            "<p>a</p>",
        ),
        (f"<w:p>{run('E = ')}{MATHS}</w:p>", "<p>E = mc2</p>"),
        (
            "<w:p><w:r><w:t>a</w:t><w:cr/><w:t>b</w:t><w:br w:type='page'/><w:t>c</w:t></w:r></w:p>",
            "<p>a<br>b<br>c</p>",
        ),
        (f"<w:p><w:moveFrom>{run('a')}</w:moveFrom><w:moveTo>{run('b')}</w:moveTo></w:p>", "<p>b</p>"),
        (f"<w:p>{run('a')}<w:r>{DRAWN.format(paragraph('b'))}</w:r></w:p>", "<p>a</p><p>b</p>"),
        (f"<w:p>{run('a')}<w:r>{BOTH.format(*[paragraph('b')] * 2)}</w:r></w:p>", "<p>a</p><p>b</p>"),
        (f"<w:p>{run('a')}<w:r>{NEWER.format(paragraph('b'))}</w:r></w:p>", "<p>a</p><p>b</p>"),
        (paragraph("a") + paragraph("b", "Part"), "<p>a</p><h2>b</h2>"),
        (paragraph("a") + paragraph("b", properties='<w:outlineLvl w:val="1"/>'), "<p>a</p><h2>b</h2>"),
    ],
)
def test_words_in_shapes_that_writers_make_are_read(inside: str, html: str) -> None:
    assert body(inside) == html


def test_cells_inside_cells_come_in_order() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl>"
    row = (
        f"<w:sdt><w:sdtContent><w:tr><w:tc>{paragraph('a')}{inner}{paragraph('c')}</w:tc></w:tr></w:sdtContent></w:sdt>"
    )
    assert body(f"<w:tbl>{row}</w:tbl>") == "<p>a</p><p>b</p><p>c</p>"


def test_a_pictures_description_stands_in_its_place_unless_a_program_made_it_up() -> None:
    for said, html in (("The old quay", "<p>Text.[The old quay]</p>"), ("image1.png", "<p>Text.</p>")):
        picture = PICTURE.format("r:embed").replace(
            "<a:graphic ", f'<wp:docPr id="1" name="n" descr="{said}"/><a:graphic '
        )
        document = parts(paragraph("Text.", runs=picture))
        document["word/_rels/document.xml.rels"] = relationships(("p1", "image", "media/a.png"))
        assert read(zipped(document)).html == html
