"""The long form: ``python -m tests.torture``. It prints a table of figures and writes them to ``var/torture.json``.

Exit 0 when no mail was lost, doubled or damaged and every negative control was seen; else 1. The database is SQLite in
a temporary folder, or with ``--database postgresql`` one of its own on the server of ``tests/databases.py``.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests import databases
from tests.torture import doubles, outbox, poison
from tests.torture.bar import Figures, Size, run
from tests.torture.fuse import LISTENER_POINTS, RANDOM, WORKER_POINTS

REPORT = Path("var/torture.json")
CONTROLS = {
    "answers before it stores": ("listening:hasty_listener", "filing:worker"),
    "empties the spool before the commit": ("listening:listener", "filing:careless_worker"),
    "files without looking": ("listening:listener", "filing:forgetful_worker"),
}


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000, help="mails to send (default %(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="clients that retry until 250 (default %(default)s)")
    parser.add_argument("--each", type=int, default=10, help="kills at each crash point (default %(default)s)")
    parser.add_argument("--random", type=int, default=50, help="kills of each role at random (default %(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="default %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default %(default)s)")
    parser.add_argument("--doubles", type=int, default=100, help="mails by two ways thrice (default %(default)s)")
    parser.add_argument("--poison", type=int, default=200, help="mails beside hostile ones (default %(default)s)")
    parser.add_argument("--relay", type=int, default=100, help="kills after the relay's 250 (default %(default)s)")
    return parser.parse_args()


def size(asked: argparse.Namespace) -> Size:
    """Return the size of the run that was asked for."""
    return Size(asked.messages, asked.clients, asked.each, asked.random, asked.seed)


def tortured(wanted: Size) -> Figures:
    """Run once in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        return run(Path(folder), wanted)


def control(name: str, seed: int) -> Figures:
    """Run one broken role for a short while; what comes out must not be faultless."""
    listener, worker = CONTROLS[name]
    hasty = "hasty" in listener
    wanted = Size(60 if hasty else 20, 4, 0 if hasty else 3, 8 if hasty else 0, seed, 20, listener, worker)
    if hasty:
        return tortured(wanted)
    point = "after insert" if "careless" in worker else "after commit"
    return tortured(replace(wanted, listener_points=(), worker_points=(point,)))


def letters(kills: int) -> outbox.Outbox:
    """Let the relay's 250 go unnoted so often, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        return outbox.run(Path(folder), kills)


def merged(mails: int) -> doubles.Doubles:
    """Deliver copies and look-alikes, in a folder of its own; a tenth as many of each kind of look-alike."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        return doubles.run(Path(folder), mails, mails // 10)


def poisoned(mails: int) -> poison.Poison:
    """Send good mail beside hostile mail at a calm pace, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        return poison.run(Path(folder), mails, a_second=8)


def others_told(copies: doubles.Doubles, beside: poison.Poison) -> str:
    """Return the figures of copies and of hostile mail as lines to read."""
    return (
        f"{copies.delivered} deliveries of {copies.different} mails: {copies.rows} rows, {copies.pieces} pieces, "
        f"{copies.receipts} receipts, {copies.seconds:.0f} seconds\n"
        f"{beside.hostile} hostile mails, {beside.seen} seen; good mail filed within {beside.calm:.2f} s alone, "
        f"{beside.poisoned:.2f} s beside them (95th percentile): {beside.ratio:.2f} times; lost {beside.lost}"
    )


def told(sent: outbox.Outbox) -> str:
    """Return the outbox's figures as a line to read."""
    lost, others = set(sent.wanted) - set(sent.taken), set(sent.taken) - set(sent.wanted)
    return (
        f"{len(sent.wanted)} letters, killed {sent.kills} times after the relay's 250: lost {len(lost)}, under another "
        f"Message-ID {len(others)}, sent again as the same message {sent.taken.total() - len(sent.taken)}, "
        f"{sent.seconds:.0f} seconds"
    )


def table(figures: Figures) -> str:
    """Return the figures as lines to read."""
    kills = [(f"killed {point}", figures.deaths[point]) for point in (RANDOM, *LISTENER_POINTS, *WORKER_POINTS)]
    rows: list[tuple[str, object]] = [
        ("database", figures.database),
        ("answered 250", len(figures.acknowledged)),
        *kills,
        ("tries answered otherwise", figures.retries),
        ("lost", len(figures.lost)),
        ("doubled", len(figures.doubled)),
        ("without exactly one receipt", len(figures.letters)),
        ("bytes missing or changed", len(figures.bytes_wrong)),
        ("filed but never answered", figures.unasked),
        ("seconds", f"{figures.seconds:.0f}"),
    ]
    return "\n".join(f"{name:28} {value!s:>10}" for name, value in rows)


def main() -> int:
    """Choose the database, run, and leave none behind."""
    asked = arguments()
    os.environ[databases.CHOSEN] = asked.database  # inherited by every role
    databases.begin()
    try:
        return proved(asked)
    finally:
        if databases.on_postgresql():
            databases.drop_all()


def proved(asked: argparse.Namespace) -> int:
    """Run, then the controls; print, write, and say by the exit code whether the promise holds."""
    figures = tortured(size(asked))
    print(table(figures), flush=True)  # noqa: T201  # a program to read
    seen = {}
    for name in CONTROLS:
        broken = control(name, asked.seed)
        seen[name] = not broken.faultless()
        what = f"lost {len(broken.lost)}, doubled {len(broken.doubled)}"
        verdict = "seen" if seen[name] else "NOT SEEN"
        print(f"control: {name}: {what}: {verdict}", flush=True)  # noqa: T201  # as above
    sent = letters(asked.relay)
    print(told(sent), flush=True)  # noqa: T201  # as above
    copies, beside = merged(asked.doubles), poisoned(asked.poison)
    print(others_told(copies, beside), flush=True)  # noqa: T201  # as above
    REPORT.parent.mkdir(exist_ok=True)
    report = {"asked": vars(asked), "figures": vars(figures), "controls": seen, "outbox": vars(sent)}
    report |= {"doubles": vars(copies), "poison": vars(beside)}
    REPORT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    whole = figures.faultless() and sent.faultless() and copies.faultless() and beside.faultless()
    return 0 if whole and all(seen.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
