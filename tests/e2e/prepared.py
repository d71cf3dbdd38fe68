"""A newsroom with a piece in every state, mail held and sent, and people: what every page has something to show of.

Made through the product's own use-cases by the factories. It serves no page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

from flask import Flask
from flask_security import hash_password
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from intake.domain.addresses import reply_address
from intake.domain.proposal import Proposal
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.people import Person
from intake.storage.publications import PrintedAuthor, Publication
from intake.storage.submissions import Submission
from intake.workflow import accounts, letters, proof, publish, review, submit
from tests import factories
from tests.web.desk.mailbag import held, mail

PASSWORD = "a quiet pass phrase"
LONG = {
    "en": "The harbour wall was built for ships that no longer come, and we go on paying for it every winter",
    "ar": "بُني جدار الميناء لسفن لم تعد تأتي وما زلنا ندفع ثمنه كل شتاء فانقلوا الطريق ودعوا الجدار للبحر",
}


@dataclass(frozen=True)
class Prepared:
    """Where a prepared newsroom is served, who signs in there, and the names that its addresses are made of."""

    base: str
    address: str
    names: dict[str, str | int]


@contextmanager
def served(app: Flask, newsroom: Newsroom, language: str, *, empty: bool = False) -> Iterator[Prepared]:
    """Prepare a newsroom in a language and serve its pages on a free port while the block runs."""
    with app.app_context():
        secret = hash_password(PASSWORD)
    with newsroom.transaction() as session:
        names, address = _fill(session, newsroom, language, secret, empty=empty)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Prepared(f"http://127.0.0.1:{server.server_port}", address, names)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fill(
    session: Session, newsroom: Newsroom, language: str, secret: str, *, empty: bool
) -> tuple[dict[str, str | int], str]:
    first = accounts.first_account_link(session, newsroom)
    assert first is not None
    chief = factories.person(session, newsroom)
    row = session.scalars(select(Person).where(Person.id == chief.id)).one()
    row.password, row.administrator, row.locale = secret, True, language
    chief = factories.actor(row)
    names: dict[str, str | int] = {
        "first": urlsplit(first).path,
        "person": row.id,
        "desk": "rai" if language == "ar" else "opinion",
    }
    if not empty:
        names |= _mail(session, newsroom) | _pieces(session, newsroom, chief, language)
        names["letter"] = session.scalars(select(Letter.id).order_by(Letter.id)).first() or 0
    return names, chief.address


def _mail(session: Session, newsroom: Newsroom) -> dict[str, int]:
    kept = held(session, newsroom, mail("A question about length", "How long may an article be, and in which form?"))
    held(session, newsroom, mail("Damaged"), unreadable="nested too deep")
    return {"message": kept.id}


def _pieces(session: Session, newsroom: Newsroom, chief: Actor, language: str) -> dict[str, str | int]:
    """Make one piece in each state; its reference goes by the state's name, its author's page by ``a_`` and it."""
    made = {
        "submitted": submit.submit(session, newsroom, _proposal(language), confirmed=False),
        "received": factories.received(session, newsroom, **_changes(language, 1)),  # type: ignore[arg-type]
    }
    steps = ("in_review", "accepted", "approved", "published")
    for number, step in enumerate((*steps, *steps[:1] * 3, "accepted", "published"), start=2):
        name = step if step not in made else f"{step}_{number}"
        made[name] = getattr(factories, step)(session, newsroom, chief, **_changes(language, number))
    asked, more, closed = made.pop("in_review_6"), made.pop("in_review_7"), made.pop("in_review_8")
    sent, gone = made.pop("accepted_9"), made.pop("published_10")
    review.ask(session, newsroom, asked, chief, "Which year did the council first vote on it?", asked.version)
    assert more.reply_by is not None
    review.ask_extension(session, newsroom, more, chief, more.reply_by + timedelta(days=3), more.version)
    review.withdraw(session, newsroom, closed, factories.author(closed))
    review.offer(session, newsroom, closed, chief, closed.version)
    proof.send(session, newsroom, sent, chief, sent.version)
    publish.remove(session, newsroom, gone, chief, "Removed at the wish of its author.", gone.version)
    made |= {"asked": asked, "more": more, "offered": closed, "approval": sent, "removed": gone}
    made["copy"] = factories.received(session, newsroom, **_changes(language, 1))  # type: ignore[arg-type]
    base, first = newsroom.desk(made["copy"].desk).address, made["copy"].bylines[0].id
    stranger = mail("Re: your letter", "I write from my other address.", (("a.txt", "text/plain", b"Words."),))
    held(session, newsroom, stranger, reply_address(base, first, newsroom.key("replies")))
    session.flush()
    return _named(session, newsroom, made)


def _named(session: Session, newsroom: Newsroom, made: dict[str, Submission]) -> dict[str, str | int]:
    numbers = {row.submission_id: row.id for row in session.scalars(select(Publication))}
    receipts = URLSafeSerializer(newsroom.key("receipts").hex(), salt="receipt")
    return (
        {name: piece.ref for name, piece in made.items()}
        | {f"a_{name}": urlsplit(letters.author_link(newsroom, p.bylines[0])).path for name, p in made.items()}
        | {"article": numbers[made["published"].id], "gone": numbers[made["removed"].id]}
        | {"author": session.scalars(select(PrintedAuthor.slug)).first() or ""}
        | {"receipt": str(receipts.dumps(made["submitted"].ref))}
    )


def _proposal(language: str) -> Proposal:
    return factories.proposal(**_changes(language, 0))  # type: ignore[arg-type]  # tests name the fields


def _changes(language: str, number: int) -> dict[str, object]:
    headline = LONG[language] if number % 2 else ""
    address = f"author-{number}@author.example"
    return {"language": language, "address": address, "text": factories.text(language, headline)}
