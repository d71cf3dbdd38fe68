"""Claim, question, clock, decision, undo, offer: what each does, and whom it refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed, StaleVersion
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.claims import claim as lease
from intake.storage.messages import Letter
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import review
from intake.workflow.transition import shown_status
from tests import factories
from tests.workflow.arrivals import codes


def second_editor(session: Session, newsroom: Newsroom) -> Actor:
    return factories.person(session, newsroom, Role.EDITOR, "Second Editor")


def test_one_claims_and_the_other_is_refused(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    other, piece = second_editor(session, newsroom), factories.received(session, newsroom)
    seen = piece.version
    review.claim(session, newsroom, piece, editor, seen)
    with pytest.raises(StaleVersion):
        review.claim(session, newsroom, piece, other, seen)
    with pytest.raises(IllegalAction):
        review.claim(session, newsroom, piece, other, piece.version)
    assert piece.claimant_id == editor.id


def test_the_claimant_or_a_chief_gives_a_piece_back(
    session: Session, newsroom: Newsroom, editor: Actor, chief: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    with pytest.raises(NotAllowed):
        review.unclaim(session, newsroom, piece, second_editor(session, newsroom), piece.version)
    review.unclaim(session, newsroom, piece, editor, piece.version)
    assert (piece.status, piece.claimant_id, piece.claimed_at) == ("received", None, None)
    review.claim(session, newsroom, piece, editor, piece.version)
    review.unclaim(session, newsroom, piece, chief, piece.version)
    assert piece.status == "received"


def test_a_question_stops_the_clock_and_the_answer_resumes_it(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    calendar = newsroom.desk("opinion").calendar
    assert piece.reply_by is not None
    left = calendar.minutes_between(newsroom.now(), piece.reply_by)
    review.ask(session, newsroom, piece, editor, "Where is the figure from?", piece.version)
    assert (piece.status, piece.clock_left, piece.asked_at) == ("needs_author", left, newsroom.now())
    factories.pass_time(newsroom, days=5)
    review.answer(session, newsroom, piece, factories.author(piece), "From the port's report.")
    assert (piece.status, piece.clock_left, piece.asked_at) == ("in_review", None, None)
    assert piece.reply_by == calendar.add_minutes(newsroom.now(), left)


def test_an_answered_question_leaves_at_least_four_working_hours(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    assert piece.reply_by is not None
    newsroom.clock.at = piece.reply_by - timedelta(minutes=5)  # type: ignore[attr-defined]  # the still clock
    review.ask(session, newsroom, piece, editor, "Sure?", piece.version)
    review.answer(session, newsroom, piece, factories.author(piece), "Sure.")
    assert piece.reply_by == newsroom.desk("opinion").calendar.add_minutes(newsroom.now(), 240)


def test_an_answer_to_an_unclaimed_piece_goes_to_the_queue(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.ask(session, newsroom, piece, editor, "Sure?", piece.version)
    piece.claimant_id = None
    review.answer(session, newsroom, piece, factories.author(piece), "Sure.")
    assert piece.status == "received"


def test_a_piece_without_promise_gets_none_by_a_question(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    piece.reply_by, piece.no_promise = None, "invited"
    review.ask(session, newsroom, piece, editor, "Sure?", piece.version)
    review.answer(session, newsroom, piece, factories.author(piece), "Sure.")
    assert (piece.status, piece.reply_by) == ("in_review", None)


def test_an_empty_question_or_answer_is_refused(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    with pytest.raises(Missing):
        review.ask(session, newsroom, piece, editor, " \n", piece.version)
    assert (piece.status, codes(session)) == ("in_review", ["M1", "M3"])


@pytest.mark.parametrize("yes", [True, False])
def test_more_time_needs_the_authors_yes_and_is_asked_once(
    session: Session, newsroom: Newsroom, editor: Actor, yes: bool
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    promised = piece.reply_by
    assert promised is not None
    for wrong in (promised, promised + timedelta(days=14, seconds=1)):
        with pytest.raises(Missing):
            review.ask_extension(session, newsroom, piece, editor, wrong, piece.version)
    until = promised + timedelta(days=14)
    review.ask_extension(session, newsroom, piece, editor, until, piece.version)
    assert (piece.reply_by, codes(session)[-1]) == (promised, "M5")
    review.extend(session, newsroom, piece, factories.author(piece), yes=yes)
    assert piece.reply_by == (until if yes else promised)
    assert (piece.extension_until, piece.status) == (None, "in_review")
    with pytest.raises(IllegalAction):
        review.ask_extension(session, newsroom, piece, editor, until + timedelta(days=1), piece.version)


def test_more_time_never_becomes_less(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    assert piece.reply_by is not None
    review.ask_extension(session, newsroom, piece, editor, piece.reply_by + timedelta(hours=1), piece.version)
    review.ask(session, newsroom, piece, editor, "Sure?", piece.version)
    factories.pass_time(newsroom, days=10)
    review.answer(session, newsroom, piece, factories.author(piece), "Sure.")
    resumed = piece.reply_by
    review.extend(session, newsroom, piece, factories.author(piece), yes=True)
    assert piece.reply_by == resumed


@pytest.mark.parametrize(
    ("reason", "code"),
    [("not_for_us", "M6a"), ("no_room", "M6b"), ("duplicate", "M6b"), ("terms", "M6c"), ("letter", "M15")],
)
def test_each_reason_has_its_letter(
    session: Session, newsroom: Newsroom, editor: Actor, reason: str, code: str
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    review.decline(session, newsroom, piece, editor, piece.version, reason, reason_plain="It ran elsewhere.")
    assert (piece.status, piece.decline_reason, codes(session)) == ("declined", reason, ["M1", "M3", code])


@pytest.mark.parametrize("reason", ["", "dull"])
def test_a_decline_without_a_known_reason_is_refused(
    session: Session, newsroom: Newsroom, editor: Actor, reason: str
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    with pytest.raises(Missing):
        review.decline(session, newsroom, piece, editor, piece.version, reason)
    assert (piece.status, piece.decline_reason) == ("in_review", None)


def test_a_decision_waits_and_can_be_taken_back(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    before = (piece.status, piece.reply_by, piece.claimant_id, piece.publish_by, piece.decline_reason)
    review.accept(session, newsroom, piece, editor, piece.version)
    letter = session.scalars(select(Letter).where(Letter.code == "M8")).one()
    assert letter.due_at == newsroom.now() + timedelta(seconds=20)
    assert shown_status(piece, newsroom.now()) == "in_review"
    factories.pass_time(newsroom, seconds=19.9)
    review.undo(session, newsroom, piece, editor, piece.version)
    after = (piece.status, piece.reply_by, piece.claimant_id, piece.publish_by, piece.decline_reason)
    assert (after, letter.status) == (before, "cancelled")


def declined(session: Session, newsroom: Newsroom, editor: Actor) -> Submission:
    piece = factories.in_review(session, newsroom, editor)
    review.decline(session, newsroom, piece, editor, piece.version, "not_for_us")
    return piece


def test_undo_is_refused_too_late(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = declined(session, newsroom, editor)
    factories.pass_time(newsroom, seconds=20)
    with pytest.raises(IllegalAction):
        review.undo(session, newsroom, piece, editor, piece.version)
    assert (piece.status, shown_status(piece, newsroom.now())) == ("declined", "declined")


def test_undo_is_refused_to_another(session: Session, newsroom: Newsroom, editor: Actor, chief: Actor) -> None:
    piece = declined(session, newsroom, editor)
    with pytest.raises(NotAllowed):
        review.undo(session, newsroom, piece, chief, piece.version)
    assert piece.status == "declined"


def test_undo_is_refused_once_the_letter_is_leased(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = declined(session, newsroom, editor)
    lease(session, Letter, newsroom.now() + timedelta(seconds=20), lease=timedelta(minutes=5), most=20)
    with pytest.raises(IllegalAction):
        review.undo(session, newsroom, piece, editor, piece.version)
    letter = session.scalars(select(Letter).where(Letter.code == "M6a")).one()
    assert (piece.status, letter.status) == ("declined", "queued")


def test_undo_is_refused_after_another_act(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = declined(session, newsroom, editor)
    review.note(session, newsroom, piece, editor, "A pity.", piece.version)
    with pytest.raises(IllegalAction):
        review.undo(session, newsroom, piece, editor, piece.version)


def test_nobody_decides_on_their_own_piece_but_a_chief_with_a_reason(
    session: Session, newsroom: Newsroom, editor: Actor, chief: Actor
) -> None:
    piece = factories.received(session, newsroom, address=editor.address)
    with pytest.raises(NotAllowed):
        review.accept(session, newsroom, piece, editor, piece.version, reason="I like it.")
    with pytest.raises(NotAllowed):
        review.decline(session, newsroom, piece, editor, piece.version, "no_room", text="Modest.")
    session.flush()
    own = factories.received(session, newsroom, address=chief.address)
    for reason in (None, " "):
        with pytest.raises(NotAllowed):
            review.accept(session, newsroom, own, chief, own.version, reason=reason)
    review.accept(session, newsroom, own, chief, own.version, reason="Nobody else is here this week.")
    assert (piece.status, own.status) == ("received", "accepted")


def test_a_reader_recommends_and_decides_nothing(session: Session, newsroom: Newsroom, reader: Actor) -> None:
    piece = factories.received(session, newsroom)
    review.recommend(session, newsroom, piece, reader, "Take it.", piece.version)
    said = session.scalars(select(ThreadEntry)).one()
    assert (said.kind, said.internal) == ("recommendation", True)
    with pytest.raises(NotAllowed):
        review.accept(session, newsroom, piece, reader, piece.version)


def test_a_desk_asks_for_a_piece_again_and_the_author_says_yes(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = declined(session, newsroom, editor)
    factories.pass_time(newsroom, days=3)
    review.offer(session, newsroom, piece, editor, piece.version)
    assert (piece.status, piece.came_from, codes(session)[-1]) == ("offered", "declined", "M8r")
    factories.pass_time(newsroom, days=1)
    review.answer_offer(session, newsroom, piece, factories.author(piece), yes=True)
    assert (piece.status, piece.claimant_id, piece.claimed_at) == ("in_review", editor.id, newsroom.now())
    assert piece.reply_by == newsroom.desk("opinion").calendar.promise(newsroom.now(), 3)
    assert codes(session)[-1] == "M3"


def test_an_author_offers_a_piece_again_and_the_editor_says_yes(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.received(session, newsroom)
    review.withdraw(session, newsroom, piece, factories.author(piece))
    review.offer(session, newsroom, piece, factories.author(piece), None)
    assert (piece.status, codes(session)) == ("offered", ["M1", "M3", "M13"])
    review.answer_offer(session, newsroom, piece, editor, yes=True, seen=piece.version)
    assert (piece.status, piece.claimant_id, codes(session)[-1]) == ("in_review", editor.id, "M3")


@pytest.mark.parametrize("who", ["editor", "author"])
def test_a_no_brings_an_offer_back_to_where_it_was(
    session: Session, newsroom: Newsroom, editor: Actor, who: str
) -> None:
    piece = declined(session, newsroom, editor)
    author = factories.author(piece)
    review.offer(session, newsroom, piece, author if who == "editor" else editor, piece.version)
    review.answer_offer(session, newsroom, piece, editor if who == "editor" else author, yes=False, seen=piece.version)
    assert (piece.status, piece.decline_reason) == ("declined", "not_for_us")
    assert codes(session)[-1] == ("M8n" if who == "editor" else "M8r")


@pytest.mark.parametrize("elsewhere", [True, False])
def test_an_author_withdraws_with_one_click(session: Session, newsroom: Newsroom, elsewhere: bool) -> None:
    piece = factories.received(session, newsroom)
    review.withdraw(session, newsroom, piece, factories.author(piece), placed_elsewhere=elsewhere)
    assert (piece.status, codes(session)[-1]) == ("withdrawn", "M13")
    other = factories.received(session, newsroom, address="other@author.example")
    with pytest.raises(NotAllowed):
        review.withdraw(session, newsroom, other, factories.author(piece))


@pytest.mark.parametrize("who", ["editor", "author"])
def test_an_offer_is_for_the_other_side_to_take(
    session: Session, newsroom: Newsroom, editor: Actor, chief: Actor, who: str
) -> None:
    piece = declined(session, newsroom, editor)
    author = factories.author(piece)
    offering, same_side = (editor, chief) if who == "editor" else (author, author)
    review.offer(session, newsroom, piece, offering, piece.version)
    with pytest.raises(NotAllowed):
        review.answer_offer(session, newsroom, piece, same_side, yes=True, seen=piece.version)
    assert piece.status == "offered"


@pytest.mark.parametrize("yes", [True, False])
def test_where_nothing_is_offered_nothing_is_answered(
    session: Session, newsroom: Newsroom, editor: Actor, yes: bool
) -> None:
    piece = factories.in_review(session, newsroom, editor)
    promised = piece.reply_by
    with pytest.raises(IllegalAction):
        review.answer_offer(session, newsroom, piece, editor, yes=yes, seen=piece.version)
    assert (piece.status, piece.reply_by) == ("in_review", promised)


def test_a_withdrawal_overtakes_an_acceptance_whose_letter_waits(
    session: Session, newsroom: Newsroom, chief: Actor
) -> None:
    piece = factories.accepted(session, newsroom, chief)
    review.withdraw(session, newsroom, piece, factories.author(piece))
    letters = session.execute(select(Letter.code, Letter.status).order_by(Letter.id)).all()
    assert [tuple(row) for row in letters[-2:]] == [("M8", "cancelled"), ("M13", "queued")]
