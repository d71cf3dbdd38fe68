"""``intake receive``: a mail server hands one mail to our standard input; the exit code answers it (sysexits.h).

It imports the standard library and the spool only, because a process is started for every mail. It parses no mail.
Exit 0 means durable in the spool; on any doubt it is 75, and the mail server keeps the mail and tries again.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from intake.domain.errors import SettingsError, TooLarge
from intake.storage.spool import Envelope, Spool

DEFAULT_MAX_BYTES = 26_214_400
STORED, USAGE, DATA_WRONG, NO_USER, TRY_LATER = os.EX_OK, os.EX_USAGE, os.EX_DATAERR, os.EX_NOUSER, os.EX_TEMPFAIL


class Refused(Exception):
    """The mail is not taken; ``code`` is what the mail server is told."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """What a delivery must know of the installation: where the spool is, what fits, which addresses are ours."""

    folder: Path
    max_bytes: int
    desks: tuple[tuple[str, ...], ...]
    """The addresses of each desk, in the order of the file."""

    def knows(self, recipient: str) -> bool:
        """Tell whether an address belongs to a desk; case and a ``+tag`` do not matter."""
        local, _, domain = recipient.strip().lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return any(bare == address.lower() for addresses in self.desks for address in addresses)


def receive(argv: Sequence[str], stdin: BinaryIO, environ: Mapping[str, str] = os.environ) -> int:
    """Store the mail on ``stdin`` for every recipient and return the exit code.

    0 stored for all, 64 wrong options, 65 larger than the limit, 67 no such desk, 75 anything else: the mail server
    then tries again, and what was stored already is not stored twice.
    """
    try:
        options = _options(argv)
        place = _place(options.config, environ)
        recipients = _recipients(options.to, place, environ)
        raw = _read(stdin, place.max_bytes)
        spool = Spool(place.folder / "spool", place.max_bytes)
        sender = environ.get("SENDER", "") if options.sender is None else options.sender
        for recipient in recipients:
            spool.accept(raw, Envelope(sender.strip("<>"), recipient, "pipe", "", "", datetime.now(UTC)))
    except Refused as refusal:
        return _say(refusal.code, str(refusal))
    except TooLarge as error:
        return _say(DATA_WRONG, str(error))
    except Exception as error:
        return _say(TRY_LATER, f"{type(error).__name__}: {error}")
    return STORED


def main(argv: Sequence[str]) -> NoReturn:
    """Receive from standard input and end the process; even an interrupt leaves the mail with the mail server."""
    try:
        code = receive(argv, sys.stdin.buffer)
    except BaseException as error:
        code = _say(TRY_LATER, type(error).__name__)
    raise SystemExit(code)


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(USAGE, message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002  # argparse's name
        """End after ``--help``: never with 0, which would mean that a mail was stored."""
        raise Refused(USAGE, message or "nothing was stored")


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Options("intake receive", description="Store one mail from standard input.", allow_abbrev=False)
    parser.add_argument("--from", dest="sender", help="envelope sender; otherwise $SENDER")
    parser.add_argument("--to", "--recipient", action="append", default=[], help="envelope recipient; may be repeated")
    parser.add_argument("--config", type=Path, help="folder of intake.toml and desks.toml; otherwise $INTAKE_CONFIG")
    return parser.parse_args(argv)


def _place(config: Path | None, environ: Mapping[str, str]) -> Place:
    """Read the three things a delivery needs, by the same rules as ``settings.load`` (a test keeps them equal)."""
    folder = config or (Path(environ["INTAKE_CONFIG"]) if environ.get("INTAKE_CONFIG") else _shipped())
    settings = _table(folder / "intake.toml")
    desks = _table(folder / "desks.toml").get("desk", [])
    if not desks:
        raise SettingsError(
            f"{folder.absolute()} holds no desks.toml with a [[desk]]. "
            "Point --config or INTAKE_CONFIG to the folder of intake.toml and desks.toml."
        )
    mail = settings.get("mail", {})
    most = environ.get("INTAKE_MAIL_MAX_BYTES") or (mail.get("max_bytes") if isinstance(mail, dict) else None)
    # A relative folder lies beside the config folder: a mail server starts us in a directory of its own.
    beside = Path() if folder.parent.name == "_data" else folder.absolute().parent
    named = settings.get("folder", "var")
    if not isinstance(named, str):
        raise SettingsError(f"{folder / 'intake.toml'}: folder must be text in quotation marks.")
    where = environ.get("INTAKE_FOLDER") or beside / named
    addresses = tuple(tuple(desk["addresses"]) for desk in desks)
    return Place(Path(where).absolute(), int(str(most or DEFAULT_MAX_BYTES)), addresses)


def _shipped() -> Path:
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data" / "config"
    return inside if inside.is_dir() else package.parent / "config"


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _recipients(named: Sequence[str], place: Place, environ: Mapping[str, str]) -> list[str]:
    """Return who it is for: those named, else the first that local(8) of Postfix names and we know, else the only desk.

    Raises Refused when one is not ours.
    """
    if named:
        unknown = [recipient for recipient in named if not place.knows(recipient)]
        if unknown:
            raise Refused(NO_USER, f"no desk has the address {', '.join(unknown)}")
        return list(dict.fromkeys(named))
    told = [environ[name] for name in ("RECIPIENT", "ORIGINAL_RECIPIENT") if environ.get(name)]
    ours = [recipient for recipient in told if place.knows(recipient)]
    if ours:
        return ours[:1]
    if told:
        raise Refused(NO_USER, f"no desk has the address {', '.join(dict.fromkeys(told))}")
    if len(place.desks) == 1:
        return [place.desks[0][0]]
    raise Refused(USAGE, "say which desk the mail is for: --to ADDRESS")


def _read(stdin: BinaryIO, max_bytes: int) -> bytes:
    raw = stdin.read(max_bytes + 1)
    if len(raw) > max_bytes:
        while stdin.read(1 << 20):  # a mail server may take a closed pipe for a fault worth a retry
            pass
        raise TooLarge(f"The mail is larger than {max_bytes} bytes. Send a smaller one.")
    if not raw:
        raise Refused(TRY_LATER, "nothing came on standard input")
    return raw


def _say(code: int, why: str) -> int:
    print(f"intake receive: {why}", file=sys.stderr)  # noqa: T201  # Postfix puts it in the log and into the bounce
    return code
