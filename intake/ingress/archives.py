"""Mail that lies in files: Maildir folders, mbox files, folders of .eml files, single messages. They are only read.

It finds messages and guesses the envelope that is lost; what becomes of them is the caller's. Nothing is parsed but two
or three header lines.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import BinaryIO, Literal

from intake.ingress import mbox

Kind = Literal["maildir", "mbox", "file"]

HEADER_SEARCH = 1 << 18
"""Bytes in which header lines are looked for."""
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Part:
    """One file to read, whether it lies in a Maildir, and its size in bytes."""

    path: Path
    in_maildir: bool
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """A message, or why there is none.

    ``raw`` is empty where a ``problem`` is told or the message is ``too_large``. ``where`` names it to a person;
    ``sender`` is what a line of an mbox says; ``end`` is how many bytes of the file are done.
    """

    where: str
    kind: Kind
    raw: bytes
    end: int
    sender: str = ""
    problem: str = ""
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The files under some paths; the paths that are of no use, with the reason; and how many files are no mail."""

    parts: tuple[Part, ...]
    problems: tuple[tuple[Path, str], ...]
    left_out: int


def listed(paths: Sequence[Path]) -> Listing:
    """Return what lies under the paths: of a folder a Maildir's ``new`` and ``cur``, or every .eml file below it."""
    parts: list[Part] = []
    problems: list[tuple[Path, str]] = []
    left_out = 0
    for path in paths:
        try:
            found, others = _under(path)
        except OSError as error:
            problems.append((path, error.strerror or "cannot be read"))
            continue
        if not found:
            problems.append((path, "holds no mail: it is no Maildir (new, cur) with any, and has no file *.eml"))
        parts += found
        left_out += others
    return Listing(tuple(parts), tuple(problems), left_out)


def _under(path: Path) -> tuple[list[Part], int]:
    """Return the files of one path, and how many others lie there."""
    maildir = (path / "new").is_dir() and (path / "cur").is_dir()
    if not path.is_dir():
        return [Part(path, False, path.stat().st_size)], 0
    if maildir:
        files = [Path(entry) for name in ("new", "cur") for entry in os.scandir(path / name) if entry.is_file()]
        mails = [file for file in files if not file.name.startswith(".")]
    else:
        files = [file for file in path.rglob("*") if file.is_file()]
        mails = [file for file in files if file.suffix.lower() == ".eml"]
    return [Part(file, maildir, _size(file)) for file in sorted(mails)], len(files) - len(mails)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # moved meanwhile; reading it will tell
        return 0


def mails(part: Part, most: int) -> Iterator[Found]:
    """Yield every message of a file; one larger than ``most`` bytes without its bytes. What fails is a problem."""
    try:
        path = _moved(part)
        if not path.is_file():
            path.stat()
            yield Found(str(part.path), "file", b"", part.size, problem="is no regular file")
            return
        with path.open("rb") as file:
            if not part.in_maildir and mbox.begins(file.peek(16)):
                yield from _cut(part, file, most)
            else:
                yield _single(part, file.read(most + 1), most)
    except OSError as error:
        yield Found(str(part.path), "file", b"", part.size, problem=error.strerror or "cannot be read")


def _cut(part: Part, file: BinaryIO, most: int) -> Iterator[Found]:
    for number, cut in enumerate(mbox.split(file, most), start=1):
        where, problem = f"{part.path}, message {number}", "" if cut.size else "is empty"
        yield Found(where, "mbox", cut.raw or b"", cut.end, cut.sender, problem, too_large=cut.raw is None)


def _single(part: Part, raw: bytes, most: int) -> Found:
    kind: Kind = "maildir" if part.in_maildir else "file"
    if len(raw) > most:
        return Found(str(part.path), kind, b"", part.size, too_large=True)
    problem = "" if raw else "is empty"
    if raw and not part.in_maildir and not _FIELD.match(raw):
        problem = "is no message: it does not begin with a header line"
    return Found(str(part.path), kind, b"" if problem else raw, part.size, problem=problem)


def _moved(part: Part) -> Path:
    """Return where a file of a Maildir lies by now: a mail program that runs moves it to ``cur`` and adds flags."""
    if not part.in_maildir or part.path.exists():
        return part.path
    unique, cur = part.path.name.partition(":")[0], part.path.parent.parent / "cur"
    return next((path for path in cur.iterdir() if path.name.partition(":")[0] == unique), part.path)


def sender(found: Found) -> str:
    """Return the likely envelope sender: Return-Path, else the line of the mbox, else From; empty for a bounce."""
    top = _header(found.raw)
    path = _field(top, b"return-path")
    if path is not None:
        return _clean(path.strip("<> \t"))
    if "@" in found.sender:
        return _clean(found.sender)
    named = _clean(parseaddr(_field(top, b"from") or "")[1])
    return named if "@" in named else ""


def recipient(raw: bytes, is_ours: Callable[[str], bool], otherwise: str) -> str:
    """Return the address that the mail was delivered to when it is one of ours, such as a reply's; else the other."""
    top = _header(raw)
    named = (_clean((_field(top, name) or "").strip("<> \t")) for name in (b"x-original-to", b"delivered-to"))
    return next((address for address in named if is_ours(address)), otherwise)


def _header(raw: bytes) -> bytes:
    top = raw[:HEADER_SEARCH]
    end = _BLANK_LINE.search(top)
    return top[: end.start()] if end else top


def _field(top: bytes, name: bytes) -> str | None:
    found = re.search(rb"^%s[ \t]*:(.*(?:\n[ \t].*)*)" % name, top, re.IGNORECASE | re.MULTILINE)
    return found[1][:2000].decode("utf-8", "replace").replace("\r\n", "").replace("\n", "").strip() if found else None


def _clean(address: str) -> str:
    return _CONTROL.sub("", address)
