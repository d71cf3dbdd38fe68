"""``python -m tests.bench [ROW…]`` (``make bench``): every benchmark, or those named, as a table and as JSON.

These are no tests: nothing here fails because a machine is slow. Exit code 0 when all ran, 2 for an unknown name.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from tests.bench import accepting, article, filing, pipe, queue, starting
from tests.bench.frame import Row, keep, show

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "S1": accepting.rows,
    "S2": filing.rows,
    "S3": pipe.rows,
    "S5": queue.rows,
    "S7": article.rows,
    "S10": starting.rows,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--json", "kept", type=click.Path(path_type=Path), default=Path("var/bench.json"), show_default=True)
def main(names: tuple[str, ...], kept: Path) -> None:
    """Measure, print a table, and write it as JSON."""
    console, rows = Console(), []
    for name in names or BENCHES:
        with console.status(f"{name} …"):
            found = BENCHES[name]()
        rows += found
        for row in found:
            beside = "" if row.ratio is None else f", {row.ratio:.2f} of {row.beside}"
            console.print(f"{row.id:4} {row.work}: {row.ours:,.1f} {row.unit}{beside}")
        keep(rows, kept)  # after each: a benchmark that breaks costs no other its figures
    show(rows, console)


if __name__ == "__main__":
    sys.exit(main())
