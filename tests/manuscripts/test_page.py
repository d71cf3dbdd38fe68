import pytest

from intake.domain.errors import Unreadable
from intake.manuscripts import kinds, read

ARABIC = "صوّت المجلس يوم الثلاثاء على إغلاق الميناء، ولم يسأل أحد الناس الذين يصيدون فيه.\n\nوهذه فقرة ثانية.\n"
FRENCH = "Le conseil a voté mardi la fermeture du port où l’on pêche encore; personne n’a été consulté."
SPANISH = "El año pasado nadie preguntó a los pescadores; así también ocurrió después, y así seguirá mañana."


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_arabic_text_files_are_read_in_any_common_character_set(charset: str) -> None:
    assert read(ARABIC.encode(charset), "a.txt").text == ARABIC.strip()


def test_a_guess_is_said() -> None:
    manuscript = read(ARABIC.encode("cp1256"))
    assert manuscript.properties == {"charset": "cp1256"}
    assert [warning[:47] for warning in manuscript.warnings] == ["The file does not say its character set; it was"]


@pytest.mark.parametrize("western", [FRENCH, SPANISH])
def test_western_text_is_not_taken_for_arabic(western: str) -> None:
    manuscript = read(western.encode("cp1252"))
    assert (manuscript.text, manuscript.properties["charset"]) == (western, "cp1252")


def test_a_page_declares_its_character_set_and_its_first_heading_is_the_headline() -> None:
    html = f'<html><head><meta charset="windows-1256"><title>x</title></head><body><h1>رأي</h1><p>{ARABIC}</p>'
    manuscript = read(html.encode("cp1256"), "a.html")
    assert (manuscript.media_type, manuscript.headline, manuscript.warnings) == (kinds.HTML, "رأي", ())
    assert manuscript.html == f"<p>{' '.join(ARABIC.split())}</p>"
    assert manuscript.words == 17


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "no-such"])
def test_a_character_set_that_makes_markup_is_not_believed(charset: str) -> None:
    manuscript = read(f'<html><meta charset="{charset}"><p>+ADw-script+AD4- \\x3cb\\x3e'.encode(), "a.html")
    assert manuscript.html == "<p>+ADw-script+AD4- \\x3cb\\x3e</p>"
    western = read(f'<html><meta charset="{charset}"><p>\\x3cb\\x3e {FRENCH}'.encode("cp1252"), "a.html")
    assert western.html == f"<p>\\x3cb\\x3e {FRENCH}</p>"


def test_a_heading_deeper_down_stays_in_the_body() -> None:
    manuscript = read(b"<html><p>a</p><h1>b</h1><p>c</p>")
    assert (manuscript.headline, manuscript.html) == (None, "<p>a</p><h2>b</h2><p>c</p>")


@pytest.mark.parametrize("data", [b"<html><body><img src=a.png></body></html>", b"\xe2\x80\x8b"])
def test_a_file_without_text_is_refused_with_a_cure(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"holds no text\..* send the text itself"):
        read(data)


def test_the_head_of_a_page_gives_properties() -> None:
    head = '<title>The &amp; harbour</title><meta name="author" content="Huda"><meta name=generator content="W">'
    assert read(f"<html><head>{head}</head><p>Text.".encode()).properties == {
        "title": "The & harbour",
        "author": "Huda",
        "producer": "W",
        "charset": "utf-8-sig",
    }
