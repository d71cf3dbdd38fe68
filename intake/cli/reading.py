"""``intake inspect`` and ``intake read``: what the software makes of a message or a document. They change nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from intake.domain.errors import IntakeError, Unreadable
from intake.inbox.judgement import desk_facts
from intake.sandbox import Reader
from intake.settings import config_dir, load_desks

INSPECTED: dict[str, Any] = {
    "path": "",
    "message_id": "",
    "subject": "",
    "from_name": "",
    "from_address": "",
    "automatic": False,
    "disposition": "quarantine",
    "desk": "",
    "authentication": "not done",
    "hits": [],
    "misses": [],
    "text": "",
    "reply_text": "",
    "headline": "",
    "body_html": "",
    "body_text": "",
    "words": 0,
    "language": "",
    "attachments": [],
    "inner_files": [],
    "forwarded": None,
    "sealed": "",
    "defects": [],
}
"""The keys of ``inspect --json``, with what they hold when a message cannot be read."""

READ: dict[str, Any] = {
    "path": "",
    "media_type": "",
    "headline": "",
    "html": "",
    "text": "",
    "words": 0,
    "warnings": [],
    "comments": [],
    "properties": {},
}
"""The keys of ``read --json``, with what they hold when a document cannot be read."""

Ask = Callable[[Reader, bytes, str], dict[str, Any]]

_paths = click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, in the order given.")


@click.command()
@_paths
@_as_json
def inspect(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what would be filed from each mail message, and why. Nothing is filed, answered or stored.

    FILE is a message as it came (.eml). One that cannot be read is told as "quarantine", with the cause. The exit code
    is 1 when a file cannot be opened, else 0. Nobody is asked over the network, so whether the sender is proved
    ("authentication") is "not done".
    """
    try:
        facts = desk_facts(load_desks(config_dir() / "desks.toml"))
    except IntakeError as error:
        raise click.ClickException(str(error)) from None

    def ask(reader: Reader, content: bytes, _: str) -> dict[str, Any]:
        return reader.call("intake.inbox.judgement:judge", content, desks=facts)

    _tell(paths, ask, INSPECTED, "defects", None if as_json else _message_lines)


@click.command()
@_paths
@_as_json
def read(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what each document gives as a manuscript: text, words, and what an editor should look at.

    FILE is a document: .docx, .odt, .rtf, .pdf, .md, .txt or .html. Its text holds the headline too. A document that
    cannot be read is told with the cause as a warning. The exit code is 1 when a file cannot be opened, else 0.
    """

    def ask(reader: Reader, content: bytes, name: str) -> dict[str, Any]:
        told = reader.call("intake.manuscripts.telling:tell", content, filename=name)
        return told | {"headline": told["headline"] or "", "text": told["whole"]}

    _tell(paths, ask, READ, "warnings", None if as_json else _document_lines)


def _tell(
    paths: tuple[Path, ...],
    ask: Ask,
    keys: dict[str, Any],
    complaints: str,
    lines: Callable[[dict[str, Any]], Iterator[str]] | None,
) -> None:
    """Print an answer for every file that opens; end with exit code 1 when one did not."""
    missing = False
    with Reader() as reader:
        for path in paths:
            try:
                content = path.read_bytes()
            except OSError as error:
                click.echo(f"{path}: {error.strerror}", err=True)
                missing = True
                continue
            try:
                answer = ask(reader, content, path.name)
            except Unreadable as error:
                answer = {complaints: [str(error)]}
            told = {key: answer.get(key, empty) for key, empty in keys.items()} | {"path": str(path)}
            click.echo(json.dumps(told, ensure_ascii=False) if lines is None else "\n".join(lines(told)))
    if missing:
        raise SystemExit(1)


def _message_lines(told: dict[str, Any]) -> Iterator[str]:
    sender = f"{told['from_name']} <{told['from_address']}>" if told["from_address"] else "unknown"
    yield f"{told['path']}: {told['disposition']}"
    yield f"  from      {sender}"
    yield f"  subject   {told['subject'] or '(none)'}"
    if told["desk"]:
        yield f"  desk      {told['desk']}"
    if told["words"]:
        yield f"  piece     {told['headline'] or '(no headline)'}, {told['words']} words, {told['language']}"
    for file in [*told["attachments"], *told["inner_files"]]:
        where = "attached" if file in told["attachments"] else "inside"
        name = file["filename"] or "(no name)"
        yield f"  {where:10}{name}: {file['role']}, {file['media_type']}, {file['bytes']} bytes"
    if told["forwarded"]:
        whose = told["forwarded"]
        yield f"  forwarded {whose['name']} <{whose['address']}>, {whose['date']}: {whose['subject']}"
    yield from (f"  because   {hit}" for hit in told["hits"])
    yield from (f"  note      {defect}" for defect in told["defects"])


def _document_lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['path']}: {told['media_type'] or 'not read'}, {told['words']} words"
    yield from (f"  {name}: {value}" for name, value in told["properties"].items())
    yield from (f"  look at   {warning}" for warning in told["warnings"])
    yield from (f"  comment   {_comment(comment)}" for comment in told["comments"])
    if told["text"]:
        yield f"\n{told['text']}\n"


def _comment(comment: dict[str, str]) -> str:
    return ": ".join(said for said in (comment["author"], comment["text"]) if said)


def main() -> None:
    """Run the two commands as ``python -m intake.cli.reading``, without the rest of the command line."""
    click.Group("reading", commands=[inspect, read])()


if __name__ == "__main__":
    main()
