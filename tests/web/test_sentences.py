"""The reader's sentences in both languages: every constant is found again in what was made of it."""

import re

import pytest
from flask_babel import force_locale

from intake.newsroom import Newsroom
from intake.web import sentences
from tests.web.apps import quick_app

ARABIC = re.compile("[\u0621-\u064a]{2}")


def filled(message: str) -> str:
    return re.sub(r"%\((\w+)\)s", lambda found: f"a {found[1]}: (b)", message)


def test_every_constant_is_found_again_with_its_values() -> None:
    for message in sentences.KNOWN:
        found = sentences.constant_of(filled(message))
        assert found is not None, message
        assert (found[0], message % dict(found[1])) == (message, filled(message))


def test_every_constant_has_arabic_words(newsroom: Newsroom) -> None:
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        english = [message for message in sentences.KNOWN if not ARABIC.search(sentences.told(filled(message)))]
        assert english == []


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Comments in the document stand apart from the text (3).", "في المستند تعليقات فُصلت عن النص (عددها 3)."),
        ("The file is empty. Send the piece as .docx or .pdf, or in the mail itself. More.", ""),
        ("words nobody knows", ""),
        ("The document is damaged (" + "x" * 1000 + ").", ""),
    ],
)
def test_a_sentence_is_told_or_left_alone(newsroom: Newsroom, sentence: str, said: str) -> None:
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        assert sentences.told(sentence) == said


def test_a_value_stands_in_a_direction_of_its_own(newsroom: Newsroom) -> None:
    told = "The file does not say its character set; it was read as cp1256. Check it against the original."
    with quick_app(newsroom).test_request_context(), force_locale("en"):
        assert sentences.told(told) == told.replace("cp1256", "\u2068cp1256\u2069")
