"""The worker, as in production but able to die at each crash point, and the workers that break a promise.

Each is a plain function that works until it is killed; it prints ``ready`` once it has started. The spool lies in the
newsroom's folder; every ``INTAKE_…`` variable of the process holds for its newsroom.
"""

import os
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from intake.domain.letter import OutboundMail
from intake.newsroom import utc_now
from intake.postoffice import Outcome, PostOffice
from intake.sandbox import Reader
from intake.storage.blobs import Blobs
from intake.storage.database import Database
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope, Spool
from intake.worker import Worker, make_worker
from intake.workflow import receive
from tests.factories import make_newsroom
from tests.torture.fuse import RELAY_POINT, Fuse, Life


class CrashingSpool(Spool):
    """A spool after whose every removal the process can die."""

    fuse: Fuse

    def remove(self, key: str) -> None:
        super().remove(key)
        self.fuse.passed("after unlink")


class CrashingBlobs(Blobs):
    """Blobs after whose every keeping the process can die."""

    fuse: Fuse

    def put(self, data: bytes) -> str:
        sha = super().put(data)
        self.fuse.passed("after blob put")
        return sha


class CrashingReader(Reader):
    """A reader after whose every answer the process can die."""

    fuse: Fuse

    def call(self, function: str, payload: bytes, **facts: Any) -> dict[str, Any]:
        answer = super().call(function, payload, **facts)
        self.fuse.passed("after child")
        return answer


class CrashingPost(PostOffice):
    """A post office after whose every letter the process can die, before anybody notes that the letter has left."""

    fuse: Fuse

    def send_all(self, mails: Iterable[OutboundMail]) -> Iterator[Outcome]:
        for outcome in super().send_all(mails):
            if outcome.error is None:
                self.fuse.passed(RELAY_POINT)
            yield outcome


class RenamingPost(CrashingPost):
    """The negative control: makes up a Message-ID at each sending."""

    def send_all(self, mails: Iterable[OutboundMail]) -> Iterator[Outcome]:
        fresh = (replace(mail, message_id=f"<{uuid.uuid4().hex}@paper.example>") for mail in mails)
        return super().send_all(fresh)


def watch(database: Database, fuse: Fuse) -> None:
    """Lay the points "after insert" (the row is written, not committed) and "after commit" into a database."""
    writing = threading.local()  # a transaction that another thread ends, of a letter or a check, commits no message

    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO inbound_message"):
            writing.message = True
            fuse.passed("after insert")

    def committed(session: Session) -> None:
        if not session.in_nested_transaction() and getattr(writing, "message", False):  # a savepoint's end is no commit
            writing.message = False
            fuse.passed("after commit")

    def undone(_session: Session) -> None:
        writing.message = False

    event.listen(database.engine, "after_cursor_execute", executed)
    event.listen(Session, "after_commit", committed)
    event.listen(Session, "after_rollback", undone)


def _worker(folder: Path, life: Life) -> Worker:
    fuse, ahead = Fuse(life), timedelta(minutes=life.minutes)
    blobs = CrashingBlobs(folder / "blobs")
    settings = {name: value for name, value in os.environ.items() if name.startswith("INTAKE_")}
    newsroom = replace(make_newsroom(folder, **settings), blobs=blobs, clock=lambda: utc_now() + ahead)
    working = make_worker(newsroom)
    working.spool = CrashingSpool(working.spool.folder, working.spool.max_bytes)
    working.reader = CrashingReader()
    working.post = CrashingPost(working.post.relay, working.post.kept)
    for part in (blobs, working.spool, working.reader, working.post):
        part.fuse = fuse
    watch(newsroom.database, fuse)
    return working


def _work(working: Worker) -> None:
    print("ready", flush=True)  # noqa: T201  # tells the test that it has started
    working.run()


def worker(folder: Path, _port: int, life: Life) -> None:
    """File mail and send letters as in production."""
    _work(_worker(folder, life))


class Careless(CrashingSpool):
    """Takes a message out of the line when it is read, before its row is committed."""

    def read(self, key: str) -> tuple[Envelope, bytes]:
        found = super().read(key)
        Spool.remove(self, key)
        return found

    def remove(self, key: str) -> None:  # noqa: ARG002  # Spool's signature
        """Pass the point; the message is gone already."""
        self.fuse.passed("after unlink")


def careless_worker(folder: Path, _port: int, life: Life) -> None:
    """Empty the spool before the row is committed: a mail that is answered can be lost."""
    working = _worker(folder, life)
    working.spool = Careless(working.spool.folder, working.spool.max_bytes)
    working.spool.fuse = Fuse(life)
    _work(working)


def forgetful_worker(folder: Path, _port: int, life: Life) -> None:
    """File without looking whether a message is filed already, the database's unique keys put out of play."""
    receive._equal = lambda *_: []  # the promise that this role breaks

    def nameless(_mapper: object, _connection: object, message: InboundMessage) -> None:
        message.spool_key = message.digest = uuid.uuid4().hex * 2

    event.listen(InboundMessage, "before_insert", nameless)
    _work(_worker(folder, life))


def renaming_worker(folder: Path, _port: int, life: Life) -> None:
    """Give a letter a new Message-ID at each try: its receiver sees two letters."""
    working = _worker(folder, life)
    working.post = RenamingPost(working.post.relay, working.post.kept)
    working.post.fuse = Fuse(life)
    _work(working)
