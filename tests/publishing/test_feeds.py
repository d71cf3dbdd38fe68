import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.disclaimer import NoDisclaimer
from intake.domain.piece import Credit, Notice, Piece
from intake.publishing.feeds import ATOM, CONTENT, DC, Channel, Entry, aside, rss

ENGLISH = Piece(
    headline="Dredge & deepen the harbour",
    standfirst="Ships < 10 m wait.",
    body_html="<p>The harbour silts up.</p>",
    credits=(Credit("Salma Naji"), Credit("Omar Ali")),
    disclosure="The author pilots ships.",
    publication="The Harbour Post",
    language="en",
    genre="opinion",
    notice=Notice("Opinion", "The views are the author's & not The Harbour Post's.", 7),
)
ARABIC = Piece(
    headline="عمّقوا الميناء",
    standfirst="السفن تنتظر.",
    body_html="<p>الميناء يمتلئ طميًا.</p>",
    credits=(Credit("سلمى ناجي"),),
    disclosure="",
    publication="بريد الميناء",
    language="ar",
    genre="column",
    notice=Notice("رأي", "الآراء تخص كاتبها لا موقف بريد الميناء.", 8),
)
CHANNEL = Channel(
    title="Opinion – The Harbour Post",
    link="https://post.example/",
    feed_url="https://post.example/feed.xml",
    description="Opinion from readers",
    language="en",
    disclosure_lead="Disclosure:",
)
OUT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ASIDE_EN = (
    '<aside role="note" lang="en" dir="ltr">The views are the author&#x27;s &amp; not The Harbour Post&#x27;s.</aside>'
)
ASIDE_AR = '<aside role="note" lang="ar" dir="rtl">الآراء تخص كاتبها لا موقف بريد الميناء.</aside>'


def read(*pieces: Piece, channel: Channel = CHANNEL) -> ET.Element:
    entries = [Entry(piece, f"https://post.example/{n}?a=1&b=2", OUT) for n, piece in enumerate(pieces)]
    root = ET.fromstring(rss(channel, entries))  # noqa: S314  # our own document
    top = root.find("channel")
    assert top is not None
    return top


def fields(node: ET.Element) -> list[tuple[str, str | None]]:
    return [(child.tag, child.text) for child in node if child.tag != "item"]


def entry_of(piece: Piece) -> ET.Element:
    entry = read(piece).find("item")
    assert entry is not None
    return entry


def test_the_channel_names_itself() -> None:
    top = read(ENGLISH)
    assert fields(top) == [
        ("title", "Opinion – The Harbour Post"),
        ("link", "https://post.example/"),
        ("description", "Opinion from readers"),
        ("language", "en"),
        (f"{{{ATOM}}}link", None),
        ("lastBuildDate", "Mon, 23 Nov 2026 08:00:00 +0000"),
    ]
    link = top.find(f"{{{ATOM}}}link")
    assert link is not None
    assert link.attrib == {"href": "https://post.example/feed.xml", "rel": "self", "type": "application/rss+xml"}


def test_an_english_entry_carries_label_and_one_notice() -> None:
    assert fields(entry_of(ENGLISH)) == [
        ("title", "Opinion | Dredge & deepen the harbour"),
        ("link", "https://post.example/0?a=1&b=2"),
        ("guid", "https://post.example/0?a=1&b=2"),
        ("pubDate", "Mon, 23 Nov 2026 08:00:00 +0000"),
        (f"{{{DC}}}creator", "Salma Naji"),
        (f"{{{DC}}}creator", "Omar Ali"),
        ("category", "Opinion"),
        ("description", f'<p lang="en" dir="ltr">Ships &lt; 10 m wait.</p>{ASIDE_EN}'),
        (
            f"{{{CONTENT}}}encoded",
            '<p>The harbour silts up.</p><p lang="en" dir="ltr">Disclosure: The author pilots ships.</p>' + ASIDE_EN,
        ),
    ]


def test_an_arabic_entry_runs_from_right_to_left() -> None:
    found = fields(entry_of(ARABIC))
    assert found[0] == ("title", "رأي | عمّقوا الميناء")
    assert found[-3:] == [
        ("category", "رأي"),
        ("description", f'<p lang="ar" dir="rtl">السفن تنتظر.</p>{ASIDE_AR}'),
        (f"{{{CONTENT}}}encoded", f"<p>الميناء يمتلئ طميًا.</p>{ASIDE_AR}"),
    ]


def test_the_guid_is_the_address() -> None:
    guid = entry_of(ENGLISH).find("guid")
    assert guid is not None
    assert guid.attrib == {"isPermaLink": "true"}


def test_a_notice_for_the_top_stands_before_the_body() -> None:
    assert ARABIC.notice is not None
    top = replace(ARABIC, notice=replace(ARABIC.notice, placement="top"))
    assert fields(entry_of(top))[-1][1] == f"{ASIDE_AR}<p>الميناء يمتلئ طميًا.</p>"


def test_news_has_no_label_and_no_notice() -> None:
    found = dict(fields(entry_of(replace(ENGLISH, genre="news", disclosure=""))))
    assert found["title"] == "Dredge & deepen the harbour"
    assert "category" not in found
    assert found[f"{{{CONTENT}}}encoded"] == "<p>The harbour silts up.</p>"
    assert found["description"] == '<p lang="en" dir="ltr">Ships &lt; 10 m wait.</p>'


def test_opinion_without_its_notice_stops_the_feed() -> None:
    with pytest.raises(NoDisclaimer):
        read(ENGLISH, replace(ENGLISH, notice=None))


def test_an_empty_feed_is_a_feed() -> None:
    assert [tag for tag, _ in fields(read())] == ["title", "link", "description", "language", f"{{{ATOM}}}link"]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        rss(CHANNEL, [Entry(ENGLISH, "https://post.example/1", OUT.replace(tzinfo=None))])


def test_the_finished_notice_escapes_its_text_and_language() -> None:
    notice = Notice("Opinion", '<script>"x"</script>', 1)
    assert aside(notice, 'ar"x') == (
        '<aside role="note" lang="ar&quot;x" dir="ltr">&lt;script&gt;&quot;x&quot;&lt;/script&gt;</aside>'
    )


ANYTHING = st.text(max_size=40)


@settings(max_examples=100, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_any_text_gives_valid_xml_with_one_notice(headline: str, standfirst: str, name: str, title: str) -> None:
    piece = replace(ENGLISH, headline=headline, standfirst=standfirst, credits=(Credit(name),))
    top = read(piece, channel=replace(CHANNEL, title=title))
    entry = top.find("item")
    assert entry is not None
    found = dict(fields(entry))
    for field in ("description", f"{{{CONTENT}}}encoded"):
        assert (found[field] or "").count("<aside") == 1


@pytest.mark.parametrize("control", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_is_dropped(control: str) -> None:
    found = fields(entry_of(replace(ENGLISH, headline=f"a{control}b", body_html=f"<p>a{control}b</p>", disclosure="")))
    assert (found[0][1], found[-1][1]) == ("Opinion | ab", "<p>ab</p>" + ASIDE_EN)
