"""S2: a backlog in the spool becomes pieces: text mails of 800 words and .docx mails, beside a parser and a commit."""

import email
import email.policy
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from intake.newsroom import Newsroom
from intake.storage.spool import Envelope
from intake.storage.submissions import Author, Byline, Revision, Submission
from intake.worker import Worker, make_worker
from tests.bench.frame import Row, by_turns
from tests.factories import PARAGRAPHS_EN, make_newsroom
from tests.factories_docx import docx, paragraph

TEXTS, MANUSCRIPTS = 96, 24
BODY = "\n\n".join(PARAGRAPHS_EN * 14)


def text_mail(number: int) -> bytes:
    """Return a mail with 800 words in its text."""
    return _mail(number, BODY).as_bytes(policy=email.policy.SMTP)


def manuscript_mail(number: int) -> bytes:
    """Return a mail with 800 words in a .docx."""
    mail = _mail(number, "Please find my article attached.")
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(
        docx("".join(map(paragraph, BODY.split("\n\n")))), maintype="application", subtype=kind, filename="article.docx"
    )
    return mail.as_bytes(policy=email.policy.SMTP)


def _mail(number: int, body: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Huda Mansouri <huda.{number}@writer.example>", "oped@harbourpost.example"
    mail["Subject"], mail["Message-ID"] = f"Op-Ed: The harbour wall, part {number}", f"<{number}@writer.example>"
    mail.set_content(f"Part {number}.\n\n{body}")
    return mail


class Backlog:
    """A newsroom's spool that is filled and then worked off. Each round brings new mails."""

    def __init__(self, newsroom: Newsroom, worker: Worker, write: Callable[[int], bytes], count: int) -> None:
        self._newsroom, self._worker, self._write, self._count = newsroom, worker, write, count
        self._number = 0

    def work_off(self) -> float:
        """Return how many mails a second were filed."""
        for _ in range(self._count):
            self._number += 1
            sender = f"huda.{self._number}@writer.example"
            envelope = Envelope(sender, "oped@harbourpost.example", "lmtp", "", "", datetime.now(UTC))
            self._worker.spool.accept(self._write(self._number), envelope)
        start = time.perf_counter()
        filed = 0
        while filed < self._count:
            filed += self._worker.file_spool()
        return filed / (time.perf_counter() - start)


def parse_and_commit(newsroom: Newsroom, write: Callable[[int], bytes], count: int) -> Callable[[], float]:
    """Return the limit: the standard parser and one piece in a transaction of its own, nothing judged or promised.

    The piece is its five rows by way of the ORM (author, submission, revision, byline, and its full text), for that is
    what stands when a mail is filed; no audit, no letter, no message.
    """
    numbers = iter(range(10**9, 2 * 10**9))

    def measure() -> float:
        mails = [write(next(numbers)) for _ in range(count)]
        start = time.perf_counter()
        for raw in mails:
            parsed = email.message_from_bytes(raw)
            with newsroom.transaction() as session:
                session.add(_piece(next(numbers), str(parsed["Subject"])))
        return count / (time.perf_counter() - start)

    return measure


def _piece(number: int, headline: str) -> Byline:
    now, text = datetime.now(UTC), {"body_html": BODY, "body_text": BODY, "words": 800, "headline": headline}
    promise = now + timedelta(days=3)
    facts = {"desk": "opinion", "language": "en", "channel": "mail", "status": "received", "reply_by": promise}
    times = {"created_at": now, "changed_at": now}
    submission = Submission(ref=f"OP-{number}", headline=headline, words=800, **facts, **times)
    submission.revisions.append(Revision(number=1, made_by="author", created_at=now, **text))
    author = Author(address=f"{number}@limit.example", locale="en", created_at=now)
    return Byline(submission=submission, author=author, locale="en", name="Huda Mansouri", link_hash=f"{number:064}")


def rows() -> list[Row]:
    """Measure both kinds on one newsroom on disk."""
    found = []
    for write, count, work, bar in (
        (text_mail, TEXTS, "file text mails", 250.0),
        (manuscript_mail, MANUSCRIPTS, "file .docx mails", 0.0),
    ):
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            newsroom = make_newsroom(Path(folder))
            worker = make_worker(newsroom)
            backlog = Backlog(newsroom, worker, write, count)
            backlog.work_off()  # starts the reader
            ours, limit = by_turns(backlog.work_off, parse_and_commit(newsroom, write, count))
            worker.reader.close()
            newsroom.database.close()
        found.append(Row("S2", work, ours, "mails/s", bar, "more"))
        found.append(
            Row("S2", f"{work}, of the limit", ours, "mails/s", 0.0, "more", "parser + a piece's commit", limit)
        )
    return found
