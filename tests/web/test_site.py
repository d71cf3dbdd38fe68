"""The reader's site as a reader's browser, a feed reader and a search engine see it."""

import json
import logging
import re
from cProfile import Profile
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import event

from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.publications import Publication
from intake.storage.submissions import Submission
from intake.web import unchanged
from intake.workflow import publish
from tests import factories
from tests.web.conftest import SignIn

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LABEL = {"en": "Opinion", "ar": "رأي"}
NAME = {"en": "The Harbour Post", "ar": "بريد الميناء"}
EXPLAINER = {"en": "do not necessarily reflect the editorial policy of The Harbour Post", "ar": "لا تعكس بالضرورة"}
DESK = {"en": "opinion", "ar": "rai"}


@dataclass
class Site:
    """A newsroom with a chief who publishes."""

    newsroom: Newsroom
    chief: Actor

    def publish(self, language: str = "en", **changed: object) -> str:
        """Publish a piece and return the path of its page."""
        with self.newsroom.transaction() as session:
            piece = factories.published(session, self.newsroom, self.chief, language=language, **changed)
            return publish.publication_of(session, piece).path

    def headlined(self, headline: str, language: str = "en") -> str:
        """Publish a piece with a headline and return the path of its page."""
        return self.publish(language, text=factories.text(language, headline))

    def act(self, path: str, act: str, note: str) -> None:
        """Remove or restore the piece of a page, with a public note."""
        with self.newsroom.transaction() as session:
            publication = session.get_one(Publication, int(path.split("/")[2]))
            piece = session.get_one(Submission, publication.submission_id)
            getattr(publish, act)(session, self.newsroom, piece, self.chief, note, piece.version)


@pytest.fixture
def site(newsroom: Newsroom) -> Site:
    """Return the site of a newsroom that has a chief."""
    with newsroom.transaction() as session:
        return Site(newsroom, factories.person(session, newsroom))


def json_ld(page: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    data = json.loads(found[0])
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_has_one_label_and_one_explainer_in_its_language(site: Site, client: FlaskClient, language: str) -> None:
    path = site.publish(language)
    page = client.get(path, headers={"Accept-Language": "en" if language == "ar" else "ar"})
    assert page.status_code == 200
    direction = {"en": "ltr", "ar": "rtl"}[language]
    assert f'<html lang="{language}" dir="{direction}"' in page.text
    article = page.text.partition("<article")[2].partition("</article>")[0]
    assert article.count(f'<p class="article-label">{LABEL[language]}</p>') == 1
    assert article.index("article-label") < article.index("<h1")
    asides = re.findall(r"<aside[^>]*>[^<]*</aside>", article)
    assert len(asides) == 1
    assert f'role="note" lang="{language}" dir="{direction}"' in asides[0]
    assert NAME[language] in asides[0]
    assert page.text.partition("<body")[2].count(EXPLAINER[language]) == 1
    assert NAME["ar" if language == "en" else "en"] not in article
    data = json_ld(page.text)
    assert (data["@type"], data["inLanguage"]) == ("OpinionNewsArticle", language)
    assert data["articleSection"] == LABEL[language]
    assert EXPLAINER[language] in str(data["backstory"])
    assert data["url"] == site.newsroom.settings.base_url + quote(path)
    assert data["publishingPrinciples"] == f"{site.newsroom.settings.base_url}/{DESK[language]}/about-opinion"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "The Harbour Post knows the author"), ("ar", "هوية الكاتب معروفة لدى بريد الميناء")]
)
def test_readers_are_told_of_a_withheld_name_beneath_the_byline(
    site: Site, client: FlaskClient, language: str, told: str
) -> None:
    whole = factories.proposal(language).author
    pen = replace(whole, bio="", pseudonym="A dock worker", pseudonym_reason="My employer would dismiss me.")
    byline = client.get(site.publish(language, author=pen)).text.partition("article-byline")[2].partition("</div>")[0]
    assert byline.count(f'<p class="article-note">{told}') == 1
    assert byline.index("A dock worker") < byline.index("article-note")
    assert whole.name not in byline
    assert "article-note" not in client.get(site.publish(language)).text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_feed_has_one_label_and_one_explainer_for_each_piece(
    site: Site, client: FlaskClient, language: str
) -> None:
    path = site.publish(language)
    answer = client.get(f"/{DESK[language]}/rss.xml")
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    items = etree.fromstring(answer.data).findall("channel/item")
    assert len(items) == 1
    assert [category.text for category in items[0].findall("category")] == [LABEL[language]]
    content = items[0].findtext(CONTENT) or ""
    assert content.count('<aside role="note"') == content.count(EXPLAINER[language]) == 1
    assert items[0].findtext("link") == site.newsroom.settings.base_url + quote(path)
    other = "rai" if language == "en" else "opinion"
    assert etree.fromstring(client.get(f"/{other}/rss.xml").data).findall("channel/item") == []


def test_lists_show_the_label_of_every_piece_and_no_explainer(site: Site, client: FlaskClient) -> None:
    path = site.publish()
    for page in ("/opinion/", "/archive/opinion/2026/11", "/archive/opinion/by/huda-mansouri"):
        text = client.get(page).text
        assert text.count(f'href="{path}"') == 1
        assert text.count('<p class="article-label">Opinion</p>') == 1
        assert EXPLAINER["en"] not in text


def test_a_piece_has_one_address(site: Site, client: FlaskClient) -> None:
    path = site.publish("ar")
    number = path.split("/")[2]
    for other in (f"/articles/{number}", f"/articles/{number}/", f"/articles/{number}/old-headline"):
        answer = client.get(other)
        assert (answer.status_code, answer.location) == (301, quote(path))
    for missing in ("/articles/99999/x", "/articles/x", f"/articles/{2**70}/x"):
        assert client.get(missing).status_code == 404


def test_a_removed_piece_answers_410_with_its_note_and_nothing_else(site: Site, client: FlaskClient) -> None:
    path = site.headlined("A headline that must go")
    tag = client.get(path).headers["ETag"]
    site.act(path, "remove", "Removed: the <main> claim was not true.")
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 410
    assert "Removed: the &lt;main&gt; claim was not true." in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "A headline that must go" not in answer.text
    assert "ld+json" not in answer.text
    for page in ("/", "/opinion/", "/opinion/rss.xml", "/archive/opinion/2026/11"):
        assert "A headline that must go" not in client.get(page).text
    assert client.get("/archive/opinion/by/huda-mansouri").status_code == 404
    site.act(path, "restore", "It was true after all.")
    back = client.get(path)
    assert (back.status_code, "It was true after all." in back.text) == (200, True)


@pytest.mark.parametrize("page", ["article", "/", "/opinion/", "/opinion/rss.xml", "/archive/opinion/2026/11"])
def test_an_unchanged_page_answers_304_and_a_changed_one_does_not(site: Site, client: FlaskClient, page: str) -> None:
    path = site.publish()
    page = path if page == "article" else page
    first = client.get(page)
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" in first.headers["Vary"]
    kept = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    again = client.get(page, headers=kept)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    since = client.get(page, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    clock = site.newsroom.clock
    assert isinstance(clock, factories.StillClock)
    clock.move(minutes=1)
    site.act(path, "remove", "Gone.")
    site.act(path, "restore", "Back.")
    assert client.get(page, headers=kept).status_code == 200


def test_light_or_dark_is_part_of_what_is_kept(site: Site, client: FlaskClient) -> None:
    path = site.publish()
    tag = client.get(path).headers["ETag"]
    client.set_cookie("theme", "dark")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_304_costs_one_look_up(site: Site, client: FlaskClient, newsroom: Newsroom) -> None:
    path = site.publish()
    tag = client.get(path).headers["ETag"]
    statements: list[str] = []
    event.listen(newsroom.database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert len([said for said in statements if said.startswith("SELECT")]) == 1


def test_an_article_costs_two_look_ups_and_its_call_count_stays_low(
    site: Site, client: FlaskClient, newsroom: Newsroom
) -> None:
    path = site.publish()
    clock = site.newsroom.clock
    assert isinstance(clock, factories.StillClock)
    for note in ("First correction.", "Second correction."):
        clock.move(minutes=1)
        site.act(path, "remove", "Gone.")
        site.act(path, "restore", note)
    statements: list[str] = []
    event.listen(newsroom.database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    page = client.get(path).text
    assert len([said for said in statements if said.startswith("SELECT")]) == 2
    assert page.index("First correction.") < page.index("Second correction.")
    assert 'href="/archive/opinion/by/huda-mansouri" rel="author"' in page
    calls = Profile()
    calls.runcall(client.get, path)
    assert (
        sum(entry.callcount for entry in calls.getstats()) < 5700
    )  # 5,152; 6,865 with a session and every address built


def test_the_framework_and_what_stands_before_it_answer_304_alike(
    site: Site, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "intake.web.request")
    path, client = site.publish("ar"), app.test_client()
    kept = {"If-None-Match": client.get(path).headers["ETag"]}
    caplog.clear()
    before = client.get(path, headers=kept)
    behind = client.get(path, headers=kept, query_string="a=b")
    assert [answer.status_code for answer in (before, behind)] == [304, 304]
    named = [sorted((k, v) for k, v in answer.headers if k != "X-Request-ID") for answer in (before, behind)]
    assert named[0] == named[1]
    assert len(before.headers["X-Request-ID"]) == len(behind.headers["X-Request-ID"])
    lines = [{key: vars(line)[key] for key in ("route", "method", "status")} for line in caplog.records]
    assert lines == [{"route": unchanged.RULE, "method": "GET", "status": 304}] * 2
    for changed in ({"If-None-Match": '"other"'}, {"If-None-Match": "broken, "}):
        assert client.get(path, headers=changed).status_code == 200
    assert client.get(path + "x", headers=kept).status_code == 301
    assert client.head(path, headers={"If-None-Match": f'W/{kept["If-None-Match"]}, "b"'}).status_code == 304
    client.set_cookie("desk", "a session")
    assert client.get(path, headers=kept).headers["Cache-Control"] == "no-store"


def test_pages_are_not_kept_for_those_who_have_a_session(site: Site, sign_in: SignIn) -> None:
    path = site.publish()
    assert sign_in(name="Other Chief").get(path).headers["Cache-Control"] == "no-store"


def test_a_hostile_headline_stays_text_everywhere(site: Site, client: FlaskClient) -> None:
    headline = 'A "</script><script>alert(1)</script> {{7*7}} <img src=x onerror=alert(2)>'
    path = site.headlined(headline)
    for page in (path, "/", "/opinion/", "/archive/opinion/2026/11", "/opinion/rss.xml"):
        text = client.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.sub(r"\d{3,}", "", text.partition("<h1")[2].partition("</h1>")[0])
    assert json_ld(client.get(path).text)["headline"] == headline


def test_a_forged_host_appears_in_no_page(site: Site, client: FlaskClient) -> None:
    path = site.publish()
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "evil.example"}
    for page in (path, "/", "/opinion/rss.xml", "/opinion/about-opinion", "/archive/opinion", "/about-opinion"):
        answer = client.get(page, headers=forged)
        assert "evil.example" not in answer.text + str(answer.location)


def test_nothing_private_is_on_public_pages(site: Site, client: FlaskClient) -> None:
    details = replace(
        factories.proposal().author, address="secret@author.example", phone="+218911111111", city="Hidden Town"
    )
    facts = replace(factories.proposal().facts, why_now="A private reason")
    path = site.publish(author=details, facts=facts)
    for page in (path, "/", "/opinion/rss.xml", "/archive/opinion/2026/11", "/archive/opinion/by/huda-mansouri"):
        text = client.get(page).text
        for private in ("secret@", "+218911111111", "Hidden Town", "A private reason", site.chief.name):
            assert private not in text


def test_the_call_for_articles_is_furniture_and_never_in_an_article(site: Site, client: FlaskClient) -> None:
    path = site.publish()
    assert "oped@harbourpost.example" in client.get("/opinion/").text
    article = client.get(path).text.partition("<article")[2].partition("</article>")[0]
    for call in ("oped@", "/write/", "Write for us", "Op-Ed"):
        assert call not in article


def test_the_front_page_follows_the_visitor_and_links_to_the_other_desk(client: FlaskClient) -> None:
    arabic = client.get("/", headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl"' in arabic.text
    assert 'href="/opinion/" lang="en"' in arabic.text
    english = client.get("/", headers={"Accept-Language": "en"})
    assert 'href="/rai/" lang="ar" dir="rtl"' in english.text
    assert arabic.headers["ETag"] != english.headers["ETag"]


def test_long_lists_are_turned_page_by_page(site: Site, client: FlaskClient) -> None:
    paths = []
    for number in range(22):
        paths.append(site.publish(author=replace(factories.proposal().author, address=f"a{number}@author.example")))
    first = client.get("/opinion/").text
    following = re.search(r'href="(\?before=\d+)"', first)
    assert following
    second = client.get(f"/opinion/{following[1]}").text
    shown = [[path for path in paths if f'href="{path}"' in text] for text in (first, second)]
    assert (len(shown[0]), shown[1], 'rel="next"' in second) == (20, paths[:2], False)


def test_the_archive_leads_from_month_to_month(site: Site, client: FlaskClient) -> None:
    site.publish()
    assert client.get("/archive/opinion").location == "/archive/opinion/2026/11"
    clock = site.newsroom.clock
    assert isinstance(clock, factories.StillClock)
    clock.move(days=70)
    site.publish(author=replace(factories.proposal().author, address="second@author.example"))
    later = client.get("/archive/opinion/2027/02").text
    assert 'href="/archive/opinion/2026/11"' in later
    assert 'href="/archive/opinion/2027/02"' in client.get("/archive/opinion/2026/11").text
    for nowhere in (
        "/archive/opinion/2026/13",
        "/archive/opinion/2026/00",
        "/archive/news",
        "/archive/opinion/0000/01",
    ):
        assert client.get(nowhere).status_code == 404


def test_addresses_outside_the_site_are_not_found(client: FlaskClient) -> None:
    for nowhere in ("/favicon.ico", "/news/", "/wp-login.php", "/archive/opinion/by/nobody", "/%00/"):
        answer = client.get(nowhere)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
