"""The whole way by browser, from form and from mail, in both languages, at both widths, in the light and in the dark.

On every page: no request leaves the desk's host, nothing is written to the console, axe finds nothing, nothing is wider
than the screen, and on a phone no target is smaller than a fingertip.
"""

import re
import smtplib
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import DRIVES_CHROMIUM, Desk
from tests.e2e.form_filling import NAMES, fill_the_answers, fill_the_form
from tests.e2e.send_mails import mail
from tests.e2e.visitor import WIDTHS, Visitor
from tests.factories import text

pytestmark = DRIVES_CHROMIUM
PASSWORD = "a quiet pass phrase"
CHIEF = "chief@harbourpost.example"
DESKS = {"en": "opinion", "ar": "rai"}
INBOXES = {"en": "oped@harbourpost.example", "ar": "rai@harbourpost.example"}
SUBJECTS = {"en": "Op-Ed: ", "ar": "مقال رأي: "}
LABELS = {"en": "Opinion", "ar": "رأي"}
SENTENCE = {"en": "do not necessarily reflect", "ar": "لا تعكس بالضرورة"}
QUESTION = {"en": "Which year did they first vote on it?", "ar": "في أي سنة صوّتوا عليه أول مرة؟"}
ANSWER = {"en": "In 2019, and again last spring.", "ar": "في 2019، ثم في الربيع الماضي."}
ADDED = {"en": "For the third time. ", "ar": "للمرة الثالثة. "}


@dataclass
class Way:
    """The people of one journey and where it has come to."""

    desk: Desk
    language: str
    address: str
    author: Visitor
    editor: Visitor
    ref: str = ""

    def link(self, pattern: str, holds: str) -> str:
        """Wait for a letter to the author that holds something, and return the link in it."""
        return str(re.findall(rf"http://\S+/{pattern}", self.desk.letter(self.address, holds))[0])


@pytest.fixture(scope="module")
def chief(running_desk: Desk, browser: Browser) -> None:
    """Make the first account by its link."""
    visitor = Visitor(browser, running_desk.base, "en")
    visitor.open(running_desk.first_link)
    visitor.type(name="Chief", email=CHIEF, password=PASSWORD, password_confirm=PASSWORD)
    visitor.page.click("main form button[type=submit]")
    visitor.page.wait_for_url("**/desk/**")
    visitor.leave()


@pytest.mark.usefixtures("chief")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("channel", ["form", "mail"])
def test_a_piece_becomes_a_published_page(
    running_desk: Desk, browser: Browser, channel: str, language: str, width: int
) -> None:
    people = [Visitor(browser, running_desk.base, language, width) for _ in range(3)]
    author, editor, reader = people
    way = Way(running_desk, language, f"{channel}-{language}-{width}@author.example", author, editor)
    if channel == "form":
        by_form(way)
    else:
        by_mail(way)
    claimed_from_the_queue(way)
    asked_and_answered(way)
    edited(way)
    accepted_and_approved(way)
    editor.open(f"/desk/{way.ref}/publish")
    editor.press(f"/desk/{way.ref}/publish")
    reader.open(way.link(r"articles/\S+", "/articles/"))
    assert reader.page.locator(".article-label").all_inner_texts() == [LABELS[language]]
    notes = reader.page.locator("aside[role=note]").all_inner_texts()
    assert [SENTENCE[language] in note for note in notes] == [True]
    assert reader.page.locator(".article-body").inner_text().startswith(ADDED[language].strip())
    assert reader.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    for person in people:
        person.leave()


def by_form(way: Way) -> None:
    """Send the form, first empty, and confirm the address by the mailed link."""
    author, form = way.author, f"/write/{DESKS[way.language]}"
    author.open(form)
    author.press(form)
    assert author.page.title().startswith("Error: " if way.language == "en" else "خطأ")
    fill_the_form(author, way.language, way.address)
    author.press(form)
    author.press(form)
    assert "/done/" in author.page.url
    author.open(way.link(r"\S+/confirm", "/confirm"))
    author.press("/confirm")
    way.ref = re.findall(r"OP-[2-9A-Z]{6}", author.page.content())[0]


def by_mail(way: Way) -> None:
    """Send a mail and give what it does not say on the author's page, reached by the link in the answer."""
    piece = text(way.language)
    sender = f"{NAMES[way.language]} <{way.address}>"
    message = mail(sender, INBOXES[way.language], SUBJECTS[way.language] + piece.headline, piece.body_text)
    message.replace_header("Message-ID", f"<{way.address}>")
    with smtplib.LMTP("127.0.0.1", way.desk.lmtp) as client:
        client.send_message(message)
    letter = way.desk.letter(way.address, "[OP-")
    way.ref = re.findall(r"OP-[2-9A-Z]{6}", letter)[0]
    way.author.open(re.findall(r"http://\S+/a/[\w-]+", letter)[0])
    own = way.author.page.url
    way.author.open(f"{own}/details")
    fill_the_answers(way.author, way.language)
    way.author.press("/details")


def claimed_from_the_queue(way: Way) -> None:
    """Sign in, find the piece in the queue, claim it there and open it."""
    editor = way.editor
    editor.open("/account/login")
    editor.type(email=CHIEF, password=PASSWORD)
    editor.press("/account/login")
    editor.open(f"/desk/?lang={way.language}")
    editor.press(f"/desk/{way.ref}/claim")
    editor.open(f"/desk/?lang={way.language}")
    assert editor.page.locator(f'[data-ref="{way.ref}"].is-mine[data-state=in_review]').count() == 1
    editor.page.click(f'a[href$="/desk/{way.ref}"]')
    editor.look()


def asked_and_answered(way: Way) -> None:
    """Ask the author, who answers on their page; the answer is in the piece's thread."""
    editor, author = way.editor, way.author
    editor.follow('[data-key="H"]')
    editor.type(words=QUESTION[way.language])
    editor.press("/decide?as=ask")
    author.open(way.link(r"a/[\w-]+", QUESTION[way.language]))
    assert QUESTION[way.language] in author.page.locator("#answer").inner_text()
    author.type(words=ANSWER[way.language])
    author.press("/words")
    editor.open(f"/desk/{way.ref}")
    assert ANSWER[way.language] in editor.page.locator(".entry.from-author").all_inner_texts()[-1]


def edited(way: Way) -> None:
    """Put a sentence before the text in the editor, and see it in the revisions."""
    editor = way.editor
    editor.open(f"/desk/{way.ref}/edit")
    editor.page.click(".editor")
    editor.page.keyboard.press("Control+Home")
    editor.page.keyboard.insert_text(ADDED[way.language])
    editor.press("/edit")
    editor.open(f"/desk/{way.ref}/revisions")
    assert [text.strip() for text in editor.page.locator("main ins").all_inner_texts()] == [ADDED[way.language].strip()]


def accepted_and_approved(way: Way) -> None:
    """Accept, send the proof, and have it approved by the author, who reads what was changed."""
    editor, author = way.editor, way.author
    editor.open(f"/desk/{way.ref}")
    editor.follow('[data-key="1"]')
    editor.press("/decide?as=accept")
    editor.open(f"/desk/{way.ref}/proof")
    editor.press(f"/desk/{way.ref}/proof/send")
    author.open(way.link(r"\S+/proof", "/proof"))
    author.follow('a[href$="/changes"]')
    assert ADDED[way.language].strip() in author.page.locator("main ins").all_inner_texts()[0]
    author.open(way.link(r"\S+/proof", "/proof"))
    author.press("/proof")
