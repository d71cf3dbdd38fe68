"""The gate, as a table: one changed fact closes one line, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.gate import FIRM, Evidence, Finding, Line, closed, inspect

OPEN = Evidence(
    genre="opinion",
    addresses_confirmed=True,
    statements_missing=(),
    identity_level=1,
    identity_required=1,
    proof_hash="a" * 64,
    piece_hash="a" * 64,
    interest_declared=False,
    disclosure="",
    exclusivity=("only",),
    exclusivity_required=True,
    allegation=False,
    allegation_signed=False,
    disclaimer_resolved=True,
    shortcodes=(),
    look_alikes=(),
)

CLOSING: list[tuple[Line, dict[str, Any]]] = [
    (Line.CONFIRMED, {"addresses_confirmed": False}),
    (Line.STATEMENT, {"statements_missing": ("ai",)}),
    (Line.IDENTITY, {"identity_level": 0}),
    (Line.IDENTITY, {"identity_required": 2}),
    (Line.APPROVAL, {"proof_hash": None}),
    (Line.APPROVAL, {"piece_hash": None}),
    (Line.APPROVAL, {"proof_hash": None, "piece_hash": None}),
    (Line.APPROVAL, {"piece_hash": "b" * 64}),
    (Line.DISCLOSURE, {"interest_declared": True}),
    (Line.DISCLOSURE, {"interest_declared": True, "disclosure": " "}),
    (Line.EXCLUSIVITY, {"exclusivity": ("also",)}),
    (Line.EXCLUSIVITY, {"exclusivity": ("only", "published")}),
    (Line.EXCLUSIVITY, {"exclusivity": ("published",), "exclusivity_required": False}),
    (Line.ALLEGATION, {"allegation": True}),
    (Line.DISCLAIMER, {"disclaimer_resolved": False}),
    (Line.DISCLAIMER, {"genre": "news"}),
    (Line.DISCLAIMER, {"genre": "sponsored"}),
    (Line.SHORTCODE, {"shortcodes": ("[su_note]",)}),
    (Line.LOOK_ALIKE, {"look_alikes": ("do not necessarily reflect",)}),
]

PASSING: list[dict[str, Any]] = [
    {},
    {"identity_level": 3},
    {"interest_declared": True, "disclosure": "The author advises the port."},
    {"exclusivity": ("also",), "exclusivity_required": False},
    {"allegation": True, "allegation_signed": True},
    {"allegation": None},
    {"genre": "editorial"},
]


@pytest.mark.parametrize(("line", "changed"), CLOSING)
def test_one_fact_closes_one_line(line: Line, changed: dict[str, Any]) -> None:
    assert closed(inspect(replace(OPEN, **changed))) == (line.value,)


@pytest.mark.parametrize("changed", PASSING)
def test_what_passes(changed: dict[str, Any]) -> None:
    assert closed(inspect(replace(OPEN, **changed))) == ()


@pytest.mark.parametrize(("line", "changed"), CLOSING)
def test_a_chiefs_word_lets_a_line_pass_but_for_the_firm_ones(line: Line, changed: dict[str, Any]) -> None:
    findings = inspect(replace(OPEN, **changed, overridden=frozenset(Line)))
    assert closed(findings) == ((line.value,) if line in FIRM else ())
    assert [finding.line for finding in findings if finding.overridden] == ([] if line in FIRM else [line])


def test_every_line_is_told_in_the_order_an_editor_settles_them() -> None:
    assert inspect(OPEN) == tuple(Finding(line, holds=True) for line in Line)
