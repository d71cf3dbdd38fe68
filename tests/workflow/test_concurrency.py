"""Acts at one moment: what SQLite's one writer forbids, locks must forbid on PostgreSQL. Each test runs on both.

Every act has a thread and a transaction of its own, and all begin together.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.links import token_hash
from intake.domain.roles import Actor, Role
from intake.inbox.judgement import desk_facts, judge
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, append, broken
from intake.storage.claims import claim
from intake.storage.messages import InboundMessage, Letter
from intake.storage.people import AccountLink, Person
from intake.storage.publications import DisclaimerPolicy, Publication
from intake.storage.submissions import Author, Submission, ThreadEntry
from intake.workflow import accounts, clock, held, receive, review, sorting, submit
from intake.workflow.publish import publish
from intake.workflow.transition import find
from tests import databases, factories
from tests.workflow.arrivals import spooled, written

Act = Callable[[Session], object]


def at_once(newsroom: Newsroom, acts: Iterable[Act]) -> list[str]:
    """Do every act at one moment; return, sorted, what each came to: "done", or the name of the error it raised."""

    def in_transaction(act: Act) -> Callable[[], None]:
        def done() -> None:
            with newsroom.transaction() as session:
                act(session)

        return done

    return together(in_transaction(act) for act in acts)


def together(works: Iterable[Callable[[], object]]) -> list[str]:
    started = list(works)
    gate, came_to = threading.Barrier(len(started)), []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
            came_to.append("done")
        except Exception as error:
            came_to.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(work,)) for work in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came_to)


def number_of(newsroom: Newsroom, table: type) -> int:
    with newsroom.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_form_sent_by_four_at_once_is_one_piece(newsroom: Newsroom) -> None:
    for number in range(8):
        sent = factories.proposal(form_key=f"form {number}", address=f"{number}@author.example")
        acts: list[Act] = [lambda session, sent=sent: submit.submit(session, newsroom, sent, confirmed=False)] * 4  # type: ignore[misc]  # bound early
        assert at_once(newsroom, acts) == ["done"] * 4
    assert (number_of(newsroom, Submission), number_of(newsroom, Author), number_of(newsroom, Letter)) == (8, 8, 8)


def test_pieces_of_one_new_author_at_once_make_one_author_who_gets_one_letter(newsroom: Newsroom) -> None:
    for number in range(8):
        sent = factories.proposal(address=f"{number}@author.example")
        acts: list[Act] = [lambda session, sent=sent: submit.submit(session, newsroom, sent, confirmed=False)] * 4  # type: ignore[misc]  # bound early
        assert at_once(newsroom, acts) == ["done"] * 4
    assert (number_of(newsroom, Submission), number_of(newsroom, Author), number_of(newsroom, Letter)) == (32, 8, 8)


@pytest.mark.parametrize("locked", [True, False], ids=["as the pages load it", "loaded without its lock"])
def test_of_two_editors_who_saw_one_version_one_is_refused(newsroom: Newsroom, locked: bool) -> None:
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
        editors = [factories.person(session, newsroom, Role.EDITOR, name) for name in ("Sara One", "Omar Two")]
        number, version = piece.id, piece.version

    def noting(editor: Actor, seen: int) -> Act:
        def act(session: Session) -> None:
            found = find(session, number) if locked else session.get_one(Submission, number)
            review.note(session, newsroom, found, editor, f"Words of {editor.name} on {seen}.", seen)

        return act

    for seen in range(version, version + 20):
        assert at_once(newsroom, [noting(editor, seen) for editor in editors]) == ["StaleVersion", "done"]
    with newsroom.reading() as session:
        assert session.get_one(Submission, number).version == version + 20
    assert number_of(newsroom, ThreadEntry) == 20


def test_eight_who_publish_at_once_publish_once(newsroom: Newsroom) -> None:
    for number in range(3):
        with newsroom.transaction() as session:
            chief = factories.person(session, newsroom, name=f"Chief {number}")
            piece = factories.approved(session, newsroom, chief, address=f"{number}@author.example")
            key, seen = piece.id, piece.version

        def act(session: Session, key: int = key, chief: Actor = chief, seen: int = seen) -> None:
            publish(session, newsroom, find(session, key), chief, seen)

        assert Counter(at_once(newsroom, [act] * 8))["done"] == 1
    assert number_of(newsroom, Publication) == 3
    with newsroom.reading() as session:
        told = session.scalars(select(Letter.id).where(Letter.code == "M12")).all()
        written_down = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "publish")).all()
        assert (len(told), len(written_down), list(broken(session))) == (3, 3, [])


def test_two_pieces_are_not_merged_into_each_other(newsroom: Newsroom) -> None:
    for number in range(8):
        with newsroom.transaction() as session:
            chief = factories.person(session, newsroom, name=f"Chief {number}")
            one = factories.received(session, newsroom, address=f"{number}@author.example")
            two = factories.received(session, newsroom, address=f"{number}@other.example")
            pair = ((one.id, two.id, one.version), (two.id, one.id, two.version))

        def merging(merged: int, kept: int, seen: int, chief: Actor = chief) -> Act:
            def act(session: Session) -> None:
                piece = find(session, merged)
                sorting.merge(session, newsroom, piece, session.get_one(Submission, kept), chief, seen)

            return act

        came_to = at_once(newsroom, [merging(*way) for way in pair])
        assert came_to in (["Missing", "done"], ["Missing", "Missing"])


def link_of(session: Session, newsroom: Newsroom) -> int:
    address = accounts.first_account_link(session, newsroom)
    assert address is not None
    token = address.rpartition("/")[2]
    return session.scalars(select(AccountLink.id).where(AccountLink.token_hash == token_hash(token))).one()


def test_a_first_link_opened_by_four_at_once_makes_one_account(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        link = link_of(session, newsroom)

    def redeeming(name: str) -> Act:
        def act(session: Session) -> None:
            found = session.get_one(AccountLink, link)
            accounts.redeem(session, newsroom, found, "hash", address=f"{name}@desk.example", name=name)

        return act

    assert at_once(newsroom, [redeeming(name) for name in "abcd"]) == ["IllegalAction"] * 3 + ["done"]
    assert number_of(newsroom, Person) == 1


def test_an_address_invited_by_four_at_once_has_one_account(newsroom: Newsroom) -> None:
    def act(session: Session) -> None:
        accounts.add_person(session, newsroom, "sara@desk.example", "Sara", "en")

    assert at_once(newsroom, [act] * 4) == ["Missing"] * 3 + ["done"]
    assert number_of(newsroom, Person) == 1


def test_the_audit_chain_is_whole_after_eight_threads_of_twenty_acts(newsroom: Newsroom) -> None:
    def acts() -> None:
        for number in range(20):
            with newsroom.transaction() as session:
                append(session, at=newsroom.now(), actor_kind="system", action="said", detail={"number": number})

    assert together([acts] * 8) == ["done"] * 8
    with newsroom.reading() as session:
        assert list(broken(session)) == []
    assert number_of(newsroom, AuditEntry) == 160


def filing(newsroom: Newsroom, raws: list[bytes]) -> Callable[[], None]:
    readings = [judge(raw, desk_facts(newsroom.desks), "opinion") for raw in raws]

    def work() -> None:
        for raw, reading in zip(raws, readings, strict=True):
            with newsroom.transaction() as session:
                receive.file_message(session, newsroom, spooled(newsroom, raw), reading)

    return work


def test_workers_that_file_one_spool_file_each_message_once(newsroom: Newsroom) -> None:
    raws = [written(f"Op-Ed: Number {number}", message_id=f"<{number}@author.example>") for number in range(15)]
    by_another_route = [b"Received: from relay.example\r\n" + raw for raw in raws]
    work, other = filing(newsroom, raws), filing(newsroom, by_another_route)
    assert together([work, work, other, other]) == ["done"] * 4
    assert (number_of(newsroom, InboundMessage), number_of(newsroom, Submission)) == (15, 15)
    with newsroom.reading() as session:
        assert Counter(session.scalars(select(Letter.code))) == {"M2": submit.RECEIPTS_A_DAY}
        assert list(broken(session)) == []


def test_held_mails_of_one_sender_at_once_are_answered_once(newsroom: Newsroom) -> None:
    works = [
        filing(newsroom, [written("Hello", f"What about {number}?", message_id=f"<{number}@author.example>")])
        for number in range(4)
    ]
    assert together(works) == ["done"] * 4
    with newsroom.reading() as session:
        held = session.scalars(select(InboundMessage.disposition)).all()
        assert (held, len(session.scalars(select(Letter.id)).all())) == (["held"] * 4, 1)


def test_a_held_mail_that_two_editors_take_in_becomes_one_piece(newsroom: Newsroom) -> None:
    filing(newsroom, [written("Hello", message_id="<held@author.example>")])()
    with newsroom.transaction() as session:
        editors = [factories.person(session, newsroom, Role.EDITOR, name) for name in ("Sara One", "Omar Two")]
        message = session.scalars(select(InboundMessage.id)).one()

    def taking(editor: Actor) -> Act:
        return lambda session: held.take_in(session, newsroom, session.get_one(InboundMessage, message), editor)

    assert at_once(newsroom, [taking(editor) for editor in editors]) == ["IllegalAction", "done"]
    assert number_of(newsroom, Submission) == 1


def test_workers_never_claim_one_letter_twice(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        for number in range(20):
            factories.received(session, newsroom, address=f"{number}@author.example")
        letters = session.scalar(select(func.count(Letter.id))) or 0
    claimed: list[int] = []

    def act(session: Session) -> None:
        rows = claim(session, Letter, newsroom.now(), lease=timedelta(minutes=5), most=10)
        claimed.extend(row.id for row in rows)

    assert at_once(newsroom, [act] * 8) == ["done"] * 8
    assert (letters, len(claimed), len(set(claimed))) == (40, 40, 40)


def test_clocks_that_tick_at_once_remind_and_release_once(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        for number in range(6):
            sent = factories.proposal(address=f"{number}@author.example")
            submit.submit(session, newsroom, sent, confirmed=False)
            factories.received(session, newsroom, address=f"{number}@other.example")
    factories.pass_time(newsroom, days=6)
    assert together([lambda: clock.tick(newsroom)] * 4) == ["done"] * 4
    with newsroom.reading() as session:
        sent_by_time = select(Letter.code).where(Letter.code.in_(("M1r", "M7")))
        assert Counter(session.scalars(sent_by_time)) == {"M1r": 6, "M7": 6}


@pytest.mark.database
def test_processes_that_start_at_once_set_one_database_up(tmp_path: Path) -> None:
    databases.database_for(tmp_path)
    rooms: list[Newsroom] = []
    assert together([lambda: rooms.append(factories.make_newsroom(tmp_path))] * 4) == ["done"] * 4
    assert number_of(rooms[0], DisclaimerPolicy) == 6
    for room in rooms:
        room.database.close()
    databases.drop(tmp_path)
