import tomllib
from pathlib import Path
from typing import Any

import pytest

from intake.domain.desk import GENRES_WITH_DISCLAIMER
from intake.domain.disclaimer_seeds import Notes, notes, policies
from intake.domain.errors import SettingsError
from intake.domain.traces import find

CONFIG = Path(__file__).parents[2] / "config"
SEEDS = tomllib.loads((CONFIG / "disclaimers.toml").read_text(encoding="utf-8"))
DESKS = tomllib.loads((CONFIG / "desks.toml").read_text(encoding="utf-8"))
NAMES = [name for desk in DESKS["desk"] for name in (desk["publication"], *desk.get("other_names", ()))]
TEXT = "The views in this article belong to its author and are not those of {publication}."


def test_every_seed_keeps_the_rules_for_every_configured_name() -> None:
    assert [policy.faults(NAMES) for policy in policies(SEEDS)] == [()] * 6


def test_every_genre_that_needs_a_note_has_one_label_in_both_languages() -> None:
    labels = {(policy.language, genre): policy.label for policy in policies(SEEDS) for genre in policy.genres}
    assert labels == {
        ("en", "opinion"): "Opinion",
        ("en", "column"): "Opinion",
        ("en", "letter"): "Letter",
        ("en", "editorial"): "Editorial",
        ("ar", "opinion"): "رأي",
        ("ar", "column"): "رأي",
        ("ar", "letter"): "رسالة",
        ("ar", "editorial"): "افتتاحية",
    }
    assert {genre for _, genre in labels} == set(GENRES_WITH_DISCLAIMER)


def test_an_editorial_has_a_text_of_its_own() -> None:
    texts = [policy.text for policy in policies(SEEDS)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("genre", ["opinion", "letter"])
def test_every_seeded_view_is_recognised_when_pasted(genre: str) -> None:
    pasted = [policy.text for policy in policies(SEEDS) if genre in policy.genres]
    assert [len(find(text.replace("{publication}", "X"), ())) > 0 for text in pasted] == [True, True]


def test_notes_have_a_name_and_a_lead() -> None:
    found = notes(SEEDS)
    assert {language: note.disclosure_lead for language, note in found.items()} == {"en": "Disclosure:", "ar": "إفصاح:"}
    assert found["ar"].pseudonym_of("{0}") == "هوية الكاتب معروفة لدى {0} وقد حُجبت حفاظًا على سلامته."
    assert isinstance(found["en"], Notes)


def document(**changes: Any) -> dict[str, object]:
    policy = {"language": "en", "genres": ["opinion"], "label": "Opinion", "placement": "end", "text": TEXT} | changes
    return {"policy": [{key: value for key, value in policy.items() if value is not None}]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (document(colour="red"), "policy 1: the key colour is unknown"),
        (document(label=None), "policy 1: give label as a text"),
        (document(text=3), "policy 1: give text as a text"),
        (document(genres="opinion"), "policy 1: genres must be a list"),
        (document(genres=["news"]), "Choose one or more of"),
        (document(placement="side"), "Place the note at the top or at the end"),
        (document(text=TEXT + " [x]"), "Remove the square brackets"),
        ({"policy": {}}, "write each policy as a"),
        ({"policies": []}, "the key policies is unknown"),
    ],
)
def test_a_wrong_seed_says_where_and_how_to_mend_it(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=r"config/disclaimers\.toml.*" + said):
        policies(wrong)


def test_wrong_notes_say_where() -> None:
    with pytest.raises(SettingsError, match=r"\[notes\] is missing"):
        notes({})
    with pytest.raises(SettingsError, match=r"notes\.en: give disclosure_lead"):
        notes({"notes": {"en": {"pseudonym": "x"}}})


def test_a_seed_may_belong_to_one_desk_or_publication() -> None:
    (policy,) = policies(document(desk="opinion", publication="The Harbour Post"))
    assert (policy.desk, policy.publication) == ("opinion", "The Harbour Post")
