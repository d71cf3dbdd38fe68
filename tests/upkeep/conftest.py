"""What the tests of upkeep share: a newsroom with mail, an upload, a sealed name, a kept letter and a waiting mail."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake.domain.proposal import AuthorDetails
from intake.newsroom import Newsroom
from intake.settings import Settings
from intake.storage.messages import Attachment
from intake.storage.spool import Envelope
from intake.upkeep.restore import into
from intake.worker import Worker
from tests import databases, factories
from tests.one_reader import make_worker

UPLOAD = b"%PDF-1.4 made up"


def envelope(newsroom: Newsroom) -> Envelope:
    """Return the envelope of a mail to the first desk."""
    return Envelope("huda@writer.example", newsroom.desks.every[0].address, "lmtp", "", "", newsroom.now())


def op_ed(number: int) -> bytes:
    """Return one op-ed as mail; each number makes another one."""
    body = "\r\n\r\n".join(factories.PARAGRAPHS_EN * 4)
    head = "From: Huda <huda@writer.example>\r\nMessage-ID: <{0}@writer.example>\r\nSubject: Op-Ed: Harbour {0}\r\n\r\n"
    return (head.format(number) + f"Piece number {number}.\r\n\r\n{body}\r\n").encode()


def elsewhere(newsroom: Newsroom, folder: Path) -> Settings:
    """Return the settings of an installation that is not there yet: another folder and an empty database."""
    url = databases.database_for(folder) if databases.on_postgresql() else ""
    return replace(into(newsroom.settings, folder), database=url)


def filled(newsroom: Newsroom) -> Worker:
    """Fill a newsroom: two filed mails with kept letters, an upload, a sealed name, one mail that waits."""
    worker = make_worker(newsroom)
    for number in (1, 2):
        worker.spool.accept(op_ed(number), envelope(newsroom))
    worker.once()
    with newsroom.transaction() as session:
        secret = AuthorDetails(
            name="Huda Mansouri",
            address="n@author.example",
            pseudonym="A. Nun",
            pseudonym_reason="Threats.",
            city="Misrata",
        )
        piece = factories.received(session, newsroom, author=secret)
        sha = newsroom.blobs.put(UPLOAD)
        made = Attachment(submission_id=piece.id, filename="a.pdf", media_type="application/pdf", bytes=1, role="file")
        made.blob = sha
        session.add(made)
    worker.spool.accept(op_ed(3), envelope(newsroom))
    return worker


@pytest.fixture
def worker(newsroom: Newsroom) -> Worker:
    """Return the worker of a filled newsroom."""
    return filled(newsroom)


@pytest.fixture
def full(worker: Worker) -> Newsroom:
    """Return a filled newsroom."""
    return worker.newsroom
