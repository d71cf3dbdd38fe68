"""What every benchmark is made of: ours and its limit measured by turns in one run, and a row that says how they stand.

Absolute figures move with the machine by a factor of two; a ratio taken in one run does not. It knows no benchmark.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

ROUNDS = 5

Measure = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One line of the table. ``better`` is "more" for rates and "less" for durations and sizes.

    ``ours`` and ``limit`` are medians in ``unit``; ``bar`` is what the ratio ours / limit (or, without a limit, ours
    itself) must reach.
    """

    id: str
    work: str
    ours: float
    unit: str
    bar: float
    better: str
    beside: str = ""
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return ours as a share of the limit; nothing where none was measured."""
        return self.ours / self.limit if self.limit else None

    @property
    def met(self) -> bool:
        """Tell whether the bar is reached."""
        judged = self.ours if self.ratio is None else self.ratio
        return judged >= self.bar if self.better == "more" else judged <= self.bar


def by_turns(*measures: Measure, rounds: int = ROUNDS) -> list[float]:
    """Return the median of each measure, taken in turn: what disturbs the machine disturbs all of them."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) of the values lies: the nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the table: ours, the limit on this machine, their ratio, the bar."""
    table = Table(title="Benchmarks: medians of one run, ours and the limit by turns")
    for column in ("", "work", "ours", "beside", "limit", "ratio", "bar", "met"):
        table.add_column(column, justify="right" if column in ("ours", "limit", "ratio", "bar") else "left")
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit:,.1f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        sign = "≥" if row.better == "more" else "≤"
        met = "[green]yes[/green]" if row.met else "[red]NO[/red]"
        ours = f"{row.ours:,.1f} {row.unit}"
        table.add_row(row.id, row.work, ours, row.beside, limit, ratio, f"{sign} {row.bar:g}", met)
    console.print(table)


def keep(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as JSON, with ratio and verdict."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows]
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
