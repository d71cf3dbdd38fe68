from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.domain.desk import GENRES_WITH_DISCLAIMER, GENRES_WITHOUT
from intake.domain.disclaimer import NoDisclaimer, Policy, Version, lint, needs_notice, notice_for, render, resolve
from intake.domain.errors import Missing
from intake.domain.folding import words
from intake.domain.piece import Notice

EN = "The views in this article belong to its author and are not those of {publication}."
AR = "الآراء في هذا المقال تخص كاتبه وحده ولا تمثل موقف {publication} ولا العاملين فيها."
NAMES = ("The Harbour Post", "Harbour Post", "بريد الميناء", "الميناء")


def codes(text: str, language: str = "en") -> tuple[str, ...]:
    return tuple(fault.code for fault in lint(text, language, NAMES))


def test_a_good_wording_has_no_fault() -> None:
    assert (codes(EN), codes(AR, "ar")) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The views in this article are those of its author alone.", ("no_placeholder",)),
        (EN.replace("{publication}", "Harbour Post"), ("no_placeholder", "literal_name")),
        (EN + " HARBOUR  POST", ("literal_name",)),
        (EN + " Harbour Post’s editors.", ("literal_name",)),
        (EN + " Har\u200bbourPost", ("literal_name",)),
        (EN + " Harbour-Post.example", ("literal_name",)),
        (EN + " Harbour Posters", ()),
        (EN + " {date}", ("unknown_placeholder",)),
        (EN + " {publication }", ("unknown_placeholder",)),
        (EN.replace("{publication}", "{{publication}}"), ("unknown_placeholder",)),
        (EN + " %(name)s", ("unknown_placeholder",)),
        (EN + " %s", ("unknown_placeholder",)),
        (EN + " ${name}", ("unknown_placeholder",)),
        ("[su_note]" + EN, ("bracket",)),
        (EN + "］", ("bracket",)),
        ("<b>" + EN, ("markup",)),
        (EN + " &nbsp;", ("markup",)),
        (EN + " &#8217;", ("markup",)),
        ("**" + EN, ("markup",)),
        (EN + " Arts & Letters", ()),
        (EN + " (the newsroom)", ()),
        (EN + " oped@harbour.example", ("address",)),
        (EN + " https://harbour.example", ("address",)),
        (EN + "\nA second paragraph.", ("control",)),
        (EN + "\x00 more", ("control",)),
        (EN.replace(" {publication}", " the{publication}"), ("glued",)),
        (EN.replace("{publication}", "{publication}s"), ("glued",)),
        (EN.replace("{publication}", "{publication}’s editors"), ()),
        (EN.replace("{publication}", "“{publication}”"), ()),
        ("", ("no_placeholder", "too_short", "script")),
    ],
)
def test_each_fault_has_its_code(text: str, expected: tuple[str, ...]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(("length", "expected"), [(39, ("too_short",)), (40, ()), (300, ()), (301, ("too_long",))])
def test_length_is_counted_at_both_ends(length: int, expected: tuple[str, ...]) -> None:
    assert codes("{publication} " + "a" * (length - 14)) == expected


@pytest.mark.parametrize(
    ("text", "language"), [(EN, "ar"), (AR, "en"), (AR, "fr"), (EN.replace("author", "كاتب هذا المقال"), "en")]
)
def test_the_script_must_fit_the_language(text: str, language: str) -> None:
    assert codes(text, language) == ("script",)


def test_a_foreign_word_is_no_foreign_script() -> None:
    assert codes(AR + " op", "ar") == ()


@pytest.mark.parametrize(
    "before",
    [
        "لـ",
        "ل",
        "بـ",
        "ب",
        "كـ",
        "ك",
        "فـ",
        "ف",
        "و",
        "وـ",
        "ولـ",
        "وب",
        "لِ",
        "لِـ",
        "ال",
        "لل",
        "لـ\u200f",
        "لـ ",
        "ل ",
    ],
)
def test_an_arabic_prefix_must_not_join_the_placeholder(before: str) -> None:
    assert codes(AR.replace("موقف {", f"موقف {before}{{"), "ar") == ("arabic_prefix",)


@pytest.mark.parametrize("before", ["في ", "لدى ", "«", "لـ«", "صحيفة ", "، "])
def test_a_word_of_its_own_may_stand_before_the_placeholder(before: str) -> None:
    assert codes(AR.replace("موقف {", f"موقف {before}{{"), "ar") == ()


@pytest.mark.parametrize(
    "spelt", ["الميناء", "للميناء", "بالميناء", "والميناء", "وللميناء", "المِينـــاء", "بريد الميناء", "لبريد الميناء"]
)
def test_an_arabic_name_is_known_by_any_prefix_and_vocalisation(spelt: str) -> None:
    assert codes(f"{AR} {spelt}", "ar") == ("literal_name",)


def test_a_name_inside_another_word_is_no_name() -> None:
    assert codes(AR + " موانئ ومينائي", "ar") == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=320), st.sampled_from(["en", "ar", "xx"]), st.lists(st.text(max_size=20), max_size=3))
def test_lint_answers_for_any_text(text: str, language: str, names: list[str]) -> None:
    found = [fault.code for fault in lint(text, language, names)]
    assert len(found) == len(set(found))
    assert ("no_placeholder" in found) == ("{publication}" not in text)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(categories=["L", "Nd"]), min_size=3, max_size=20), st.sampled_from([EN, AR]))
def test_a_name_spelt_out_is_always_refused(name: str, text: str) -> None:
    assume(words(name))
    assert "literal_name" in [fault.code for fault in lint(f"{text} {name}", "en", [name])]


def version(number: int = 1, **changes: object) -> Version:
    first = Version(
        id=number,
        policy_id=1,
        desk="opinion",
        publication=None,
        language="en",
        genres=frozenset({"opinion"}),
        label="Opinion",
        text=EN,
        placement="end",
        number=number,
    )
    return replace(first, **changes)  # type: ignore[arg-type]  # a test names fields of Version


def asked(*versions: Version, override: Version | None = None, language: str = "en", genre: str = "opinion") -> Version:
    return resolve(versions, "opinion", "The Harbour Post", language, genre, override)


OF_DESK = version()
OF_PUBLICATION = version(id=2, policy_id=2, desk=None, publication="The Harbour Post")


def test_the_piece_then_the_desk_then_the_publication() -> None:
    own = version(id=9, policy_id=9, desk="other")
    assert asked(OF_PUBLICATION, OF_DESK, own, override=own) == own
    assert asked(OF_PUBLICATION, OF_DESK) == OF_DESK
    assert asked(OF_PUBLICATION) == OF_PUBLICATION


def test_the_newest_version_of_a_policy_counts() -> None:
    assert asked(version(2), version(3), version(1)) == version(3)


def test_a_genre_that_a_policy_gave_up_stays_given_up() -> None:
    with pytest.raises(NoDisclaimer):
        asked(version(1), version(2, genres=frozenset({"letter"})))


@pytest.mark.parametrize(
    "other",
    [
        version(language="ar"),
        version(desk="sport"),
        version(desk=None, publication="Another Paper"),
        version(desk=None, publication=None),
        version(genres=frozenset({"editorial"})),
    ],
)
def test_nothing_else_stands_in(other: Version) -> None:
    with pytest.raises(NoDisclaimer, match="No disclaimer for opinion in en"):
        asked(other)


def test_an_override_in_another_language_is_refused() -> None:
    with pytest.raises(NoDisclaimer, match="is in ar"):
        asked(OF_DESK, override=version(language="ar"))


def test_no_disclaimer_is_something_missing() -> None:
    assert issubclass(NoDisclaimer, Missing)


@pytest.mark.parametrize("genre", GENRES_WITHOUT)
def test_news_gets_no_notice_whatever_is_configured(genre: str) -> None:
    everywhere = version(genres=frozenset({genre}))
    assert not needs_notice(genre)
    assert notice_for([everywhere], "opinion", "The Harbour Post", "en", genre, everywhere) is None
    with pytest.raises(ValueError, match="carries no disclaimer"):
        asked(everywhere, genre=genre)


@pytest.mark.parametrize("genre", GENRES_WITH_DISCLAIMER)
def test_opinion_gets_its_notice(genre: str) -> None:
    wide = version(genres=frozenset(GENRES_WITH_DISCLAIMER))
    expected = Notice("Opinion", EN.replace("{publication}", "The Harbour Post"), 1, "end")
    assert notice_for([wide], "opinion", "The Harbour Post", "en", genre) == expected


def test_an_unknown_genre_does_not_slip_through() -> None:
    with pytest.raises(ValueError, match="unknown genre"):
        notice_for([OF_DESK], "opinion", "The Harbour Post", "en", "oped")


def test_a_notice_needs_a_name() -> None:
    with pytest.raises(Missing):
        render(OF_DESK, " ")


def test_a_name_is_put_in_as_it_is() -> None:
    for name in ("{publication}", "{0}", "%s", "\\1", "{desk.__class__}"):
        assert (
            render(OF_DESK, name).text == f"The views in this article belong to its author and are not those of {name}."
        )


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_the_name_stands_once_where_the_placeholder_stood(name: str) -> None:
    before, after = EN.split("{publication}")
    spaced = " ".join(name.split())
    if spaced:
        assert render(OF_DESK, name).text == before + spaced + after


def test_a_policy_is_judged_whole() -> None:
    good = Policy("opinion", None, "en", frozenset({"opinion"}), "Opinion", EN)
    assert good.faults(NAMES) == ()
    bad = replace(good, label=" ", genres=frozenset({"news"}), placement="side", text=EN + " [x]")  # type: ignore[arg-type]  # a wrong placement is the point
    assert [fault.code for fault in bad.faults(NAMES)] == ["bracket", "label", "genres", "placement"]
    assert [fault.code for fault in replace(good, label="O" * 41, genres=frozenset()).faults(NAMES)] == [
        "label",
        "genres",
    ]
