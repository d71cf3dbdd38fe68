"""The piece page's reads: history with names and reasons, the thread in order, what changed since a version."""

from intake.newsroom import Newsroom
from intake.storage.queries import piece as pieces
from intake.storage.queries.piece import LetterLine, Words
from intake.workflow import editing, review
from tests import factories


def test_history_names_who_did_what_and_why(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom, name="Salma")
        piece = factories.in_review(session, newsroom, editor)
        review.decline(session, newsroom, piece, editor, piece.version, "terms", reason_plain="late", text="Too late.")
        told = [(act.by, act.action, act.reason_code, act.text) for act in pieces.history(session, piece.id)]
        assert told == [
            ("Huda Mansouri", "submit", None, None),
            ("Huda Mansouri", "confirm", None, None),
            ("Salma", "claim", None, None),
            ("Salma", "decline", "terms", "Too late."),
        ]


def test_changes_are_those_after_the_seen_version(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom, name="Salma")
        piece = factories.in_review(session, newsroom, editor)
        review.note(session, newsroom, piece, editor, "Before.", piece.version)
        seen = piece.version
        assert pieces.changes_since(session, piece, seen) == pieces.Changes((), (), rewritten=False)
        newsroom.clock.move(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
        review.ask(session, newsroom, piece, editor, "Why?", piece.version)
        review.answer(session, newsroom, piece, factories.author(piece), "Because.")
        changes = pieces.changes_since(session, piece, seen)
        assert [act.action for act in changes.acts] == ["ask", "answer"]
        assert [line.body if isinstance(line, Words) else line.code for line in changes.said] == [
            "Why?",
            "Because.",
            "M4",
        ]
        assert changes.rewritten is False
        newsroom.clock.move(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
        seen = piece.version
        editing.edit(session, newsroom, piece, editor, factories.text(headline="New"), seen)
        session.flush()
        assert pieces.changes_since(session, piece, seen).rewritten is True


def test_the_thread_is_in_the_order_of_time_and_keeps_links_veiled(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom, name="Salma")
        piece = factories.received(session, newsroom)
        newsroom.clock.move(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
        review.note(session, newsroom, piece, editor, "Mine.", piece.version)
        newsroom.clock.move(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
        review.note(session, newsroom, piece, factories.author(piece), "Hers.", None)
        session.flush()
        lines = pieces.thread(session, piece.id)
        assert [(line.by, line.internal, line.from_author) for line in lines if isinstance(line, Words)] == [
            ("Salma", True, False),
            ("Huda Mansouri", False, True),
        ]
        letters = [line for line in lines if isinstance(line, LetterLine)]
        assert [line.code for line in letters] == ["M1", "M3"]
        assert not any("/a/" in line.body for line in letters)


def test_of_one_moment_words_come_before_letters_and_each_in_its_own_order(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom, name="Salma")
        piece = factories.in_review(session, newsroom, editor)
        for text in ("First.", "Second."):
            review.note(session, newsroom, piece, editor, text, piece.version)
        review.ask(session, newsroom, piece, editor, "Third?", piece.version)
        session.flush()
        lines = pieces.thread(session, piece.id)
    told = [line.body if isinstance(line, Words) else line.code for line in lines]
    assert told == ["First.", "Second.", "Third?", "M1", "M3", "M4"]


def test_earlier_pieces_stay_within_the_desks_one_may_read(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        first = factories.received(session, newsroom)
        arabic = factories.received(session, newsroom, language="ar")
        third = factories.received(session, newsroom)
        factories.received(session, newsroom, address="someone@else.example")
        assert [one.ref for one in pieces.earlier(session, third, ("opinion",))] == [first.ref]
        assert [one.ref for one in pieces.earlier(session, third, ("opinion", "rai"))] == [arabic.ref, first.ref]


def test_the_last_offer_tells_whose_answer_is_awaited(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.in_review(session, newsroom, editor)
        assert pieces.offered_by(session, piece.id) is None
        review.decline(session, newsroom, piece, editor, piece.version, "no_room")
        review.offer(session, newsroom, piece, editor, piece.version)
        assert pieces.offered_by(session, piece.id) == "person"
