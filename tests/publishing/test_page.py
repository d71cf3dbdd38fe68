import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.desk import GENRES_WITH_DISCLAIMER, GENRES_WITHOUT
from intake.domain.disclaimer import NoDisclaimer
from intake.domain.piece import Credit, Notice, Piece
from intake.publishing.page import printed_notice, script_json, structured_data

NOTICE = Notice("Opinion", "The views belong to the author and are not those of The Harbour Post.", 7)
PIECE = Piece(
    headline="Dredge the harbour now",
    standfirst="Ships wait for a week.",
    body_html="<p>The harbour silts up.</p><p>Dredge it.</p>",
    credits=(Credit("Salma Naji", "Salma Naji is a pilot."), Credit("Omar Ali")),
    disclosure="",
    publication="The Harbour Post",
    language="en",
    genre="opinion",
    notice=NOTICE,
)
OUT = datetime(2026, 11, 23, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))


def described(piece: Piece, *, image: str | None = None, logo: str | None = None) -> dict[str, object]:
    return structured_data(
        piece,
        url="https://post.example/dredge",
        image=image,
        published=OUT,
        modified=OUT + timedelta(hours=1),
        publisher_url="https://post.example/",
        publishing_principles="https://post.example/principles",
        logo=logo,
    )


def test_an_opinion_piece_is_described_field_by_field() -> None:
    found = described(PIECE, image="https://post.example/a.jpg", logo="https://post.example/logo.png")
    assert found == {
        "@context": "https://schema.org",
        "@type": "OpinionNewsArticle",
        "mainEntityOfPage": "https://post.example/dredge",
        "url": "https://post.example/dredge",
        "headline": "Dredge the harbour now",
        "description": "Ships wait for a week.",
        "image": ["https://post.example/a.jpg"],
        "inLanguage": "en",
        "datePublished": "2026-11-23T10:00:00+02:00",
        "dateModified": "2026-11-23T11:00:00+02:00",
        "author": [
            {"@type": "Person", "name": "Salma Naji", "description": "Salma Naji is a pilot."},
            {"@type": "Person", "name": "Omar Ali"},
        ],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "The Harbour Post",
            "url": "https://post.example/",
            "logo": {"@type": "ImageObject", "url": "https://post.example/logo.png"},
            "publishingPrinciples": "https://post.example/principles",
        },
        "publishingPrinciples": "https://post.example/principles",
        "articleSection": "Opinion",
        "backstory": "The views belong to the author and are not those of The Harbour Post.",
    }


def test_what_is_not_there_is_not_named() -> None:
    bare = described(replace(PIECE, standfirst=""))
    assert {"image", "description"}.isdisjoint(bare)


@pytest.mark.parametrize("genre", GENRES_WITH_DISCLAIMER)
def test_opinion_without_its_notice_is_not_described(genre: str) -> None:
    assert described(replace(PIECE, genre=genre))["@type"] == "OpinionNewsArticle"
    for missing in (None, replace(NOTICE, text=" "), replace(NOTICE, label="")):
        with pytest.raises(NoDisclaimer):
            described(replace(PIECE, genre=genre, notice=missing))


@pytest.mark.parametrize("genre", GENRES_WITHOUT)
def test_news_never_carries_the_notice_and_the_refusal_is_logged(genre: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = described(replace(PIECE, genre=genre))
    assert found["@type"] == "NewsArticle"
    assert {"articleSection", "backstory"}.isdisjoint(found)
    told = [(record.getMessage(), record.__dict__["version"], record.__dict__["genre"]) for record in caplog.records]
    assert told == [("refused to print a disclaimer", 7, genre)]
    assert printed_notice(replace(PIECE, genre=genre, notice=None)) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        structured_data(
            PIECE,
            url="u",
            image=None,
            published=OUT.replace(tzinfo=None),
            modified=OUT.astimezone(UTC),
            publisher_url="p",
            publishing_principles="q",
            logo=None,
        )


def test_a_headline_cannot_leave_the_script() -> None:
    headline = "</script><script>alert(1)</script><!-- & \u2028\u2029 \ud800"
    written = script_json({"headline": headline})
    assert written == (
        r'{"headline": "\u003c/script\u003e\u003cscript\u003ealert(1)\u003c/script\u003e\u003c!-- \u0026 '
        r'\u2028\u2029 \ud800"}'
    )


def test_arabic_stays_readable() -> None:
    assert script_json({"label": "رأي"}) == '{"label": "رأي"}'


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=4))
def test_the_same_values_come_back(data: dict[str, object]) -> None:
    written = script_json(data)
    assert json.loads(written) == data
    assert not set("<>&\u2028\u2029") & set(written)
    written.encode("utf-8")
