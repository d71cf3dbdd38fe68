"""Every word of the pages is in the Arabic catalogue, whole, and the compiled file is that catalogue."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HOUSE = Path(__file__).resolve().parents[2]
CATALOGUE = HOUSE / "intake" / "web" / "translations"
ARABIC = CATALOGUE / "ar" / "LC_MESSAGES"
ERRORS = re.search(r"^ERRORS\s+:= (.*)$", (HOUSE / "Makefile").read_text(), re.MULTILINE) or [""]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def extracted() -> Iterator[str | tuple[str, ...]]:
    with (CATALOGUE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it bare
    marked = ("_l", "lazy_gettext", *re.findall(r"-k (\S+)", ERRORS[1]))
    keywords = {**DEFAULT_KEYWORDS, **dict.fromkeys(marked)}
    for _file, _line, message, _comments, _context in extract_from_dir(str(HOUSE), methods, options, keywords):
        yield message


@pytest.fixture(scope="module")
def arabic() -> Catalog:
    with (ARABIC / "messages.po").open("rb") as file:
        return read_po(file, locale="ar")


def strings(message: Message) -> list[str]:
    said = message.string
    return [said] if isinstance(said, str) else [text or "" for text in said or ()]


def faults(msgid: str | tuple[str, ...], message: Message | None) -> list[str]:
    """Say what is wrong with one entry of the catalogue."""
    if message is None:
        return [f"missing: {msgid!r}"]
    said = strings(message)
    wrong = [f"empty: {msgid!r}"] if not all(text.strip() for text in said) else []
    wrong += [f"fuzzy: {msgid!r}"] if message.fuzzy else []
    needed = set(PLACEHOLDER.findall(msgid if isinstance(msgid, str) else msgid[-1]))
    # A plural's forms for 0, 1 and 2 say the number as a word; the others hold every placeholder.
    for form, text in enumerate(said):
        held = set(PLACEHOLDER.findall(text))
        if held - needed or (needed - held - ({"%(num)s", "%(num)d"} if len(said) > 1 and form < 3 else set())):
            wrong.append(f"placeholders {sorted(needed)} differ: {text!r}")
    return wrong


def test_every_message_of_the_tree_has_its_arabic(arabic: Catalog) -> None:
    messages = sorted(set(extracted()), key=str)
    assert messages
    wrong = [fault for msgid in messages for fault in faults(msgid, arabic.get(msgid))]
    assert wrong == [], "run `make strings`, then fill in what is named"


def test_the_catalogue_keeps_nothing_that_no_page_says(arabic: Catalog) -> None:
    used = {m if isinstance(m, str) else m[0] for m in extracted()}
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in arabic if m.id}
    assert sorted(kept - used) == []


def test_the_compiled_catalogue_is_the_written_one(arabic: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, arabic)
    assert (ARABIC / "messages.mo").read_bytes() == compiled.getvalue(), "run `make strings`"


@pytest.mark.parametrize(
    ("string", "fault"),
    [("", "empty"), ("بقي شيء", "placeholders"), ("بقي %(num)s من %(all)s", "placeholders"), ("بقي %(num)s", "")],
)
def test_a_faulty_entry_is_named(string: str, fault: str) -> None:
    found = faults("%(num)s left", Message("%(num)s left", string))
    assert [text.split()[0].strip(":") for text in found] == ([fault] if string else ["empty", "placeholders"])[
        : len(found)
    ]
    assert bool(found) == bool(fault)
