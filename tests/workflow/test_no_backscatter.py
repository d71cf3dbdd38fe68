"""Machines are never answered, and two installations that answer each other stop at once."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.desk import Desks
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.postoffice import WIRE
from intake.postoffice import written as written_letter
from intake.storage.messages import Letter
from intake.worker import outbound
from intake.workflow import review
from tests import databases, factories
from tests.inbox.bounced import DELAYS, DELIVERED, REPORTS, report
from tests.workflow.arrivals import HUDA, OPED, arrive, arrived, codes, written

Mail = tuple[bytes, str]


OPENED = b"""From: Huda Mansouri <huda@author.example>
To: oped@harbourpost.example
Subject: Read: Op-Ed, received
Message-ID: <opened@author.example>
In-Reply-To: <x@elsewhere.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=%s; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Your message was read on Tuesday, 24 November 2026.

--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;huda@author.example
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


def machines() -> Iterator[tuple[str, Mail]]:
    """Yield mail that no person wrote to us, each with its envelope's sender."""
    for system, shape in REPORTS.items():
        yield f"bounce of {system}", (report(shape, "x@elsewhere.example", "<x@elsewhere.example>"), "")
    for system, shape in DELAYS.items():
        yield f"delay of {system}", (report(shape, "x@elsewhere.example", "<x@elsewhere.example>"), "")
    yield "success", (report(DELIVERED, "x@elsewhere.example", "<x@elsewhere.example>"), "")
    marks: dict[str, dict[str, str]] = {
        "vacation": {"Auto_Submitted": "auto-replied"},
        "generated": {"Auto_Submitted": "auto-generated; owner-email=huda@author.example"},
        "notified": {"Auto_Submitted": "auto-notified"},
        "autoreply": {"X_Autoreply": "yes"},
        "autorespond": {"X_Autorespond": "away"},
        "autoresponder": {"X_Autoresponder": "1"},
        "precedence auto": {"Precedence": "auto_reply"},
        "bulk": {"Precedence": "bulk"},
        "junk": {"Precedence": "junk"},
        "list": {"Precedence": "list", "List_Id": "<news.list.example>"},
        "list post": {"List_Post": "<mailto:news@list.example>"},
        "newsletter": {"List_Unsubscribe": "<https://news.example/out>"},
        "exchange rule": {"X_Auto_Response_Suppress": "All", "X_MS_Exchange_Inbox_Rules_Loop": "huda@author.example"},
        "suppressed": {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        "empty path": {"Return_Path": "<>"},
        "answers nobody": {"Auto_Submitted": "auto-replied", "In_Reply_To": "<x@elsewhere.example>"},
    }
    for name, headers in marks.items():
        yield name, (written("A question", "Are you there?", **headers), HUDA)
        yield f"{name} with the convention", (written("Op-Ed?", "I am away.", **headers), HUDA)
        yield f"{name} with a manuscript", (written("Op-Ed of the week", **headers), HUDA)
    for name, subject in (("away", "Out of office: until Monday"), ("arabic", "رد تلقائي: خارج المكتب")):
        yield name, (written(subject, "I am away."), HUDA)
    for name in ("MAILER-DAEMON", "postmaster", "no-reply", "noreply", "do-not-reply", "bounces+1"):
        yield f"from {name}", (written("Hello", "Hello.", sender=f"{name}@author.example"), HUDA)
        yield f"a piece from {name}", (written(sender=f"{name}@author.example"), HUDA)
    for kind in ("disposition-notification", "feedback-report"):
        yield kind, (OPENED % kind.encode(), HUDA)
    yield "null sender", (written("Hello", "Hello."), "")
    yield "a piece from the null sender", (written(), "")
    yield "two senders", (written(sender="A <a@author.example>, B <b@author.example>"), HUDA)
    yield "ourselves", (written("Hello", "Hello.", sender=f"The desk <{OPED}>"), OPED)
    loop = b"Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\n" * 101
    yield "going in circles", (loop + written("Hello", "Hello."), HUDA)


MACHINES = dict(machines())


def test_there_are_enough_of_them() -> None:
    assert len(MACHINES) >= 30


@pytest.mark.parametrize("name", MACHINES)
def test_no_machine_is_answered(session: Session, newsroom: Newsroom, name: str) -> None:
    raw, mail_from = MACHINES[name]
    arrived(session, newsroom, raw, mail_from)
    assert codes(session) == []


def test_a_person_is_answered(session: Session, newsroom: Newsroom) -> None:
    arrived(session, newsroom, written("A question", "Are you there?"))
    assert codes(session) == ["M0"]


@pytest.mark.parametrize(
    "list_post", [f"<https://groups.example/oped>, <mailto:{OPED}>", f"<mailto:{OPED.title()}?subject=x>"]
)
def test_who_writes_by_the_list_that_is_the_desks_own_address_is_answered(
    session: Session, newsroom: Newsroom, list_post: str
) -> None:
    by_list = {"List_Id": "<oped.harbourpost.example>", "List_Post": list_post, "Precedence": "list"}
    arrived(session, newsroom, written(**by_list))
    arrived(session, newsroom, written(sender="x@author.example", Auto_Submitted="auto-generated", **by_list))
    assert codes(session) == ["M2"]


def test_a_forged_sender_gets_five_receipts_a_day_and_every_piece_is_filed(
    session: Session, newsroom: Newsroom
) -> None:
    for number in range(8):
        raw = written("Op-Ed: Cheap watches", message_id=f"<{number}@author.example>")
        assert arrived(session, newsroom, raw, "forger@elsewhere.example").disposition == "filed"
    assert codes(session) == ["M2"] * 5


def test_a_note_that_a_letter_was_opened_answers_no_question(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    asked = session.scalars(select(Letter.message_id).where(Letter.code == "M4")).one()
    raw = (OPENED % b"disposition-notification").replace(b"<x@elsewhere.example>", asked.encode())
    assert (arrived(session, newsroom, raw).disposition, piece.status) == ("joined", "needs_author")


@dataclass
class Installation:
    """A desk that takes mail and sends letters. ``stripped`` are headers that the road to the other one loses."""

    room: Newsroom
    stripped: tuple[bytes, ...] = ()
    letters: int = 0

    @property
    def address(self) -> str:
        return self.room.desks.every[0].address

    def take(self, raw: bytes, mail_from: str) -> None:
        with self.room.transaction() as session:
            arrive(session, self.room, raw, mail_from, self.address)

    def leave(self) -> Iterator[Mail]:
        """Send the letters that wait; yield each as it leaves, with its envelope's sender."""
        with self.room.transaction() as session:
            for letter in session.scalars(select(Letter).where(Letter.status == "queued").order_by(Letter.id)).all():
                mail = outbound(session, self.room, letter)
                letter.status, letter.sent_at = "sent", self.room.now()
                self.letters += 1
                raw = written_letter(mail, WIRE, "base64")
                for name in self.stripped:
                    raw = re.sub(rb"(?im)^" + name + rb":.*\r?\n", b"", raw)
                yield raw, mail.envelope_from


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("other")
    room = factories.make_newsroom(folder)
    desks = tuple(
        replace(desk, addresses=tuple(one.replace("harbourpost", "riverpost") for one in desk.addresses))
        for desk in room.desks.every
    )
    yield replace(room, settings=replace(room.settings, desks=Desks(desks)), clock=factories.StillClock())
    room.database.close()
    databases.drop(folder)


ROADS: dict[str, tuple[bytes, ...]] = {
    "as they are": (),
    "without the marks of machines": (b"Auto-Submitted", b"X-Auto-Response-Suppress", b"Precedence"),
}
STEPS = 10_000


@pytest.mark.parametrize("stripped", ROADS.values(), ids=ROADS)
@pytest.mark.parametrize("subject", ["A question", "Op-Ed: Move the road"])
def test_two_installations_that_answer_each_other_send_one_letter_each_at_most(
    newsroom: Newsroom, other: Newsroom, subject: str, stripped: tuple[bytes, ...]
) -> None:
    ours, theirs = Installation(newsroom, stripped), Installation(other, stripped)
    ours.take(written(subject, sender=f"The other desk <{theirs.address}>"), theirs.address)
    waiting = deque((theirs, *mail) for mail in ours.leave())
    for _ in range(STEPS):
        if not waiting:
            break
        receiver, raw, mail_from = waiting.popleft()
        receiver.take(raw, mail_from)
        sender = ours if receiver is theirs else theirs
        waiting.extend((sender, *mail) for mail in receiver.leave())
    assert (len(waiting), ours.letters, theirs.letters <= 1) == (0, 1, True)
