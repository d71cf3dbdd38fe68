"""What stands beside a text is kept within bounds whatever a document holds, and without names for a pen name."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.manuscripts import beside

COMMENTS = st.lists(
    st.fixed_dictionaries({"author": st.text(max_size=400), "text": st.text(max_size=900)}), max_size=80
)
PROPERTIES = st.dictionaries(st.sampled_from((*beside.PROPERTIES, "keywords")), st.text(max_size=400))


def test_what_is_too_long_or_too_much_is_cut() -> None:
    found = {
        "warnings": [str(number) for number in range(99)],
        "comments": [{"author": "a" * 999, "text": "b" * 9999}] * 99,
        "properties": {"author": "c" * 999, "keywords": "d", "company": ""},
        "text": "e",
    }
    kept = beside.bounded(found)
    assert sorted(kept) == ["comments", "properties", "warnings"]
    assert kept["warnings"] == [str(number) for number in range(20)]
    assert kept["comments"] == [{"author": "a" * 199 + "…", "text": "b" * 599 + "…"}] * 50
    assert kept["properties"] == {"author": "c" * 199 + "…"}


def test_nothing_is_kept_where_nothing_was_found() -> None:
    assert beside.bounded({"warnings": [], "comments": [], "properties": {}, "text": "a"}) == {}
    assert beside.bounded({}) == {}


@given(
    st.fixed_dictionaries(
        {"warnings": st.lists(st.text(max_size=500), max_size=40), "comments": COMMENTS, "properties": PROPERTIES}
    )
)
def test_bounds_hold_for_every_document_and_are_reached_once(found: dict[str, Any]) -> None:
    kept = beside.bounded(found)
    assert beside.bounded(kept) == kept
    assert sum(len(each["author"]) + len(each["text"]) for each in kept.get("comments", [])) <= 40_000
    assert sum(map(len, kept.get("warnings", []))) <= 6_000
    assert sum(map(len, kept.get("properties", {}).values())) <= 1_600


def test_a_pen_name_leaves_no_names() -> None:
    kept = {
        "file": "Huda Mansouri.docx",
        "warnings": ["w"],
        "comments": [{"author": "Huda", "text": "Cut?"}],
        "properties": {
            "author": "Huda",
            "last_modified_by": "Huda",
            "company": "Port",
            "title": "By Huda",
            "created": "2026-01-02",
        },
    }
    assert beside.without_names(kept) == {
        "warnings": ["w"],
        "comments": [{"author": "", "text": "Cut?"}],
        "properties": {"created": "2026-01-02"},
    }
    assert beside.without_names({"warnings": ["w"]}) == {"warnings": ["w"]}
