"""Every shipped letter, in both languages: declared, without fault, and rendering to plain words."""

from pathlib import Path

import pytest

from intake.domain.letter import LINKS, RIGHT_TO_LEFT, Letter, Template, check, declared, fill, links_in, parse, render
from intake.domain.states import TRANSITIONS

ROOT = Path(__file__).parents[2]
LETTERS = declared((ROOT / "config/letters.toml").read_text(encoding="utf-8"))
LANGUAGES = ("en", "ar")
NAMED = (
    "M0 M0e M0l M0u M1 M1m M1r M2 M3 M3v M4 M4r M5 M6a M6b M6c M7 M7n M8 M8n M8r M8v M9 M9r M10 M11 M11u M12 M13 M14 "
    "M15 M16 Md Ml Mm Mr E1 E2 E3 E4 E5 A1 A2 A3 A4"
)


def template(code: str, language: str) -> Template:
    return parse((ROOT / f"templates/letters/{language}/{code}.txt").read_text(encoding="utf-8"), language)


TEXTS = [(letter, template(letter.code, language)) for letter in LETTERS.values() for language in LANGUAGES]
every_text = pytest.mark.parametrize(
    ("letter", "text"), TEXTS, ids=[f"{letter.code}-{text.language}" for letter, text in TEXTS]
)


def test_every_letter_is_declared_and_written_and_no_other() -> None:
    assert sorted(LETTERS) == sorted(NAMED.split())
    for language in LANGUAGES:
        written = {file.stem for file in (ROOT / "templates/letters" / language).iterdir()}
        assert written == set(LETTERS)


def test_every_letter_of_the_state_table_exists() -> None:
    named = {word for row in TRANSITIONS for word in row.letter.replace(",", " ").split() if word[0] == "M"}

    assert named
    assert named <= set(LETTERS)


def test_every_letter_has_a_name_in_both_languages() -> None:
    assert {tuple(sorted(letter.titles)) for letter in LETTERS.values()} == {("ar", "en")}


@every_text
def test_a_shipped_letter_is_without_fault(letter: Letter, text: Template) -> None:
    assert [str(fault) for fault in check(letter, text)] == []


@every_text
def test_a_shipped_letter_uses_all_it_declares_and_renders(letter: Letter, text: Template) -> None:
    values = {name: f"<{name}>" for name in letter.placeholders}
    rendered = render(text, values)
    body = fill(rendered.body, {name: f"<{name}>" for name in LINKS})

    for name in letter.placeholders:
        assert f"<{name}>" in rendered.subject + body
    assert "{" not in rendered.subject + body
    assert sorted(links_in(rendered.body)) == sorted(letter.links)
    assert "\n" not in rendered.subject


def test_a_shipped_letter_is_in_its_language_and_names_no_zone() -> None:
    for letter, text in TEXTS:
        arabic = sum("\u0621" <= character <= "\u064a" for character in text.subject + text.body)
        assert (arabic > 10) is (text.language in RIGHT_TO_LEFT), letter.code
        assert "Tripoli" not in text.body
        assert "طرابلس" not in text.body


def test_a_letter_has_a_link_where_its_declaration_says() -> None:
    for letter in LETTERS.values():
        assert bool(letter.links) is (letter.link != "none"), letter.code


def test_letters_to_editors_hold_nothing_of_the_manuscript() -> None:
    for letter in LETTERS.values():
        if letter.code.startswith("E"):
            assert "headline" not in letter.placeholders, letter.code


def test_a_letter_to_an_unproved_sender_repeats_nothing_of_theirs() -> None:
    assert {code for code in ("M0", "M0e", "M0l", "M0u", "M1m") if "headline" in LETTERS[code].placeholders} == set()
