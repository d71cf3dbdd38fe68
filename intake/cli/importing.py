"""``intake import``: old mail from files into the spool, once each, while the desk runs."""

import json
import os
import pwd
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from intake.bootstrap import open_newsroom
from intake.domain.desk import Desk
from intake.domain.errors import NoSpace, SettingsError
from intake.inbox.trace import digest
from intake.ingress import archives
from intake.ingress.archives import Found, Listing
from intake.ingress.pacing import give_way
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage.queries.arrived import is_there
from intake.storage.spool import Envelope, Spool, key_of

Tell = Callable[[str, str], None]


@dataclass
class Summary:
    """How many messages were stored, lay there before, were too large or not to be read; and files that are no mail."""

    stored: int = 0
    already_there: int = 0
    too_large: int = 0
    unreadable: int = 0
    left_out: int = 0
    stopped: str = ""
    """Why the import ended before its end; empty when it did not."""

    @property
    def whole(self) -> bool:
        """Tell whether every message is stored."""
        return not (self.too_large or self.unreadable or self.stopped)


@dataclass
class Import:
    """One run. ``tell`` hears of every message that is not stored, ``passed`` of every few bytes that are done."""

    newsroom: Newsroom
    desk: Desk
    quiet: bool
    dry_run: bool
    tell: Tell
    passed: Callable[[int], None]
    summary: Summary = field(default_factory=Summary)

    def run(self, listing: Listing) -> Summary:
        """Store every message that is not there yet, and return the summary; a full disk or Ctrl-C ends it early."""
        self.summary.left_out = listing.left_out
        for path, why in listing.problems:
            self._unreadable(str(path), why)
        settings = self.newsroom.settings
        spool = Spool(settings.root / "spool", settings.mail.max_bytes)
        try:
            for part in listing.parts:
                done = 0
                for found in archives.mails(part, spool.max_bytes):
                    self._take(spool, found)
                    self.passed(found.end - done)
                    done = found.end
        except KeyboardInterrupt:
            self.summary.stopped = "interrupted"
        except (NoSpace, OSError) as error:
            self.summary.stopped = str(error)
        return self.summary

    def _take(self, spool: Spool, found: Found) -> None:
        if found.too_large:
            self.summary.too_large += 1
            self.tell(found.where, f"has more than {spool.max_bytes} bytes")
        elif found.problem:
            self._unreadable(found.where, found.problem)
        else:
            self._store(spool, found)

    def _store(self, spool: Spool, found: Found) -> None:
        sender = archives.sender(found)
        to = archives.recipient(found.raw, self._is_ours, self.desk.address)
        if self._is_there(spool, found.raw, sender, to):
            self.summary.already_there += 1
            return
        if not self.dry_run:
            now = self.newsroom.now()
            spool.accept(found.raw, Envelope(sender, to, found.kind, "", "", now, self.quiet))
        self.summary.stored += 1
        if not self.dry_run:
            give_way(spool.folder.parent, self.summary.stored, time.sleep)

    def _is_ours(self, address: str) -> bool:
        return self.newsroom.desks.for_address(address) is self.desk

    def _is_there(self, spool: Spool, raw: bytes, sender: str, to: str) -> bool:
        key = key_of(sender, to, raw)
        if spool.holds(key):
            return True
        with self.newsroom.reading() as session:
            return is_there(session, key, digest(raw), sender, to)

    def _unreadable(self, where: str, why: str) -> None:
        self.summary.unreadable += 1
        self.tell(where, why)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--desk", "slug", required=True, help="The desk that the mail is for, by its short name.")
@click.option(
    "--as-new", is_flag=True, help="File it like mail that comes in now: with letters and the promise's clock."
)
@click.option("--dry-run", is_flag=True, help="Store nothing; say what would be stored.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object for each problem, and the summary last.")
@click.pass_context
def import_mail(
    ctx: click.Context, paths: tuple[Path, ...], slug: str, as_new: bool, dry_run: bool, as_json: bool
) -> None:
    """Bring in old mail from PATHS: Maildir folders, mbox files, folders of .eml files, single messages.

    The files are only read, the messages' bytes kept as they are. Mail comes in quietly: it is held as imported, nobody
    gets a letter, no clock starts. Ctrl-C is safe: run it again and it goes on; no mail comes in twice. Of a mailbox
    that is still written to, import a copy. Exit 0: all is stored; 1: something is not, and was named; 2: wrong usage.
    """
    settings = load()
    if slug not in settings.desks:
        raise click.BadParameter(f"no such desk; there are {', '.join(desk.slug for desk in settings.desks.every)}")
    _refuse_other_user(settings.root)
    newsroom = open_newsroom(settings)
    listing = archives.listed(paths)
    try:
        summary = _shown(newsroom, listing, quiet=not as_new, dry_run=dry_run, slug=slug, as_json=as_json)
    finally:
        newsroom.database.close()
    click.echo(json.dumps(asdict(summary) | {"dry_run": dry_run}) if as_json else _sentence(summary, dry_run))
    ctx.exit(0 if summary.whole else 1)


def _shown(newsroom: Newsroom, listing: Listing, *, quiet: bool, dry_run: bool, slug: str, as_json: bool) -> Summary:
    """Run an import with a bar on a terminal's standard error, and tell problems as they come."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)

    def tell(where: str, why: str) -> None:
        if as_json:
            click.echo(json.dumps({"where": where, "problem": why}, ensure_ascii=False))
        else:
            console.print(f"{where}: {why}", markup=False, highlight=False, soft_wrap=True)

    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bars:
        task = bars.add_task("Importing", total=sum(part.size for part in listing.parts))
        run = Import(newsroom, newsroom.desk(slug), quiet, dry_run, tell, lambda size: bars.advance(task, size))
        return run.run(listing)


def _sentence(summary: Summary, dry_run: bool) -> str:
    lines = [
        f"{summary.stored} {'would be stored' if dry_run else 'stored'}, {summary.already_there} already there, "
        f"{summary.too_large} too large, {summary.unreadable} unreadable."
    ]
    if summary.left_out:
        lines.append(f"{summary.left_out} files in the folders are no .eml and were left out.")
    if summary.stopped:
        lines.append(f"Stopped before the end: {summary.stopped}. Run it again to go on.")
    return "\n".join(lines)


def _refuse_other_user(root: Path) -> None:
    """Raise SettingsError when the state belongs to somebody else: the worker could not read what we store."""
    if root.exists() and root.stat().st_uid != os.geteuid():
        owner = pwd.getpwuid(root.stat().st_uid).pw_name
        raise SettingsError(f"{root} belongs to the user {owner}. Cure: sudo -u {owner} intake import …")
