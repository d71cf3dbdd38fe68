"""What filing gave up on: listed, looked at, read again, or let go, by whoever runs the installation.

A message that could not be read is a row whose bytes lie among the blobs; a spool file whose own bytes changed on disk
lies in the spool's quarantine, too. Editors see both as held mail. It reads no message itself: the reader's child does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.domain.errors import IntakeError, Unreadable
from intake.domain.roles import Kind
from intake.inbox.judgement import desk_facts
from intake.newsroom import Newsroom
from intake.sandbox import Reader
from intake.storage.audit import append
from intake.storage.messages import InboundMessage
from intake.storage.spool import Spool
from intake.workflow.receive import read_again

FEWEST_DIGITS = 6
"""Digits of a key that name a mail, when no other begins with them."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One mail that waits or was given up on. ``bytes`` is its size; ``why`` is empty while it waits in the line."""

    key: str
    state: str
    """waiting, quarantine, or damaged: its file in the spool is not what was written."""
    received_at: datetime | None
    mail_from: str
    recipient: str
    bytes: int
    why: str = ""


def listed(newsroom: Newsroom, spool: Spool, limit: int) -> list[Lying]:
    """Return at most ``limit`` waiting mails, oldest first, then all that were given up on."""
    waiting = [mail for key in spool.waiting(limit) if (mail := _waiting(spool, key)) is not None]
    damaged = {one.key for one in spool.quarantined()}
    with newsroom.reading() as session:
        query = select(InboundMessage).where(InboundMessage.disposition == "quarantine").order_by(InboundMessage.id)
        given_up = [
            Lying(
                key=row.spool_key,
                state="damaged" if row.spool_key in damaged else "quarantine",
                received_at=row.received_at,
                mail_from=row.mail_from,
                recipient=row.recipient,
                bytes=row.bytes,
                why="; ".join(str(defect) for defect in row.defects),
            )
            for row in session.scalars(query)
        ]
    return waiting + given_up


def _waiting(spool: Spool, key: str) -> Lying | None:
    try:
        envelope, raw = spool.read(key)
    except FileNotFoundError:
        return None  # filed meanwhile
    except Unreadable as error:
        return Lying(key, "damaged", None, "", "", len(spool.file_bytes(key)), str(error))
    return Lying(key, "waiting", envelope.received_at, envelope.mail_from, envelope.recipient, len(raw))


def found(lying: list[Lying], start: str) -> Lying:
    """Return the mail whose key begins so. Raises IntakeError when none does, or more than one."""
    fitting = [mail for mail in lying if mail.key.startswith(start.lower())]
    if len(start) < FEWEST_DIGITS or len(fitting) != 1:
        why = f"{start}: {len(fitting)} mails have such a key."
        raise IntakeError(f"{why} Cure: write it as intake spool list shows it.")
    return fitting[0]


def raw_of(newsroom: Newsroom, spool: Spool, mail: Lying) -> bytes:
    """Return a mail's exact bytes; of a damaged one the whole spool file. Raises FileNotFoundError, Unreadable."""
    if mail.state == "waiting":
        return spool.read(mail.key)[1]
    with newsroom.reading() as session:
        return newsroom.blobs.get(_row(session, mail.key).raw)


def retry(newsroom: Newsroom, spool: Spool, reader: Reader, mail: Lying) -> str:
    """Read a mail again, as after an upgrade, and return what became of it (filed, held, joined, dropped).

    A waiting mail loses its strikes and answers "waiting". Raises Unreadable when it still cannot be read,
    IntakeError when its file is damaged or an editor has dealt with it.
    """
    if mail.state == "waiting":
        spool.forgive(mail.key)
        return "waiting"
    if mail.state == "damaged":
        raise IntakeError("Its file was damaged on the disk: reading it again changes nothing. Take it from a backup.")
    raw = raw_of(newsroom, spool, mail)
    desk = newsroom.desks.for_address(mail.recipient)
    judge = "intake.inbox.judgement:judge"
    signed = read_reply_address(mail.recipient, newsroom.key("replies")) is not None
    facts = desk_facts(newsroom.desks)
    slug = desk.slug if desk else ""
    reading: Mapping[str, Any] = reader.call(judge, raw, desks=facts, desk=slug, signed=signed)
    with newsroom.transaction() as session:
        message = _row(session, mail.key)
        read_again(session, newsroom, message, reading)
        return message.disposition


def release(newsroom: Newsroom, spool: Spool, mail: Lying) -> None:
    """Let a given-up mail go: it leaves the tray and the spool, its bytes stay among the files. Audited.

    Raises IntakeError for one that still waits in the line.
    """
    if mail.state == "waiting":
        raise IntakeError("This mail still waits to be filed. Only what was given up on can be let go.")
    with newsroom.transaction() as session:
        message = _row(session, mail.key)
        session.refresh(message, with_for_update=True)
        if message.disposition == "quarantine":
            message.disposition = "spiked"
        append(
            session,
            at=newsroom.now(),
            actor_kind=Kind.SYSTEM.value,
            action="release_mail",
            submission_id=message.submission_id,
            detail={"message": message.id},
        )
    spool.discard(mail.key)


def _row(session: Session, key: str) -> InboundMessage:
    row = session.scalar(select(InboundMessage).where(InboundMessage.spool_key == key))
    if row is None:
        raise IntakeError("The worker has not filed this damaged mail yet. Look again in a minute.")
    return row
