"""What hostile authors and editors type is text on every page of an author: shown, never run, never misleading."""

from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import editing, proof, review, submit
from tests import factories
from tests.web.author.visitor import Visitor

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "{{7*7}} ${7*7} {0.__class__}",
    "javascript:alert(1)",
)
OVERRIDES = "\u202egnp.exe\u2066 \u202c"
PAGES = ("", "/confirm", "/proof", "/extension", "/offer", "/withdraw", "/changes", "/revise", "/details")
SAFE_ATTRIBUTES = ("onerror", "onfocus", "onclick", "onload", "style", "srcdoc", "autofocus")


def inert(text: str) -> list[str]:
    """Return what in a page could run or load, beside its own scripts, styles and the focus of an error summary."""
    document: Any = html.fromstring(text)
    found = [f"<{node.tag}>" for node in document.xpath("//img | //iframe | //object | //embed | //base")]
    found += [node.get("src", "inline") for node in document.xpath("//script[not(starts-with(@src, '/static/'))]")]
    for name in SAFE_ATTRIBUTES:
        path = f"//*[@{name}][not(contains(@class, 'error-summary'))]"
        found += [f"{node.tag} {name}" for node in document.xpath(path)]
    found += [str(link) for link in document.xpath("//@href | //@src | //@action | //@formaction") if ":" in link[:12]]
    return [each for each in found if not each.startswith("mailto:")]


def everywhere(bad: str, session: Any, newsroom: Newsroom, editor: Actor) -> Submission:
    """Return a piece with the string in every field that a page shows, an edit, a thread and a proof."""
    whole = factories.proposal()
    texts = ("other_spelling", "contact_otherwise", "city", "country", "role", "organisation", "role_page", "bio")
    author = replace(whole.author, name=bad, earlier_works=(bad,), **dict.fromkeys(texts, bad))
    facts = replace(whole.facts, why_now=bad, allegation=True, evidence=bad, asked=False)
    interests = dict.fromkeys(("funded", "office", "paid", "asked", "drafted", "tie"), (True, bad))
    said = factories.statement(interests=interests, disclosure=bad, ai_tool=bad, ai_use="assist", exclusivity_where=bad)
    body = f"<p>{html_escaped(bad)}</p><p>More.</p>"
    text = replace(whole.text, headline=bad, standfirst=bad, body_html=body, body_text=bad)
    piece = submit.submit(
        session, newsroom, replace(whole, author=author, facts=facts, statement=said, text=text), confirmed=True
    )
    review.note(session, newsroom, piece, factories.author(piece), bad, None)
    review.claim(session, newsroom, piece, editor, piece.version)
    fresh = f"<p>Seven quite new words stand before it: {html_escaped(bad)}</p>"
    edited = replace(text, headline=f"New {bad}", body_html=fresh)
    editing.edit(session, newsroom, piece, editor, edited, piece.version)
    review.accept(session, newsroom, piece, editor, piece.version)
    piece.undo = piece.undo_until = None
    proof.send(session, newsroom, piece, editor, piece.version)
    return piece


def read(text: str) -> str:
    """Return what a reader of a page sees."""
    document: Any = html.fromstring(text)
    return str(document.text_content())


def html_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("bad", HOSTILE)
def test_stored_strings_are_inert_on_every_page(visitor: Visitor, newsroom: Newsroom, bad: str) -> None:
    with newsroom.transaction() as session:
        link = visitor.path_of(everywhere(bad, session, newsroom, factories.person(session, newsroom)))
    for page in PAGES:
        text = visitor.open(link + page).text
        assert inert(text) == [], page
        assert "49" not in read(text).replace(visitor.pieces()[0].ref, ""), page


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("desk", ["opinion", "rai"])
def test_typed_strings_are_inert_on_the_form_and_the_check_page(visitor: Visitor, desk: str, bad: str) -> None:
    fields = ("headline", "standfirst", "why_now", "name", "other_spelling", "city", "country", "role", "organisation")
    typed: dict[str, Any] = dict.fromkeys(fields, bad) | {"earlier_works-0": bad, "sources-0-claim": bad}
    checked = visitor.write(desk, "check", **(typed | {"sources-0-link": "https://example.org/"}))
    assert checked.status_code == 200
    assert [found for found in inert(checked.text) if found != "https://example.org/"] == []
    assert bad in read(checked.text)
    refused = visitor.write(desk, "check", **typed, email=bad, phone=bad, role_page=bad, bio="")
    assert refused.status_code == 422
    assert inert(refused.text) == []


def test_the_proof_that_such_a_string_would_be_seen() -> None:
    assert inert('<p><img src="x" onerror="alert(1)"></p>') == ["<img>", "img onerror"]
    assert inert("<p><script>alert(1)</script></p>") == ["inline"]


def test_direction_overrides_are_taken_out_and_names_isolated(visitor: Visitor, newsroom: Newsroom) -> None:
    checked = visitor.write("opinion", "check", name=f"Huda {OVERRIDES}", headline=f"Walls and roads {OVERRIDES}")
    assert not set(OVERRIDES) & set("\u202e\u2066\u202c") & set(checked.text)
    visitor.send(checked, "submit")
    with newsroom.reading() as session:
        piece = session.merge(visitor.pieces()[0])
        assert (piece.headline, piece.bylines[0].name) == ("Walls and roads gnp.exe", "Huda gnp.exe")
        page = visitor.open(visitor.path_of(piece) + "/confirm").text
    assert "<bdi" in page


def test_a_header_cannot_be_smuggled_into_a_letter(visitor: Visitor, newsroom: Newsroom) -> None:
    headline = "Walls\r\nBcc: everyone@example.org"
    visitor.send(visitor.write("opinion", "check", headline=headline), "submit")
    with newsroom.reading() as session:
        letter = session.scalars(select(Letter)).one()
        assert "\n" not in letter.subject
        assert visitor.pieces()[0].headline == "Walls Bcc: everyone@example.org"
