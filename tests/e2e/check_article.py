"""Fetch a published article and its feed as a reader would, and hold them to the promise. Standard library only.

Usage: check_article.py ARTICLE-ADDRESS BASE-ADDRESS. Exit 1 with the fault when something is wrong.
"""

import json
import re
import sys
from html import unescape
from urllib.parse import quote, unquote
from urllib.request import urlopen
from xml.etree import ElementTree

NAMES = {
    "en": ("The Harbour Post", "Opinion", "do not necessarily reflect"),
    "ar": ("بريد الميناء", "رأي", "لا تعكس بالضرورة"),
}
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def fetch(address: str) -> str:
    """Return a page's text; an error status raises."""
    with urlopen(quote(address, safe=":/%"), timeout=10) as answer:  # noqa: S310 - the address is this test's own desk
        return str(answer.read().decode("utf-8"))


def check(address: str, base: str) -> None:
    """Raise AssertionError with the fault."""
    page = fetch(address)
    language = re.search(r'<html lang="(\w+)" dir="(\w+)"', page)
    assert language, "the page has no language"
    name, label, sentence = NAMES[language[1]]
    assert language[2] == ("rtl" if language[1] == "ar" else "ltr"), "the page runs the wrong way"
    shown = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert len(re.findall(r'class="article-label"', shown)) == 1, "not exactly one label"
    notes = re.findall(r'<aside[^>]*role="note"[^>]*>(.*?)</aside>', shown, flags=re.DOTALL)
    assert [sentence in note for note in notes] == [True], "not exactly one explainer"
    assert shown.count(sentence) == 1, "the sentence stands more than once"
    assert name in unescape(notes[0]), "the wrong publication is named"
    assert not re.search(r"\[/?su_note|\{publication\}", page), "a raw shortcode or placeholder"
    data = json.loads(re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, flags=re.DOTALL)[0])
    assert data["@type"] == "OpinionNewsArticle", data["@type"]
    assert (data["inLanguage"], sentence in data["backstory"]) == (language[1], True), "JSON-LD is wrong"
    feed = "/rai/rss.xml" if language[1] == "ar" else "/opinion/rss.xml"
    parsed = ElementTree.fromstring(fetch(base + feed).encode())  # noqa: S314 - the feed is our own
    tail = unquote(address).split("/articles/")[1]
    mine = [item for item in parsed.iter("item") if unquote(item.findtext("link") or "").endswith(tail)]
    assert len(mine) == 1, "not exactly one RSS item"
    body = mine[0].findtext(CONTENT) or ""
    assert (body.count(sentence), body.count("<aside")) == (1, 1), "the RSS item has not exactly one note"
    assert label in (mine[0].findtext("title") or ""), "the RSS title lacks the label"


if __name__ == "__main__":
    try:
        check(sys.argv[1], sys.argv[2])
    except AssertionError as fault:
        sys.exit(f"{sys.argv[1]}: {fault}")
