from intake.domain.body import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, Block, blocks, paragraphs, text_of

PAGE = (
    '<h2>Head &amp; tail</h2><p dir="rtl">One<br>two <strong>three</strong> <a href="https://example.org">four</a></p>'
    "<blockquote><p>Said.</p><p>Again.</p></blockquote><hr>"
    "<ol><li>first<ul><li>inner</li></ul>after</li><li>second</li></ol><p>End &lt;b&gt;</p>"
)


def test_blocks_come_in_reading_order() -> None:
    assert blocks(PAGE) == (
        Block("h2", "Head & tail"),
        Block("p", "One\ntwo three four"),
        Block("blockquote", "Said."),
        Block("blockquote", "Again."),
        Block("hr", "* * *"),
        Block("li", "first"),
        Block("li", "inner"),
        Block("li", "after"),
        Block("li", "second"),
        Block("p", "End <b>"),
    )


def test_text_parts_blocks_by_blank_lines_and_items_by_lines() -> None:
    assert text_of(PAGE) == (
        "Head & tail\n\nOne\ntwo three four\n\nSaid.\n\nAgain.\n\n* * *\n\n"
        "1. first\n  - inner\nafter\n2. second\n\nEnd <b>"
    )


def test_paragraphs_are_running_text_only() -> None:
    assert paragraphs(PAGE) == 4
    assert paragraphs("") == 0


def test_a_list_inside_a_quotation_gives_the_quotation_back() -> None:
    html = "<blockquote><p>a</p><ul><li>b</li></ul><p>c</p></blockquote><p>d</p>"
    assert [block.tag for block in blocks(html)] == ["blockquote", "li", "blockquote", "p"]


def test_attributes_are_allowed_on_allowed_tags_only() -> None:
    assert ALLOWED_ATTRIBUTES.keys() <= ALLOWED_TAGS


def test_signs_of_markup_inside_a_value_end_no_tag() -> None:
    html = '<p>See <a href="https://example.org/?a=>&amp;b=<p>">the "page"</a> at 3 &gt; 2.</p>'
    assert blocks(html) == (Block("p", 'See the "page" at 3 > 2.'),)
