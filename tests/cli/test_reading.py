import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli.reading import INSPECTED, READ, inspect, read
from tests.inbox.letters import PARAGRAPHS, docx, mail


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "one.eml"
    path.write_bytes(mail())
    return path


def test_inspect_prints_one_object_a_line_with_exactly_its_keys(message: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "two.eml"
    hostile.write_bytes(mail(content_type="text/plain" + ";" * 20_000))
    done = CliRunner().invoke(inspect, ["--json", str(message), str(hostile)])
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 0
    assert list(first) == list(second) == list(INSPECTED)
    assert (first["path"], first["disposition"], first["words"]) == (str(message), "submit", 396)
    assert second == INSPECTED | {
        "path": str(hostile),
        "disposition": "quarantine",
        "defects": ["the header content-type is larger than 16 KB"],
    }


def test_inspect_touches_nothing(message: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = message.stat()
    assert CliRunner().invoke(inspect, [str(message)]).exit_code == 0
    assert list(tmp_path.iterdir()) == [message]
    assert message.stat().st_mtime_ns == before.st_mtime_ns


def test_inspect_reads_well(message: Path) -> None:
    told = CliRunner().invoke(inspect, [str(message)]).stdout
    assert told == (
        f"{message}: submit\n"
        "  from      Salma Idris <salma@author.example>\n"
        "  subject   Op-Ed: Who pays for the harbour\n"
        "  desk      opinion\n"
        "  piece     Who pays for the harbour, 396 words, en\n"
        '  because   piece: the subject holds "Op-Ed", and there is a manuscript\n'
    )


def test_a_missing_file_is_named_and_the_others_are_answered(message: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(inspect, ["--json", str(tmp_path / "none.eml"), str(message)])
    assert done.exit_code == 1
    assert done.stderr == f"{tmp_path / 'none.eml'}: No such file or directory\n"
    assert json.loads(done.stdout)["disposition"] == "submit"


def test_read_prints_a_manuscript(tmp_path: Path) -> None:
    path = tmp_path / "piece.docx"
    path.write_bytes(docx(PARAGRAPHS))
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    done = CliRunner().invoke(read, ["--json", str(path), str(empty)])
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 0
    assert list(first) == list(second) == list(READ)
    assert first["words"] == 396
    assert first["html"].startswith("<p>Part 1.")
    assert second["warnings"] == ["The file is empty. Send the piece as .docx or .pdf, or in the mail itself."]


@pytest.mark.parametrize("command", [inspect, read])
def test_help_says_what_the_exit_codes_mean(command: object) -> None:
    assert "exit code is 1" in CliRunner().invoke(command, ["--help"]).stdout.replace("\n  ", " ")  # type: ignore[arg-type]
