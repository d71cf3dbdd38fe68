"""An author with a browser: opens pages, fills in forms as they stand there, presses a button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import letters
from tests.factories import PARAGRAPHS_AR, PARAGRAPHS_EN, StillClock


@dataclass
class Visitor:
    """A client of the pages, and the newsroom behind them to look into."""

    newsroom: Newsroom
    client: FlaskClient

    def open(self, path: str, status: int = 200) -> TestResponse:
        """Open a page and check its status."""
        page = self.client.get(path)
        assert page.status_code == status, page.text
        return page

    def send(self, page: TestResponse, button: str = "", /, to: str = "", **typed: Any) -> TestResponse:
        """Fill in the page's form (the one that is sent to ``to``) and press the button with that value.

        None leaves a field out.
        """
        form = form_of(page, to)
        fields: dict[str, Any] = dict(form.form_values()) | typed
        for pressed in form.xpath(".//button[@value=$value]", value=button) if button else ():
            fields[pressed.get("name")] = button
        path = urlsplit(form.get("action") or page.request.full_path)
        where = path.path + (f"?{path.query}" if path.query else "")
        fields = {name: value for name, value in fields.items() if value is not None}
        multipart = form.get("enctype") == "multipart/form-data"
        return self.client.post(
            where, data=fields, content_type="multipart/form-data" if multipart else "application/x-www-form-urlencoded"
        )

    def write(self, desk: str = "opinion", button: str = "check", /, seconds: int = 60, **more: Any) -> TestResponse:
        """Open the form, take a minute, fill it in whole and press a button."""
        page = self.open(f"/write/{desk}")
        clock = self.newsroom.clock
        assert isinstance(clock, StillClock)
        clock.move(seconds=seconds)
        return self.send(page, button, **(answers("ar" if desk == "rai" else "en") | more))

    def pieces(self) -> list[Submission]:
        """Return every piece there is, oldest first."""
        with self.newsroom.reading() as session:
            return list(session.scalars(select(Submission).order_by(Submission.id)))

    def a_piece(self, make: Callable[..., Submission], *given: Any, **more: Any) -> str:
        """Make a piece by a factory and return the path of its author's page."""
        with self.newsroom.transaction() as session:
            piece = make(session, self.newsroom, *given, **more)
            session.flush()
            return self.path_of(piece)

    def path_of(self, piece: Submission) -> str:
        """Return the path of an author's page."""
        return urlsplit(letters.author_link(self.newsroom, piece.bylines[0])).path


def form_of(page: TestResponse, to: str = "") -> Any:
    """Return a page's form by the end of its action, the first one without."""
    document: Any = html.fromstring(page.text)
    for form in document.forms:
        if urlsplit(form.get("action") or page.request.path).path.endswith(to):
            return form
    raise AssertionError(f"no form to {to!r} on {page.request.path}")


def told(page: TestResponse) -> list[str]:
    """Return the errors in a page's summary."""
    found: Any = html.fromstring(page.text).xpath("//div[contains(@class, 'error-summary')]//li")
    return [" ".join(item.text_content().split()) for item in found]


def body(language: str = "en", words: int = 420) -> str:
    """Return a text of about so many words, as it is pasted."""
    paragraphs = PARAGRAPHS_AR if language == "ar" else PARAGRAPHS_EN
    chosen: list[str] = []
    while sum(len(paragraph.split()) for paragraph in chosen) < words:
        chosen.append(paragraphs[len(chosen) % len(paragraphs)])
    return "\n\n".join(chosen)


def answers(language: str = "en") -> dict[str, str]:
    """Return good answers to every question that must be answered."""
    arabic = language == "ar"
    return {
        "headline": "انقلوا الطريق ودعوا الجدار" if arabic else "Move the road and let the wall go",
        "body": body(language),
        "why_now": "يصوّت المجلس الأسبوع المقبل." if arabic else "The council votes next week.",
        "allegation": "no",
        "name": "هدى المنصوري" if arabic else "Huda Mansouri",
        "email": "huda@author.example",
        "phone": "+218 91 234 5678",
        "city": "مصراتة" if arabic else "Misrata",
        "country": "ليبيا" if arabic else "Libya",
        "bio": "مهندسة موانئ من مصراتة." if arabic else "Huda Mansouri is a harbour engineer in Misrata.",
        "ai_use": "none",
        "exclusivity": "only",
        "terms": "y",
        **{f"{name}-answer": "no" for name in ("funded", "office", "paid", "asked_to", "drafted", "tie")},
    }
