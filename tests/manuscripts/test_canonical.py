import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.body import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, BLOCK_TAGS
from intake.domain.errors import TooLarge
from intake.manuscripts import canonical

OPENED = (
    "p",
    "h1",
    "h2",
    "h5",
    "blockquote",
    "ul",
    "ol",
    "li",
    "b",
    "i",
    "em",
    "sup",
    "div",
    "table",
    "td",
    "pre",
    "hr",
    "br",
)
CLOSED = (
    "p",
    "h1",
    "h2",
    "blockquote",
    "ul",
    "ol",
    "li",
    "b",
    "i",
    "em",
    "sup",
    "div",
    "span",
    "table",
    "td",
    "pre",
    "a",
)
PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in OPENED),
        *(f"</{tag}>" for tag in CLOSED),
        '<a href="https://example.org/?a=1&amp;b=2">',
        '<a href="https://e\u200b.org/x y">',
        '<a href="#x">',
        '<p dir="rtl" lang="ar">',
        '<div dir="ltr">',
        '<li dir="auto">',
        '<blockquote dir="rtl">',
        '<span style="font-weight: 700; font-style: italic">',
        "<p hidden>",
        "<!-- c -->",
        " ",
        "\n",
        "\t",
        "word",
        "كلمةٌ",
        "e",
        "\u0301",
        "\u0338",
        "&nbsp;",
        "&lt;",
        "&amp;",
        "&#x202e;",
        "&#133;",
        "\u200b",
        "\x00",
        '"',
        "<",
    ]
)
MARKUP = st.lists(PIECES, max_size=25).map("".join)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("bare <b>bold</b> &amp; <i>italic</i>", "<p>bare <strong>bold</strong> &amp; <em>italic</em></p>"),
        ("<h1>A<br>b</h1><h2>B</h2><h3>C</h3><h6>D</h6>", "<h2>A b</h2><h2>B</h2><h3>C</h3><h3>D</h3>"),
        ("<div>a<div>b</div><span>c</span></div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p>a</p><p> &nbsp;\u200b</p><p><br></p><p></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("a<br>b<br> <br>c", "<p>a<br>b</p><p>c</p>"),
        ("<p>  a \n b  </p>", "<p>a b</p>"),
        ("<p><b>a </b><b> b</b> <i>c</i></p>", "<p><strong>a b</strong> <em>c</em></p>"),
        ("<p><i><b>x</b>y</i></p>", "<p><strong><em>x</em></strong><em>y</em></p>"),
        ("<ul><li><p>a</p><p>b</p><ul><li>c</ul>d</ul>", "<ul><li>a<br>b<ul><li>c</li></ul>d</li></ul>"),
        ("<ul><ul><li>a</ul></ul>", "<ul><li><ul><li>a</li></ul></li></ul>"),
        ("<ul><li>a<ul><li> </ul>b</ul>", "<ul><li>a<br>b</li></ul>"),
        ("<ol>text<li>a</ol>", "<ol><li>text</li><li>a</li></ol>"),
        ("<li>alone", "<p>alone</p>"),
        (
            "<blockquote>a<blockquote>b</blockquote><h2>c</h2></blockquote>",
            "<blockquote><p>a</p><p>b</p><p>c</p></blockquote>",
        ),
        ("a<hr>b<blockquote>c<hr>d</blockquote>", "<p>a</p><hr><p>b</p><blockquote><p>c</p><p>d</p></blockquote>"),
        ("<table><tr><td>1<td>2</table>", "<p>1</p><p>2</p>"),
        ("<pre>a\n  b\n\nc</pre>", "<p>a<br>b</p><p>c</p>"),
        ("note<sup>1</sup>", "<p>note<sup>1</sup></p>"),
        ("e<span>\u0301</span>", "<p>é</p>"),
        ("", ""),
    ],
)
def test_shapes(html: str, expected: str) -> None:
    assert canonical(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>alert(1)</script><style>p{}</style>a<img src=x onerror=alert(1)>", "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a><a href="//evil.example">b</a><a href="/c">c</a>', "<p>abc</p>"),
        ('<a href="java\tscript:alert(1)">a</a><a href="data:text/html,x">b</a>', "<p>ab</p>"),
        (
            '<a href="mailto:a@example.org" onclick=x target=_blank>m</a>',
            '<p><a href="mailto:a@example.org">m</a></p>',
        ),
        ('<p dir="javascript:x" lang="a b" style="x" class="y" id="z">a</p>', "<p>a</p>"),
        ("<p>a\u202eb&#x202e;c\u2066d&#x2069;</p>", "<p>abcd</p>"),
        ("<p>a\x00b\ud800</p>", "<p>ab\ufffd</p>"),
        ("<svg><script>x</script><text>y</text></svg><math><mi>z</mi></math>a", "<p>a</p>"),
        ("<!--<p>--><p>a</p><![CDATA[x]]>", "<p>a</p>"),
        ('<div style="display:none">preheader</div><p hidden>x</p>a', "<p>a</p>"),
        ('<span style="mso-hide: all">x</span>a', "<p>a</p>"),
        ("<title>t</title><noscript><p>n</p></noscript>a", "<p>a</p>"),
    ],
)
def test_what_is_hostile_or_hidden_goes(html: str, expected: str) -> None:
    assert canonical(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div dir=rtl><p>أ</p><p dir=ltr>b</p></div>", '<p dir="rtl">أ</p><p dir="ltr">b</p>'),
        (
            "<div dir=rtl lang=ar><blockquote><p>أ</blockquote></div>",
            '<blockquote dir="rtl" lang="ar"><p>أ</p></blockquote>',
        ),
        ("<ul><li><p dir=rtl>أ</p></li></ul>", '<ul><li dir="rtl">أ</li></ul>'),
        (
            "<ul><li><p lang=ar>أ</p><ul><li lang=ar>ب</ul></ul>",
            '<ul><li lang="ar">أ<ul><li>ب</li></ul></li></ul>',
        ),
        ("<p dir=RTL>أ</p><p dir=up>b</p>", '<p dir="rtl">أ</p><p>b</p>'),
    ],
)
def test_direction_and_language_stay_on_blocks(html: str, expected: str) -> None:
    assert canonical(html) == expected


def test_google_docs_bold_is_read_from_styles() -> None:
    pasted = (
        '<b style="font-weight:normal" id="docs"><p><span style="font-weight:400">a </span>'
        '<span style="font-weight:700">b</span><span style="font-style:italic"> c</span></p></b>'
    )
    assert canonical(pasted) == "<p>a <strong>b</strong> <em>c</em></p>"


@settings(max_examples=400, deadline=None)
@given(MARKUP)
def test_canonical_is_a_fixed_point_made_of_blocks(html: str) -> None:
    once = canonical(html)
    assert canonical(once) == once
    _judge(once)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_becomes_blocks(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    _judge(once)


def _judge(html: str) -> None:
    """Every tag allowed with allowed attributes, text at the top level nowhere."""
    depth = 0
    for closing, tag, attributes, text in re.findall(r"<(/?)([a-z0-9]+)([^>]*)>([^<]*)", html):
        assert tag in ALLOWED_TAGS
        assert set(re.findall(r" ([a-z]+)=", attributes)) <= ALLOWED_ATTRIBUTES.get(tag, frozenset())
        assert depth > 0 or tag in BLOCK_TAGS
        depth += 0 if tag in {"br", "hr"} else -1 if closing else 1
        assert depth > 0 or not text
    assert depth == 0
    assert not html or html.startswith("<")


def test_too_much_markup_is_refused() -> None:
    with pytest.raises(TooLarge, match="200,000 characters"):
        canonical("x" * 200_001)
    with pytest.raises(TooLarge, match="20,000 tags"):
        canonical("<b>" * 20_001)


def test_styles_comments_and_embedded_images_do_not_count() -> None:
    noise = "<style>" + "p{}" * 50_000 + "</style><!--" + "x" * 200_000 + "-->"
    image = '<img src="data:image/png;base64,' + "A" * 300_000 + '">'
    assert canonical(noise + image + "<p>a</p>") == "<p>a</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 19_000,
        "<ul><li>x" * 9_000,
        "<blockquote>" * 15_000,
        "<font><i><b><p>" * 4_500,
        "<table><td>" * 9_500,
        "<!--" * 60_000,
        "a b " * 49_000,
    ],
    ids=lambda html: html[:12],
)
def test_hostile_nesting_takes_bounded_time(html: str) -> None:
    start = time.process_time()
    with contextlib.suppress(TooLarge):
        canonical(html)
    assert time.process_time() - start < 5
