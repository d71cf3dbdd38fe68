"""The worker: spool to rows, rows to letters; what fails is seen, tried again, and stops nothing else."""

import logging
import os
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from intake.domain.addresses import reply_address
from intake.newsroom import Newsroom
from intake.postoffice import PostOffice, Relay
from intake.sandbox import Reader
from intake.storage.claims import claim, waiting
from intake.storage.messages import InboundMessage, Letter
from intake.storage.people import Person
from intake.storage.spool import Envelope, Spool
from intake.storage.submissions import Submission, ThreadEntry
from intake.worker import LEASE, Worker, outbound
from intake.workflow import accounts, review, submit
from tests import factories
from tests.played_relay import PlayedRelay
from tests.workflow.arrivals import HUDA, OPED, written


@pytest.fixture
def worker(newsroom: Newsroom, reader: Reader) -> Worker:
    root = newsroom.settings.root
    return Worker(newsroom, Spool(root / "spool", 1_000_000), reader, PostOffice(None, root / "letters"))


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Failures are made on purpose here; their tracebacks would hide the one that is not."""
    for name in ("intake.worker", "intake.clock"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def deliver(worker: Worker, raw: bytes, recipient: str = OPED) -> str:
    return worker.spool.accept(raw, Envelope(HUDA, recipient, "lmtp", "", "", worker.newsroom.now()))


def messages(newsroom: Newsroom) -> list[InboundMessage]:
    with newsroom.reading() as session:
        return list(session.scalars(select(InboundMessage).order_by(InboundMessage.id)))


def letters(newsroom: Newsroom) -> list[tuple[str, str, int, str]]:
    with newsroom.reading() as session:
        rows = session.execute(
            select(Letter.code, Letter.status, Letter.attempts, Letter.last_error).order_by(Letter.id)
        )
        return [(code, status, attempts, error) for code, status, attempts, error in rows]


def test_a_spooled_message_is_filed_with_its_bytes_and_leaves_the_spool(worker: Worker, newsroom: Newsroom) -> None:
    raw = written()
    key = deliver(worker, raw)
    assert worker.file_spool() == 1
    [message] = messages(newsroom)
    assert (message.disposition, message.spool_key, newsroom.blobs.get(message.raw)) == ("filed", key, raw)
    assert worker.spool.waiting() == []
    deliver(worker, raw)  # the sender did not hear our 250 and sends again
    assert (worker.file_spool(), len(messages(newsroom)), worker.spool.waiting()) == (1, 1, [])


def test_damage_is_shown_at_once_and_the_bytes_are_kept(worker: Worker, newsroom: Newsroom) -> None:
    raw = written() + b"--x\n\n" * 600 + b"Content-Type: message/rfc822\n\n" * 100
    deliver(worker, raw)
    worker.file_spool()
    [message] = messages(newsroom)
    assert (message.disposition, message.why, newsroom.blobs.get(message.raw)) == ("quarantine", "unreadable", raw)
    assert "nested messages" in message.defects[0]
    assert worker.spool.waiting() == []


def test_what_takes_too_long_is_tried_three_times_and_then_shown(worker: Worker, newsroom: Newsroom) -> None:
    key = deliver(worker, written())
    with Reader(wall_seconds=0.0001) as hasty:
        worker.reader = hasty
        for _ in range(2):
            assert (worker.file_spool(), worker.spool.waiting(), messages(newsroom)) == (0, [key], [])
        assert (worker.file_spool(), worker.spool.waiting()) == (1, [])
    [message] = messages(newsroom)
    assert (message.disposition, message.defects[0].partition(" and")[0]) == (
        "quarantine",
        "reading took too long",
    )


def test_a_spool_file_that_changed_on_disk_is_shown(worker: Worker, newsroom: Newsroom) -> None:
    key = deliver(worker, written())
    path = worker.spool.folder / "new" / key
    path.write_bytes(path.read_bytes().replace(b"Move the road", b"Move the rope"))
    good = deliver(worker, written("Op-Ed: another", message_id="<2@author.example>"))
    assert worker.file_spool() == 2
    by_key = {message.spool_key: message.disposition for message in messages(newsroom)}
    assert by_key == {key: "quarantine", good: "filed"}
    assert [held.key for held in worker.spool.quarantined()] == [key]


def test_a_message_that_our_own_fault_keeps_out_is_shown_and_stops_no_other(worker: Worker, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        session.execute(text("CREATE UNIQUE INDEX fault ON submission (headline) WHERE headline = 'poison'"))
        factories.received(session, newsroom, text=factories.text(headline="poison"))
    poison = deliver(worker, written("Op-Ed: poison"))
    deliver(worker, written("Op-Ed: honey", message_id="<2@author.example>"))
    assert (worker.file_spool(), worker.spool.waiting()) == (1, [poison])
    assert (worker.file_spool(), worker.file_spool(), worker.spool.waiting()) == (0, 1, [])
    assert [message.disposition for message in messages(newsroom)] == ["filed", "quarantine"]
    assert messages(newsroom)[1].defects == ["it could not be filed: IntegrityError"]


QUOTED = "On Tue, Mar 3, 2026 at 10:00 AM The Desk <oped@post.example> wrote:\n\n> Where is it from?"
FIRST = f"The harbour was built for grain.\n\n{QUOTED}\n\nSo it went."


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "read together with a first submission"])
def test_an_answer_by_mail_reaches_its_question(worker: Worker, newsroom: Newsroom, beside: bool) -> None:
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, factories.person(session, newsroom))
        editor = factories.person(session, newsroom, name="Other Editor")
        review.ask(session, newsroom, piece, editor, "Where is it from?", piece.version)
        address = reply_address(OPED, piece.bylines[0].id, newsroom.key("replies"))
    deliver(worker, written("Re: a question", f"From the report.\n\n{QUOTED}"), address)
    if beside:
        deliver(worker, written("Op-Ed: another", FIRST, message_id="<2@author.example>"))
    worker.once()
    with newsroom.reading() as session:
        assert session.get_one(Submission, piece.id).status == "in_review"
        assert session.scalars(select(ThreadEntry.body).where(ThreadEntry.kind == "answer")).one() == "From the report."
        told = {reading["reply_text"].strip() for reading in session.scalars(select(InboundMessage.reading)) if reading}
        assert told == ({"From the report.", FIRST} if beside else {"From the report."})  # in whichever order


def test_letters_are_kept_with_links_that_work(worker: Worker, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        piece = submit.submit(session, newsroom, factories.proposal(), confirmed=False)
    assert (worker.send_letters(), worker.send_letters()) == (1, 0)
    assert letters(newsroom) == [("M1", "kept", 1, "")]
    [kept] = worker.post.kept_letters()
    token = kept.text.partition(f"{newsroom.settings.base_url}/a/")[2][:32]
    with newsroom.reading() as session:
        found = submit.author_by_token(session, token)
        assert found is not None
        assert found[0].id == piece.id


def test_a_decision_leaves_when_it_can_no_longer_be_undone(worker: Worker, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.in_review(session, newsroom, editor)
        review.accept(session, newsroom, piece, editor, piece.version)
    factories.pass_time(newsroom, seconds=19)
    worker.send_letters()
    assert [status for _, status, _, _ in letters(newsroom)] == ["kept", "kept", "queued"]
    factories.pass_time(newsroom, seconds=1)
    worker.send_letters()
    assert letters(newsroom)[-1] == ("M8", "kept", 1, "")


def test_a_link_that_opens_an_account_is_forgotten_once_sent(worker: Worker, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        link = accounts.open_link(session, newsroom, (accounts.first_account_link(session, newsroom) or "")[-32:])
        assert link is not None
        accounts.redeem(session, newsroom, link, "hash", address="sara@desk.example", name="Sara")
        sara = session.scalars(select(Person)).one()
        accounts.invite(session, newsroom, factories.actor(sara), "noor@desk.example", "Noor", {}, "en")
    worker.send_letters()
    [kept] = worker.post.kept_letters()
    assert "/account/start/" in kept.text
    with newsroom.reading() as session:
        assert session.scalars(select(Letter.link_url)).one() == ""


@pytest.fixture
def relay(worker: Worker) -> Iterator[PlayedRelay]:
    with PlayedRelay().listening() as played:
        worker.post = PostOffice(Relay("127.0.0.1", played.port, "none", timeout=5), worker.post.kept)
        yield played


LETTERS = int(os.environ.get("LETTERS", "12"))
"""Letters that wait out a day without a relay; LETTERS=500 for the long form."""


def due(newsroom: Newsroom) -> bool:
    """Tell whether any letter is to be tried now."""
    with newsroom.reading() as session:
        return waiting(session, Letter, newsroom.now())


def queued(newsroom: Newsroom, *addresses: str) -> None:
    with newsroom.transaction() as session:
        for address in addresses or (HUDA,):
            submit.submit(session, newsroom, factories.proposal(address=address), confirmed=False)


def test_a_receipt_threads_with_the_mail_it_answers_and_bounces_to_nobody(
    worker: Worker, newsroom: Newsroom, relay: PlayedRelay
) -> None:
    deliver(worker, written())
    worker.once()
    [taken] = relay.taken
    assert (taken.sender, taken.recipients, taken.message["In-Reply-To"]) == ("", [HUDA], "<one@author.example>")
    assert taken.message["Reply-To"].addresses[0].addr_spec == reply_address(OPED, 1, newsroom.key("replies"))
    assert letters(newsroom) == [("M2", "sent", 1, "")]


def test_a_refusal_for_good_is_seen_and_not_tried_again(worker: Worker, newsroom: Newsroom, relay: PlayedRelay) -> None:
    queued(newsroom)
    relay.at_recipient = "550 no such person"
    assert worker.send_letters() == 0
    assert letters(newsroom) == [("M1", "failed", 1, "550 no such person")]
    factories.pass_time(newsroom, days=2)
    worker.send_letters()
    assert relay.connections == 1


def test_a_relay_that_is_down_for_a_day_loses_no_letter_and_doubles_none(
    worker: Worker, newsroom: Newsroom, relay: PlayedRelay
) -> None:
    with newsroom.transaction() as session:
        for number in range(LETTERS):
            factories.received(session, newsroom, address=f"author{number}@writer.example")
    wanted = len(letters(newsroom))
    relay.at_data = "451 later"
    for _ in range(24):
        while worker.send_letters() or due(newsroom):
            pass
        factories.pass_time(newsroom, hours=1)
    assert relay.taken == []
    relay.at_data = "250 OK"
    factories.pass_time(newsroom, hours=9)
    while due(newsroom):
        worker.send_letters()
    taken = [str(one.message["Message-ID"]) for one in relay.taken]
    assert (len(taken), len(set(taken))) == (wanted, wanted)
    assert {status for _, status, _, _ in letters(newsroom)} == {"sent"}


def test_a_refusal_for_now_is_tried_again_until_the_relay_is_back(
    worker: Worker, newsroom: Newsroom, relay: PlayedRelay
) -> None:
    queued(newsroom)
    relay.at_data = "451 later"
    for _ in range(9):  # 15 h 53 min of refusals
        worker.send_letters()
        factories.pass_time(newsroom, minutes=480)
    assert letters(newsroom)[0][1:3] == ("queued", 9)
    relay.at_data = "250 OK"
    assert (worker.send_letters(), worker.send_letters()) == (1, 0)
    assert (letters(newsroom)[0][1], len(relay.taken)) == ("sent", 1)


def test_one_refused_recipient_stops_no_other(worker: Worker, newsroom: Newsroom, relay: PlayedRelay) -> None:
    queued(newsroom, "one@author.example", "عنوان@author.example", "three@author.example")
    assert (worker.send_letters(), len(relay.taken)) == (2, 2)
    assert [status for _, status, _, _ in letters(newsroom)] == ["sent", "failed", "sent"]


def test_a_letter_that_cannot_be_written_fails_alone(worker: Worker, newsroom: Newsroom, relay: PlayedRelay) -> None:
    queued(newsroom, "one@author.example", "two@author.example")
    with newsroom.transaction() as session:
        session.get_one(Letter, 1).desk = "closed-desk"
    assert worker.send_letters() == 1
    assert [status for _, status, _, _ in letters(newsroom)] == ["failed", "sent"]
    assert [taken.recipients for taken in relay.taken] == [["two@author.example"]]


@pytest.mark.parametrize("relay_took_it", [False, True])
def test_a_dead_workers_letter_goes_out_after_its_lease_as_the_same_message(
    worker: Worker, newsroom: Newsroom, relay: PlayedRelay, relay_took_it: bool
) -> None:
    queued(newsroom)
    with newsroom.transaction() as session:
        [row] = claim(session, Letter, newsroom.now(), lease=LEASE, most=20)
        mail = outbound(session, newsroom, row)
    if relay_took_it:
        worker.post.send(mail)  # … and the worker dies before it can say so
    factories.pass_time(newsroom, seconds=LEASE.total_seconds())
    assert worker.send_letters() == 0
    factories.pass_time(newsroom, seconds=1)
    assert worker.send_letters() == 1
    assert {taken.message["Message-ID"] for taken in relay.taken} == {mail.message_id}
    assert (len(relay.taken), letters(newsroom)[0][1:3]) == (2 if relay_took_it else 1, ("sent", 2))


def test_a_round_that_fails_leaves_the_others_to_work(worker: Worker, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
    factories.pass_time(newsroom, days=30)
    worker.spool.folder.joinpath("new").rename(worker.spool.folder / "gone")  # the spool's disk is away
    assert worker.once() == 2  # M1 and M3
    with newsroom.reading() as session:
        assert session.get_one(Submission, piece.id).status == "released"
