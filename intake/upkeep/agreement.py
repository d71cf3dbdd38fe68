"""Rows against files, in both directions, and whatever else must be true of an installation that is whole.

It reads everything and changes nothing. What it finds are sentences; whoever asked decides what they mean.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.domain.errors import Unreadable
from intake.newsroom import Newsroom
from intake.storage import schema
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import InboundMessage
from intake.storage.spool import Spool
from intake.storage.submissions import Byline
from intake.storage.tables import BLOB_COLUMNS
from intake.storage.vault import SealBroken

UNLIMITED = 1 << 62


@dataclass
class Report:
    """What was counted, what is ``wrong``, and what is only to be ``noted``."""

    counted: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)


def named_blobs(session: Session) -> frozenset[str]:
    """Return the SHA-256 of every blob that a row names."""
    return frozenset(sha for column in BLOB_COLUMNS for sha in session.scalars(select(column)) if sha)


def stored_blobs(root: Path) -> frozenset[str]:
    """Return the SHA-256 of every blob that lies under an installation's folder."""
    return frozenset(path.name for path in (root / "blobs").glob("[0-9a-f][0-9a-f]/*") if len(path.name) == 64)


def proof(newsroom: Newsroom, erased: frozenset[str] = frozenset()) -> Report:
    """Prove an installation whole and return what was found. ``erased`` are blobs that are known to be gone."""
    report = Report()
    with newsroom.reading() as session:
        _database(session, newsroom, report)
        _audit(session, report)
        _files(session, newsroom, report, erased)
        _seals(session, newsroom, report)
    _spool(newsroom, report)
    return report


def _database(session: Session, newsroom: Newsroom, report: Report) -> None:
    if session.get_bind().dialect.name == "sqlite":
        found = [str(line[0]) for line in session.execute(text("PRAGMA integrity_check"))]
        report.wrong += [f"the database is damaged: {line}" for line in found if line != "ok"]
        orphans = session.execute(text("PRAGMA foreign_key_check")).all()
        report.wrong += [f"a row of {line[0]} points to a row that is not there" for line in orphans]
    report.wrong += [
        f"the schema differs from the software's: {line}" for line in schema.differences(newsroom.database)
    ]


def _audit(session: Session, report: Report) -> None:
    report.counted["audit entries"] = session.scalar(select(func.count(AuditEntry.id))) or 0
    report.wrong += [f"the audit's chain is broken at entry {entry}" for entry in broken(session)]


def _files(session: Session, newsroom: Newsroom, report: Report, erased: frozenset[str]) -> None:
    named, lying = named_blobs(session), stored_blobs(newsroom.settings.root)
    report.counted |= {"messages": session.scalar(select(func.count(InboundMessage.id))) or 0, "files": len(lying)}
    for sha in sorted(named):
        try:
            if hashlib.sha256(newsroom.blobs.get(sha)).hexdigest() != sha:
                report.wrong.append(f"the file {sha} does not hold the bytes of its name")
        except FileNotFoundError:
            if sha in erased:
                report.noted.append(f"the file {sha} was erased on purpose while the backup was made")
            else:
                report.wrong.append(f"a row names the file {sha}, which is not there")
    report.noted += [f"no row names the file {sha}" for sha in sorted(lying - named)]


def _seals(session: Session, newsroom: Newsroom, report: Report) -> None:
    rows = session.execute(select(Byline.id, Byline.sealed).where(Byline.sealed.is_not(None))).all()
    report.counted["sealed names"] = len(rows)
    for byline, sealed in rows:
        try:
            newsroom.vault.open(sealed or b"")
        except SealBroken:
            report.wrong.append(f"the sealed name of byline {byline} does not open with the installation's key")


def _spool(newsroom: Newsroom, report: Report) -> None:
    settings = newsroom.settings
    spool = Spool(settings.root / "spool", settings.mail.max_bytes)
    waiting = spool.waiting(UNLIMITED)
    report.counted |= {"waiting mails": len(waiting), "mails in quarantine": len(spool.quarantined())}
    for key in waiting:
        try:
            spool.read(key)
        except FileNotFoundError:
            continue  # filed meanwhile
        except Unreadable as error:
            report.wrong.append(f"the waiting mail {key} does not parse: {error}")
