"""What an author types into the form, or on the page of missing answers. It sends nothing."""

from tests.e2e.visitor import Visitor
from tests.factories import text

NAMES = {"en": "Huda Mansouri", "ar": "هدى المنصوري"}
BIOS = {"en": "Huda Mansouri is a harbour engineer.", "ar": "مهندسة موانئ من مصراتة."}


def fill_the_form(author: Visitor, language: str, address: str) -> None:
    """Answer every question of the author's form."""
    piece = text(language)
    author.type(headline=piece.headline, body=piece.body_text, email=address)
    fill_the_answers(author, language)


def fill_the_answers(author: Visitor, language: str) -> None:
    """Answer every question but the text and the address."""
    author.type(
        why_now="The council votes next week.",
        name=NAMES[language],
        phone="+218912345678",
        city="Misrata",
        country="Libya",
        role="Engineer",
        bio=BIOS[language],
    )
    for question in ("funded", "office", "paid", "asked_to", "drafted", "tie"):
        author.page.check(f"[name={question}-answer][value=no]")
    for name, value in {"allegation": "no", "ai_use": "none", "exclusivity": "only"}.items():
        author.page.check(f"[name={name}][value={value}]")
    author.page.check("[name=terms]")
