"""The audit: append-only, hash-chained entries of every act. Free text is kept apart, so that it can be erased.

An entry's hash covers its fields and the hash before it (a hash chain, as in RFC 6962's motivation but linear); a
reason's text lies in ``AuditText`` and only its SHA-256 is in the chain.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column, relationship

from intake.storage.database import Base
from intake.storage.turns import Turn, take_turn

GENESIS = "0" * 64
_END = "hash at the audit's end"


class AuditEntry(Base):
    """One act: who, when, what, on which version, why. The database refuses to change or delete it."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(24))
    submission_id: Mapped[int | None] = mapped_column(index=True)
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str | None] = mapped_column(String(16))
    seen_version: Mapped[int | None]
    version: Mapped[int | None]
    reason_code: Mapped[str | None] = mapped_column(String(40))
    text_hash: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    text: Mapped["AuditText | None"] = relationship()


class AuditText(Base):
    """The free text of an entry: erasable, while its hash stays in the chain."""

    __tablename__ = "audit_text"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


_LAST = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)

FIELDS = (
    "actor_kind",
    "actor_id",
    "action",
    "submission_id",
    "from_status",
    "to_status",
    "seen_version",
    "version",
    "reason_code",
    "text_hash",
    "detail",
)


def chained(entry: AuditEntry) -> str:
    """Return the hash an entry must carry, over its own fields and the hash before it."""
    fields = {name: getattr(entry, name) for name in FIELDS} | {"at": entry.at.isoformat(), "previous": entry.previous}
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def append(
    session: Session, *, at: datetime, text: str | None = None, later: bool = False, **fields: Any
) -> AuditEntry:
    """Add an entry at the chain's end and return it; written at once, or ``later``, with the session's next flush.

    Entries that one flush writes get their numbers in the order they were added, so the numbers run as the chain does.
    Needs a write transaction, and holds the chain's turn until it ends: the end must not move meanwhile.
    """
    end = session.info.get(_END)
    if end is None:
        take_turn(session, Turn.AUDIT)
        end = session.scalar(_LAST)
    text_hash = hashlib.sha256(text.encode()).hexdigest() if text else None
    entry = AuditEntry(**dict.fromkeys(FIELDS) | {"detail": {}} | fields, at=at, previous=end or GENESIS)
    entry.text_hash = text_hash
    entry.hash = chained(entry)
    session.add(entry)
    if text or not later:
        session.flush()
    session.info[_END] = entry.hash
    if text:
        session.add(AuditText(entry_id=entry.id, body=text))
    return entry


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, ended: SessionTransaction) -> None:
    """Forget the chain's end with the turn that kept it still."""
    if ended.parent is None:
        session.info.pop(_END, None)


@event.listens_for(Session, "after_soft_rollback")
def _look_again(session: Session, _ended: SessionTransaction) -> None:
    """Forget the chain's end when the entry that was it is undone, be it by a savepoint alone."""
    session.info.pop(_END, None)


def broken(session: Session) -> Iterator[int]:
    """Yield the id of every entry whose hash, link or text does not fit; nothing when the chain is whole."""
    previous = GENESIS
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        text = entry.text.body if entry.text else None
        text_fits = text is None or hashlib.sha256(text.encode()).hexdigest() == entry.text_hash
        if entry.previous != previous or entry.hash != chained(entry) or not text_fits:
            yield entry.id
        previous = entry.hash
