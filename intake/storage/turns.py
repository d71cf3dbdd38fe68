"""Whose turn it is: named locks for what must be done by one transaction at a time and has no row to lock.

A turn lasts until the transaction ends. On SQLite nothing is taken: every act begins with the one write lock there is
(BEGIN IMMEDIATE). Source: PostgreSQL manual, 13.3.5 Advisory Locks.
"""

import zlib
from collections.abc import Iterable
from enum import IntEnum

from sqlalchemy import Connection, Integer, func, literal, select
from sqlalchemy.orm import Session


class Turn(IntEnum):
    """What is done by one at a time. The numbers are the locks' own: never give one to another turn."""

    SCHEMA = 0x4F700001
    """Migrating and seeding: of processes that start at once, one does it."""
    AUDIT = 0x4F700002
    """The audit chain's end: each entry holds the hash of the one before."""
    FIRST_ACCOUNT = 0x4F700003
    """Finding that there is no account yet, and making one."""
    ADDRESS = 0x4F700004
    """One address: finding or making whose it is, counting the letters it was sent lately and sending one more."""
    FORM = 0x4F700005
    """One form: finding that it was sent before, and making a piece of it."""
    MESSAGE = 0x4F700006
    """One message, by its spool key or its digest: finding that it was filed before, and filing it."""


def take_turn(session: Session | Connection, turn: Turn, what: str = "") -> None:
    """Wait until no other transaction holds this turn, then hold it to the end of the present transaction.

    Take the audit's turn last: who holds another may be waiting for the audit's, and must not be waited for with it.

    ``what`` narrows it (an address): two narrow turns meet only when theirs is the same (or, harmlessly, when the
    CRC-32 of both is). Raises OperationalError after the lock timeout of the database's connections (15 seconds).
    """
    take_turns(session, turn, (what,))


def take_turns(session: Session | Connection, turn: Turn, names: Iterable[str]) -> None:
    """Take several turns of one kind with one statement, always in the same order, so that no two wait crosswise."""
    bind = session.get_bind() if isinstance(session, Session) else session
    if bind.dialect.name == "postgresql":
        narrow = sorted({zlib.crc32(name.encode()) - 2**31 for name in names})  # a lock's second number is signed
        locks = (func.pg_advisory_xact_lock(literal(int(turn), Integer), literal(one, Integer)) for one in narrow)
        session.execute(select(*locks))
