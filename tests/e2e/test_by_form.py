"""The whole way by browser, in both languages: form, confirmation, queue, decision, proof, publication, page.

On every page: no request leaves the desk's host, nothing is written to the console, axe finds nothing.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, Desk
from tests.factories import text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium"),
    # Playwright's own event loop is closed by its garbage collection at the very end.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PASSWORD = "a quiet pass phrase"
WORDS = {
    "en": {
        "desk": "opinion",
        "name": "Huda Mansouri",
        "bio": "Huda Mansouri is a harbour engineer.",
        "label": "Opinion",
    },
    "ar": {"desk": "rai", "name": "هدى المنصوري", "bio": "مهندسة موانئ من مصراتة.", "label": "رأي"},
}
SENTENCE = {"en": "do not necessarily reflect", "ar": "لا تعكس بالضرورة"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Visitor:
    """A person with a browser of their own, who notices what should not be there."""

    def __init__(self, browser: Browser, base: str, language: str, width: int = 1280) -> None:
        self.base = base
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": 900}, extra_http_headers={"Accept-Language": language}
        )
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda asked: self._notice(asked.url))

    def _hear(self, kind: str, said: str) -> None:
        # A refused form is answered 422, which Chromium writes down as an error.
        if kind == "error" and "status of 422" not in said:
            self.faults.append(said)

    def _notice(self, address: str) -> None:
        if urlsplit(address).netloc not in (urlsplit(self.base).netloc, ""):
            self.faults.append(f"a request left the host: {address}")

    def open(self, address: str) -> None:
        """Open a page and look it over."""
        self.page.goto(address if address.startswith("http") else self.base + address)
        self.look()

    def look(self) -> None:
        """Hold the open page to what every page must be."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (self.page.url, wide, self.faults) == (self.page.url, 0, [])

    def press(self, action: str) -> None:
        """Press the main button of the form that is sent to an address ending so, and look at what comes."""
        form = self.page.locator(f'form[action$="{action}"]').last
        every = form.locator("button.button:visible")
        main = form.locator("button.button:not(.quiet, .plain, .small):visible")
        (main if main.count() else every).last.click()
        self.page.wait_for_load_state()
        self.look()


@pytest.fixture(scope="module")
def signed_in(running_desk: Desk, browser: Browser) -> None:
    """Make the first account by its link."""
    chief = Visitor(browser, running_desk.base, "en")
    chief.open(running_desk.first_link)
    for name, value in {"name": "Chief", "email": "chief@harbourpost.example"}.items():
        chief.page.fill(f"[name={name}]", value)
    chief.page.fill("[name=password]", PASSWORD)
    chief.page.fill("[name=password_confirm]", PASSWORD)
    chief.page.click("main form button[type=submit]")
    chief.page.wait_for_url("**/desk/**")


def fill_the_form(author: Visitor, language: str, address: str) -> None:
    """Answer every question of the author's form."""
    page, words, piece = author.page, WORDS[language], text(language)
    typed = {
        "headline": piece.headline,
        "body": piece.body_text,
        "why_now": "The council votes next week.",
        "name": words["name"],
        "email": address,
        "phone": "+218912345678",
        "city": "Misrata",
        "country": "Libya",
        "role": "Engineer",
        "bio": words["bio"],
    }
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    for question in ("funded", "office", "paid", "asked_to", "drafted", "tie"):
        page.check(f"[name={question}-answer][value=no]")
    for name, value in {"allegation": "no", "ai_use": "none", "exclusivity": "only"}.items():
        page.check(f"[name={name}][value={value}]")
    page.check("[name=terms]")


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 390)])
def test_a_form_becomes_a_published_page(running_desk: Desk, browser: Browser, language: str, width: int) -> None:
    desk, address = WORDS[language]["desk"], f"author-{language}@author.example"
    author = Visitor(browser, running_desk.base, language, width)
    author.open(f"/write/{desk}")
    author.press(f"/write/{desk}")
    assert author.page.title().startswith("Error: " if language == "en" else "خطأ")
    fill_the_form(author, language, address)
    author.press(f"/write/{desk}")
    author.press(f"/write/{desk}")
    assert "/done/" in author.page.url
    confirm = re.findall(r"http://\S+/confirm", running_desk.letter(address, "/confirm"))[0]
    author.open(confirm)
    author.press("/confirm")
    ref = re.findall(r"OP-[2-9A-Z]{6}", author.page.content())[0]

    editor = Visitor(browser, running_desk.base, language, width)
    editor.open("/account/login")
    editor.page.fill("[name=email]", "chief@harbourpost.example")
    editor.page.fill("[name=password]", PASSWORD)
    editor.press("/account/login")
    editor.open(f"/desk/?lang={language}")
    assert editor.page.locator(f'a[href*="{ref}"]').count() > 0
    editor.open(f"/desk/{ref}")
    editor.press(f"/desk/{ref}/claim")
    editor.open(f"/desk/{ref}/decide?as=accept")
    editor.page.locator("main form .buttons button[type=submit]").last.click()
    editor.page.wait_for_load_state()
    editor.open(f"/desk/{ref}/edit")
    editor.open(f"/desk/{ref}/proof")
    editor.press(f"/desk/{ref}/proof/send")

    author.open(re.findall(r"http://\S+/proof", running_desk.letter(address, "/proof"))[0])
    author.press("/proof")
    editor.open(f"/desk/{ref}/publish")
    editor.press(f"/desk/{ref}/publish")
    reader = Visitor(browser, running_desk.base, language, width)
    reader.open(re.findall(r"http://\S+/articles/\S+", running_desk.letter(address, "/articles/"))[0])
    assert reader.page.locator(".article-label").all_inner_texts() == [WORDS[language]["label"]]
    notes = reader.page.locator("aside[role=note]").all_inner_texts()
    assert [SENTENCE[language] in note for note in notes] == [True]
    assert reader.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
