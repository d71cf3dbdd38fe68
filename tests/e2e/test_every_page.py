"""Every page of the product, in both languages, at both widths, in the light and in the dark: nothing wrong on any.

The table names a sample address for every route that answers with a page; a route without a row fails here.
"""

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser

from intake.newsroom import Newsroom
from tests.e2e.conftest import DRIVES_CHROMIUM
from tests.e2e.prepared import PASSWORD, Prepared, served
from tests.e2e.visitor import Visitor
from tests.web.apps import quick_app

NO_PAGE = {
    *("static", "security.static", "site.feed", "site.feed_here", "health.health", "health.ready", "metrics.metrics"),
    *("desk.draft", "desk.kept_letter", "desk.message_part", "desk.raw_message", "security.verify"),
}
"""Routes that answer with a file, a feed or a figure; the sign-in library answers its last one with 404 here."""

OPEN_TO_ALL: dict[str, tuple[str, ...]] = {
    "site.home": ("/",),
    "site.front": ("/{desk}/",),
    "site.about": ("/{desk}/about-opinion",),
    "site.about_here": ("/about-opinion",),
    "site.archive": ("/archive/{desk}",),
    "site.month": ("/archive/{desk}/2026/11",),
    "site.by_author": ("/archive/{desk}/by/{author}",),
    "site.article": ("/articles/{article}/", "/articles/{gone}/"),
    "author_form.choose": ("/write",),
    "author_form.write": ("/write/{desk}",),
    "author_form.done": ("/write/{desk}/done/{receipt}",),
    "author_form.terms": ("/write/{desk}/terms",),
    "author_link.ask": ("/write/link",),
    "author_page.piece": tuple(
        f"{{a_{state}}}"
        for state in ("submitted", "received", "asked", "more", "offered", "accepted", "approval", "published")
    ),
    "author_page.confirm": ("{a_submitted}/confirm",),
    "author_page.withdraw": ("{a_received}/withdraw",),
    "author_page.extension": ("{a_more}/extension",),
    "author_page.offer": ("{a_offered}/offer",),
    "author_page.changes": ("{a_accepted}/changes",),
    "author_page.revise": ("{a_received}/revise",),
    "author_page.details": ("{a_received}/details",),
    "author_page.show": ("{a_approval}/proof",),
    "accounts.start": ("{first}",),
    "security.login": ("/account/login",),
    "security.forgot_password": ("/account/reset",),
    "security.reset_password": ("/account/reset/unknown",),
}
INSIDE: dict[str, tuple[str, ...]] = {
    "desk.queue": ("/desk/", "/desk/?state=closed", "/desk/?language=en&state=waiting&claim=nobody"),
    "desk.piece": tuple(
        f"/desk/{{{state}}}"
        for state in (
            "received",
            "copy",
            "in_review",
            "asked",
            "accepted",
            "approval",
            "approved",
            "published",
            "removed",
        )
    ),
    "desk.decide": tuple(f"/desk/{{in_review}}/decide?as={act}" for act in ("accept", "decline", "ask")),
    "desk.edit": ("/desk/{accepted}/edit",),
    "desk.revisions": ("/desk/{accepted}/revisions",),
    "desk.lines": ("/desk/{accepted}/lines",),
    "desk.proof": ("/desk/{accepted}/proof", "/desk/{approval}/proof"),
    "desk.publish": ("/desk/{approved}/publish", "/desk/{accepted}/publish"),
    "desk.correct": ("/desk/{published}/correct",),
    "desk.remove": ("/desk/{published}/remove",),
    "desk.restore": ("/desk/{removed}/restore",),
    "desk.held": ("/desk/held",),
    "desk.message": ("/desk/message/{message}",),
    "desk.outbox": ("/desk/letters", "/desk/letters?status=failed"),
    "desk.letter": ("/desk/letters/{letter}",),
    "people.everybody": ("/desk/people",),
    "people.one": ("/desk/people/{person}",),
    "people.invite": ("/desk/people/invite",),
    "people.profile": ("/desk/profile",),
    "security.change_password": ("/account/change",),
}
FIRST_LOAD, FONTS_CACHED = 120_000, 40_000
"""Bytes that a page may make a browser load which never was here, and one that has the fonts."""
FIRST_SEEN = ("/articles/{article}/", "/{desk}/", "/write/{desk}", "{a_received}", "/account/login")
"""Pages that somebody may open as their first one, by a link in a letter or from outside."""
HEAVIER = {"desk.outbox": 55_000, "desk.edit": 50_000, "desk.correct": 50_000}
"""A list of fifty letters, and an editor's library of 17 kB: heavier than other pages may be without their fonts."""
ERRORS = (400, 403, 404, 405, 409, 410, 413, 422, 429, 500)
LOOKS = "(one) => [one.lang, getComputedStyle(one).fontSize, getComputedStyle(one).textAlign]"
pytestmark = DRIVES_CHROMIUM
LANGUAGES = pytest.mark.parametrize("language", ["en", "ar"])


def _with_errors(newsroom: Newsroom) -> Flask:
    app = quick_app(newsroom)
    app.add_url_rule("/broken/<int:code>", "broken", lambda code: abort(code))
    return app


def _visit(visitor: Visitor, prepared: Prepared, table: dict[str, tuple[str, ...]]) -> None:
    for route, addresses in table.items():
        for number, sample in enumerate(addresses):
            path = sample.format(**prepared.names)
            answer = visitor.page.goto(f"{prepared.base}{path}")
            expected = 410 if "{gone}" in sample else 200
            assert (sample, answer is not None and answer.status) == (sample, expected)
            assert (sample, visitor.loaded()[1] < HEAVIER.get(route, FONTS_CACHED)) == (sample, True)
            visitor.look_all_over(f"{route}-{number}")


def test_every_route_that_answers_with_a_page_has_a_row(newsroom: Newsroom) -> None:
    routes = {rule.endpoint for rule in quick_app(newsroom).url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {*OPEN_TO_ALL, *INSIDE} == routes - NO_PAGE


@LANGUAGES
def test_nothing_is_wrong_on_any_page_open_to_all(newsroom: Newsroom, browser: Browser, language: str) -> None:
    with served(quick_app(newsroom), newsroom, language) as prepared:
        visitor = Visitor(browser, prepared.base, language)
        visitor.expected = 410
        _visit(visitor, prepared, OPEN_TO_ALL)


@LANGUAGES
def test_the_first_page_that_somebody_sees_is_light(newsroom: Newsroom, browser: Browser, language: str) -> None:
    with served(quick_app(newsroom), newsroom, language) as prepared:
        weights = {}
        for sample in FIRST_SEEN:
            visitor = Visitor(browser, prepared.base, language)  # a browser that has kept nothing yet
            visitor.page.goto(f"{prepared.base}{sample.format(**prepared.names)}")
            weights[sample] = visitor.loaded()[0]
            visitor.leave()
        assert {sample: weight for sample, weight in weights.items() if weight >= FIRST_LOAD} == {}


@LANGUAGES
def test_nothing_is_wrong_on_any_page_of_the_desk(newsroom: Newsroom, browser: Browser, language: str) -> None:
    with served(quick_app(newsroom), newsroom, language) as prepared:
        visitor = Visitor(browser, prepared.base, language)
        visitor.open("/account/login")
        visitor.page.fill("[name=email]", prepared.address)
        visitor.page.fill("[name=password]", PASSWORD)
        visitor.press("/account/login")
        _visit(visitor, prepared, INSIDE)


@LANGUAGES
def test_nothing_is_wrong_on_an_error_or_an_empty_page(newsroom: Newsroom, browser: Browser, language: str) -> None:
    with served(_with_errors(newsroom), newsroom, language, empty=True) as prepared:
        visitor = Visitor(browser, prepared.base, language)
        for code in ERRORS:
            visitor.expected = code
            answer = visitor.page.goto(f"{prepared.base}/broken/{code}")
            assert (code, answer is not None and answer.status) == (code, code)
            visitor.look_all_over(f"error-{code}")
        visitor.expected = 200
        visitor.open("/account/login")
        visitor.page.fill("[name=email]", prepared.address)
        visitor.page.fill("[name=password]", PASSWORD)
        visitor.press("/account/login")
        for place in ("/desk/", "/desk/held", "/desk/letters", f"/{prepared.names['desk']}/"):
            visitor.page.goto(f"{prepared.base}{place}")
            visitor.look_all_over(f"empty{place.replace('/', '-')}")


def test_a_headline_has_its_size_and_its_edge_on_a_page_of_the_other_language(
    newsroom: Newsroom, browser: Browser
) -> None:
    with served(quick_app(newsroom), newsroom, "ar") as prepared:
        visitor = Visitor(browser, prepared.base, "ar")
        visitor.open("/account/login")
        visitor.page.fill("[name=email]", prepared.address)
        visitor.page.fill("[name=password]", PASSWORD)
        visitor.press("/account/login")
        sizes = {}
        for place in ("/desk/letters", "/desk/letters/{letter}"):  # the letter is an English one
            visitor.page.goto(f"{prepared.base}{place.format(**prepared.names)}")
            sizes[place] = visitor.page.locator("h1").evaluate(LOOKS)
        assert sizes == {"/desk/letters": ["", "24px", "start"], "/desk/letters/{letter}": ["en", "24px", "right"]}
