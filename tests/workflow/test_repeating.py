"""Near copies: a second piece that nearly repeats an open one is made all the same and names it; little is compared."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from intake.domain.errors import Missing
from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.manuscripts import from_plain
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import repeating, review, sorting, submit
from tests import factories
from tests.workflow.arrivals import HUDA, arrived, codes, written

WORDS = [f"w{number}" for number in range(504)]


def text(*, changed: int = 0, words: int = 504, start: int = 0) -> Text:
    """Return a text of different words; each of ``changed`` words, far apart, spoils five runs of the 500."""
    own = WORDS[start:words]
    for place in range(changed):
        own[10 + 20 * place] = f"new{place}"
    body = " ".join(own)
    return Text("A headline", "", from_plain(body), body, len(own))


def other_text(number: int) -> Text:
    words = " ".join(f"n{number}w{word}" for word in range(60))
    return Text("A headline", "", from_plain(words), words, 60)


def body(found: Text) -> str:
    return f"{found.body_text}\n"


def piece_of(session: Session, newsroom: Newsroom, raw: bytes, mail_from: str = HUDA) -> Submission:
    message = arrived(session, newsroom, raw, mail_from)
    assert message.disposition == "filed"
    return session.get_one(Submission, message.submission_id)


@pytest.mark.parametrize(("changed", "near"), [(0, True), (20, True), (21, False)])
def test_a_mail_that_nearly_repeats_its_author_s_open_piece_names_it(
    session: Session, newsroom: Newsroom, changed: int, near: bool
) -> None:
    first = factories.received(session, newsroom, text=text(), address=HUDA)
    raw = written("Op-Ed: Again", body(text(changed=changed)))
    second = piece_of(session, newsroom, raw)
    assert (second.status, second.id == first.id, second.repeats == first.ref) == ("received", False, near)
    assert codes(session, second) == ["M2"]


def test_a_longer_or_shorter_version_is_a_near_copy_too(session: Session, newsroom: Newsroom) -> None:
    first = factories.received(session, newsroom, text=text(words=300))
    longer = factories.received(session, newsroom, text=text())
    part = factories.received(session, newsroom, text=text(start=60, words=200))
    assert [piece.repeats for piece in (first, longer, part)] == [None, first.ref, first.ref]


def test_nobody_else_s_closed_old_unconfirmed_or_other_desk_s_piece_is_named(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    factories.received(session, newsroom, text=text(), address="other@author.example")
    factories.received(session, newsroom, text=text(), language="ar")
    submit.submit(session, newsroom, factories.proposal(text=text()), confirmed=False)
    closed = factories.received(session, newsroom, text=text())
    review.decline(session, newsroom, closed, editor, closed.version, "no_room")
    old = factories.received(session, newsroom, text=text())
    old.created_at -= repeating.RECENT + timedelta(days=1)
    assert factories.received(session, newsroom, text=text()).repeats is None


def test_an_author_of_hundreds_of_pieces_costs_no_more_than_one_of_a_few(session: Session, newsroom: Newsroom) -> None:
    first = factories.received(session, newsroom, text=text())
    for number in range(repeating.MOST_OF_AN_AUTHOR):
        factories.received(session, newsroom, text=other_text(number))
    asked: list[object] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    found = repeating.repeated(session, newsroom, first.bylines[0].author, first.desk, text())
    assert (found, len(asked)) == (None, 1)


def test_of_an_author_s_open_pieces_the_newest_few_are_compared(session: Session, newsroom: Newsroom) -> None:
    first = factories.received(session, newsroom, text=text())
    for number in range(repeating.MOST_COMPARED - 1):
        factories.received(session, newsroom, text=other_text(number))
    author = first.bylines[0].author
    assert repeating.repeated(session, newsroom, author, first.desk, text()) == first.ref
    factories.received(session, newsroom, text=other_text(99))
    assert repeating.repeated(session, newsroom, author, first.desk, text()) is None


def test_a_copy_s_text_is_offered_in_the_kept_piece(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    kept = factories.received(session, newsroom, text=text())
    copy = factories.received(session, newsroom, text=text(changed=5))
    sorting.merge(session, newsroom, copy, kept, editor, copy.version, offer=True)
    offered = kept.revisions[-1]
    assert (copy.status, copy.merged_into, kept.status) == ("merged", kept.id, "received")
    assert (offered.body_text, offered.standing, offered.made_by) == (copy.revision.body_text, False, "author")
    assert (offered.note, kept.revision.number) == (copy.ref, 1)
    assert codes(session, kept) == ["M1", "M3"]


def test_the_same_words_are_not_offered_again(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    kept, copy = (factories.received(session, newsroom, text=text()) for _ in range(2))
    sorting.merge(session, newsroom, copy, kept, editor, copy.version, offer=True)
    assert (copy.status, len(kept.revisions)) == ("merged", 1)


def test_a_piece_that_takes_no_text_is_not_merged_with_one(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    kept = factories.accepted(session, newsroom, editor, text=text())
    copy = factories.received(session, newsroom, text=text(changed=5))
    with pytest.raises(Missing, match="takes no new text"):
        sorting.merge(session, newsroom, copy, kept, editor, copy.version, offer=True)
    assert (copy.status, len(kept.revisions)) == ("received", 1)
    sorting.merge(session, newsroom, copy, kept, editor, copy.version)
    assert copy.status == "merged"


def test_a_copy_that_is_taken_out_again_counts_as_none(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    kept, copy = (factories.received(session, newsroom, text=text()) for _ in range(2))
    assert copy.repeats == kept.ref
    sorting.merge(session, newsroom, copy, kept, editor, copy.version)
    sorting.split(session, newsroom, copy, editor, copy.version)
    assert copy.repeats is None
