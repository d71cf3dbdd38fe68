"""The house keeps its measures: small rooms, one-way imports, a README that says what the code does."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.domain.states import TRANSITIONS, Party, Status, Transition

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES, MOST_IN_FUNCTION = 400, 60
FORBIDDEN_NAMES = re.compile(r"(util|helper|manager|common|misc)s?(\.py)?$|_service")


def tracked(*patterns: str) -> list[Path]:
    """Return the project's own files, without vendored ones and lock files."""
    found = (path for top in ("intake", "tests", "templates") for glob in patterns for path in (ROOT / top).rglob(glob))
    return sorted(path for path in found if "vendor" not in path.parts and "__pycache__" not in path.parts)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and length in lines, decorators included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - first + 1


def test_no_file_is_longer_than_400_lines() -> None:
    # The stylesheet is one file by design; its limit is in bytes.
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.html", "*.js")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_60_lines_and_most_are_short() -> None:
    lengths = {name: length for path in tracked("*.py") for name, length in functions(path)}
    assert {name: length for name, length in lengths.items() if length > MOST_IN_FUNCTION} == {}
    ours = [length for name, length in lengths.items() if name.startswith("intake/")]
    assert statistics.median(ours) <= 12


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked("*.py") if FORBIDDEN_NAMES.search(path.stem)] == []


def test_the_stylesheet_stays_under_40_kb() -> None:
    assert (ROOT / "intake/web/static/app.css").stat().st_size < 40_960


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def _told(row: Transition) -> str:
    def states(of: frozenset[Status]) -> str:
        return ", ".join(status.value for status in Status if status in of) or "–"

    who = ", ".join(party.value for party in Party if party in row.who)
    goes = states(row.targets) if row.targets else "(stays)"
    return f"| {row.action.value} | {states(row.sources)} | {goes} | {who} | {row.needs or '–'} | {row.letter or '–'} |"


def test_the_readme_shows_the_state_table_of_the_code() -> None:
    table = "\n".join(_told(row) for row in TRANSITIONS)
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_file_shows_every_key_with_its_default() -> None:
    import dataclasses
    import tomllib

    from intake.settings import Settings

    text = (ROOT / "config/intake.toml").read_text(encoding="utf-8")
    shown = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE))
    default = dataclasses.asdict(dataclasses.replace(Settings()))
    default.pop("desks")
    assert shown == default


@pytest.mark.parametrize("name", ["pyproject.toml", ".ci/requirements.lock", ".ci/requirements-dev.lock"])
def test_no_package_registry_is_named(name: str) -> None:
    assert not re.search(r"https?://", re.sub(r"# .*", "", (ROOT / name).read_text(encoding="utf-8")))
