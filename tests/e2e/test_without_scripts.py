"""The author's way with JavaScript off: the form is refused, filled, checked, sent and confirmed by plain pages."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import letters
from tests import factories
from tests.e2e.conftest import DRIVES_CHROMIUM
from tests.e2e.form_filling import fill_the_form
from tests.e2e.prepared import served
from tests.e2e.visitor import Visitor
from tests.web.apps import quick_app

pytestmark = DRIVES_CHROMIUM


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("ar", 1280)])
def test_the_form_needs_no_script(newsroom: Newsroom, browser: Browser, language: str, width: int) -> None:
    with served(quick_app(newsroom), newsroom, language, empty=True) as prepared:
        author = Visitor(browser, prepared.base, language, width, scripts=False)
        form = f"/write/{prepared.names['desk']}"
        author.open(form)
        author.press(form)
        assert author.page.locator(".error-summary").count() == 1
        factories.pass_time(newsroom, seconds=60)  # who answers in no time at all is a program
        fill_the_form(author, language, "author@author.example")
        author.press(form)
        author.press(form)
        assert "/done/" in author.page.url
        with newsroom.reading() as session:
            piece = session.scalars(select(Submission)).one()
            own = urlsplit(letters.author_link(newsroom, piece.bylines[0])).path
        author.open(f"{own}/confirm")
        author.press("/confirm")
        assert piece.ref in author.page.content()
    with newsroom.reading() as session:
        assert session.scalars(select(Submission.status)).all() == ["received"]
