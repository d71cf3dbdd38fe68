"""The frame of the benchmarks: medians by turns, ratios, bars. What is asked exists. No time is judged."""

import json
from pathlib import Path

import pytest

from tests import databases
from tests.bench.__main__ import BENCHES
from tests.bench.frame import Row, by_turns, keep, percentile
from tests.bench.queue import FILTERS, LOOKS, house, looks


def test_measures_are_taken_by_turns_and_their_medians_returned() -> None:
    order: list[str] = []
    values = {"ours": iter([5.0, 1.0, 3.0]), "limit": iter([10.0, 30.0, 20.0])}

    def measure(name: str) -> float:
        order.append(name)
        return next(values[name])

    assert by_turns(lambda: measure("ours"), lambda: measure("limit"), rounds=3) == [3.0, 20.0]
    assert order == ["ours", "limit"] * 3


@pytest.mark.parametrize(
    ("better", "ours", "limit", "bar", "met"),
    [
        ("more", 50.0, 100.0, 0.5, True),
        ("more", 49.0, 100.0, 0.5, False),
        ("less", 20.0, 10.0, 2.0, True),
        ("less", 21.0, 10.0, 2.0, False),
        ("more", 250.0, None, 250.0, True),
        ("less", 2.6, None, 2.5, False),
    ],
)
def test_a_bar_is_met_by_the_ratio_or_without_a_limit_by_the_figure(
    better: str, ours: float, limit: float | None, bar: float, met: bool
) -> None:
    assert Row("S0", "work", ours, "unit", bar, better, "limit", limit).met is met


def test_the_p99_of_a_hundred_values_is_the_last_but_none() -> None:
    assert percentile(range(1, 101), 0.99) == 100
    assert percentile(range(1, 101), 0.5) == 51


def test_rows_are_kept_with_ratio_and_verdict(tmp_path: Path) -> None:
    keep([Row("S0", "work", 50.0, "unit", 0.5, "more", "limit", 100.0)], tmp_path / "var" / "bench.json")
    [told] = json.loads((tmp_path / "var" / "bench.json").read_text())
    assert (told["id"], told["ratio"], told["met"]) == ("S0", 0.5, True)


def test_every_benchmark_is_registered() -> None:
    assert list(BENCHES) == ["S1", "S2", "S3", "S5", "S7", "S10"]


def test_every_queue_page_that_is_timed_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(databases.CHOSEN, "sqlite")  # what the bench chooses does not outlive this test
    with house(60, postgresql=False) as browser:
        assert len(looks(browser)) == len(FILTERS) * 3 * LOOKS
