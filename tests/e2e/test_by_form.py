"""The whole way by browser, in both languages: form, confirmation, queue, decision, proof, publication, page.

On every page: no request leaves the desk's host, nothing is written to the console, axe finds nothing.
"""

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import DRIVES_CHROMIUM, Desk
from tests.e2e.visitor import Visitor
from tests.factories import text

pytestmark = DRIVES_CHROMIUM
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
