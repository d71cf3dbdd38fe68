"""What is wrong with an installation, line by line, each with its cause and cure. It changes nothing.

It looks at settings, folders, disk, database, spool, audit, files, relay, name service and clock. It does not read the
bytes of every file, as the proof of a restore does.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import func, select

from intake import reconcile
from intake.domain.errors import Unreadable
from intake.newsroom import Newsroom
from intake.settings import Settings
from intake.storage import schema
from intake.storage.audit import AuditEntry, broken
from intake.storage.database import Database
from intake.storage.messages import Letter
from intake.storage.rights import closed_files, owner_of
from intake.storage.spool import Spool, free_bytes
from intake.upkeep.agreement import UNLIMITED, named_blobs, stored_blobs

State = Literal["ok", "look", "wrong"]
BACKLOG, MOST_AHEAD = timedelta(minutes=15), timedelta(minutes=2)
"""How old waiting mail may be; how far the newest audit entry may lie ahead of the clock."""
DNS_SECONDS = 4.0
NAMED = 3
"""Files that one line names."""


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. ``cure`` is empty when all is well."""

    name: str
    state: State
    found: str
    cure: str = ""


def database_lines(database: Database) -> Iterator[Line]:
    """Tell whether the schema is this software's."""
    here, newest = schema.current(database), schema.newest()
    if here not in schema.revisions():
        yield Line("schema", "wrong", f"revision {here} is unknown to this software", "Install the newer software.")
    elif here != newest:
        yield Line("schema", "wrong", f"revision {here}, not {newest}", "Call intake upgrade.")
    else:
        differences = schema.differences(database)
        state: State = "wrong" if differences else "ok"
        cure = "Restore a backup: someone changed the tables by hand." if differences else ""
        yield Line("schema", state, f"revision {here}, {len(differences)} differences from the software's", cure)


def room_lines(newsroom: Newsroom) -> Iterator[Line]:
    """Tell how folder, disk, spool, audit, files, letters and clock stand."""
    yield from _folder(newsroom.settings)
    yield from _spool(newsroom)
    yield _reconciled(newsroom)
    with newsroom.reading() as session:
        wrong = list(broken(session))
        yield Line(
            "audit",
            "wrong" if wrong else "ok",
            f"broken at entry {wrong[0]}" if wrong else "the chain is whole",
            "Find out who changed the database; restore a backup." if wrong else "",
        )
        newest = session.scalar(select(func.max(AuditEntry.at)))
        ahead = newest is not None and newest > newsroom.now() + MOST_AHEAD
        yield Line(
            "clock",
            "wrong" if ahead else "ok",
            f"now {newsroom.now():%Y-%m-%d %H:%M:%S} UTC" + (", but the newest entry is later" if ahead else ""),
            "Set the clock, and let NTP keep it." if ahead else "",
        )
        lapsed = Letter.leased_until < newsroom.now() - BACKLOG
        stuck = session.scalar(select(func.count(Letter.id)).where(Letter.status == "queued", lapsed)) or 0
        failed = session.scalar(select(func.count(Letter.id)).where(Letter.status == "failed")) or 0
        cure = "See whether intake work runs, and Letters at the desk." if stuck or failed else ""
        yield Line("letters", "look" if cure else "ok", f"{stuck} with a lapsed lease, {failed} failed", cure)
        named, lying = named_blobs(session), stored_blobs(newsroom.settings.root)
        lost, stray = len(named - lying), len(lying - named)
        cure = "Take the lost files from a backup." if lost else ""
        state: State = "wrong" if lost else "look" if stray else "ok"
        yield Line("files", state, f"{lost} rows without file, {stray} files without row", cure)


def _reconciled(newsroom: Newsroom) -> Line:
    told = reconcile.recorded(newsroom.settings.root)
    if told is None:
        return Line("reconciled", "look", "never yet", "The worker compares rows and files every five minutes.")
    lost = told.get("lost")
    cure = "Take the lost bytes from a backup: Held mail shows whose they are." if lost else ""
    return Line("reconciled", "wrong" if lost else "ok", f"{told.get('at')}: {lost} messages without their bytes", cure)


def _folder(settings: Settings) -> Iterator[Line]:
    mode = settings.root.stat().st_mode & 0o777
    open_to_others = bool(mode & 0o007)
    cure = f"chmod 700 {settings.root}" if open_to_others else ""
    yield Line("folder", "wrong" if open_to_others else "ok", f"{settings.root} has mode {mode:03o}", cure)
    free, need = free_bytes(settings.root), settings.mail.max_bytes * 3 // 2
    full = free < need
    state: State = "wrong" if full else "look" if free < need * 10 else "ok"
    cure = "Free some space: mail is refused for the time being." if full else "Free some space soon."
    yield Line("disk", state, f"{free // 2**20} MiB free", "" if state == "ok" else cure)


def _spool(newsroom: Newsroom) -> Iterator[Line]:
    settings = newsroom.settings
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)  # raises SettingsError on two mounts
    waiting = spool.waiting(UNLIMITED)
    age = timedelta()
    with suppress(IndexError, FileNotFoundError, PermissionError, Unreadable):  # none waits, gone, closed, damaged
        envelope, _ = spool.read(waiting[0])
        age = newsroom.now() - envelope.received_at
    late = age > BACKLOG
    cure = "See whether intake work runs, and its log." if late else ""
    found = f"{len(waiting)} mails wait, the oldest for {max(0, int(age.total_seconds()))} s"
    yield Line("spool", "wrong" if late else "ok", found, cure)
    yield from _closed(spool.folder)
    damaged = len(spool.quarantined())
    cure = "An editor sees them under Held mail." if damaged else ""
    yield Line("quarantine", "look" if damaged else "ok", f"{damaged} damaged mails", cure)


def _closed(folder: Path) -> Iterator[Line]:
    """Name the waiting mails that the worker may not read; no line when there are none."""
    files = closed_files(folder, most=UNLIMITED, look=UNLIMITED)
    if not files:
        return
    named = ", ".join(f"{one.key} (of {one.owner}, mode {one.mode:03o})" for one in files[:NAMED])
    more = f", and {len(files) - NAMED} more" if len(files) > NAMED else ""
    new = folder / "new"
    worker = owner_of(new)
    cure = f"chown -R {worker} {new} && chmod -R u+rX {new}; and let what delivers there run as {worker}."
    yield Line("spool files", "wrong", f"{len(files)} mails cannot be read by the worker: {named}{more}", cure)


def address_line(settings: Settings) -> Line:
    """Tell whether the address in every letter's links can be reached by its readers."""
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Line("base_url", "wrong", settings.base_url, "Write it as https://desk.example.")
    if parts.scheme == "http":
        return Line("base_url", "look", settings.base_url, "Before others use it: https, and the name they know.")
    return Line("base_url", "ok", settings.base_url)


def relay_line(settings: Settings) -> Line:
    """Connect to the relay, within its timeout, and hang up: it does not sign in and sends nothing."""
    relay = settings.relay
    if not relay.host:
        return Line("relay", "look", "none: letters are kept as files", "Set [relay] host to send letters.")
    try:
        with socket.create_connection((relay.host, relay.port), timeout=relay.timeout):
            return Line("relay", "ok", f"{relay.host}:{relay.port} answers")
    except OSError as error:
        return Line("relay", "wrong", f"{relay.host}:{relay.port}: {error}", "Check host, port and firewall.")


Asks = Callable[[str, str], list[str] | None]
"""Asks a name server for the records of a name and a type; nothing when it could not be asked."""


def asked(name: str, kind: str) -> list[str] | None:
    """Ask the machine's resolver, for at most DNS_SECONDS."""
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        return None
    try:
        return [str(found) for found in dns.resolver.resolve(name, kind, lifetime=DNS_SECONDS)]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        return None


def name_lines(settings: Settings, ask: Asks = asked) -> Iterator[Line]:
    """Tell whether each desk's domain has MX, SPF and DMARC records. A DKIM record has a name only its signer knows."""
    domains = sorted({address.rpartition("@")[2] for desk in settings.desks.every for address in desk.addresses})
    for domain in domains:
        for what, name, kind, start in (
            ("MX", domain, "MX", ""),
            ("SPF", domain, "TXT", "v=spf1"),
            ("DMARC", f"_dmarc.{domain}", "TXT", "v=DMARC1"),
        ):
            records = ask(name, kind)
            if records is None:
                yield Line(f"{what} {domain}", "look", "could not be asked", "Look again with a name server at hand.")
            elif any(record.strip('"').startswith(start) for record in records):
                yield Line(f"{what} {domain}", "ok", "is there")
            else:
                yield Line(f"{what} {domain}", "look", "is missing", f"Add the {what} record to the domain.")
