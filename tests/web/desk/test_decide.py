"""Deciding with a letter: what the editor typed reaches the author, nothing goes out half, everything can be undone."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake.domain.letter import LINK_MARKS
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission, ThreadEntry
from tests import factories
from tests.web.desk.browser import submit_form
from tests.web.desk.conftest import SignIn


def claimed(newsroom: Newsroom, actor_id: int | None = None, **changed: object) -> str:
    """Return the reference of a piece in review, claimed by a person or by somebody else."""
    with newsroom.transaction() as session:
        other = factories.person(session, newsroom, name=f"Other {actor_id}")
        piece = factories.in_review(session, newsroom, other, **changed)
        if actor_id is not None:
            piece.claimant_id = actor_id
        return piece.ref


def decide(client: FlaskClient, ref: str, name: str, **fields: str) -> TestResponse:
    """Open the page of a decision, fill it in and send it."""
    page = client.get(f"/desk/{ref}/decide?as={name}")
    return submit_form(client, page, "/decide", fields)


def stored(newsroom: Newsroom, ref: str) -> tuple[str, str | None]:
    with newsroom.reading() as session:
        row = session.execute(select(Submission.status, Submission.decline_reason).where(Submission.ref == ref)).one()
        return row.status, row.decline_reason


def letter(newsroom: Newsroom, code: str) -> tuple[str, str]:
    with newsroom.reading() as session:
        row = session.scalars(select(Letter).where(Letter.code == code)).one()
        return row.status, row.body


def test_an_edited_letter_arrives_in_the_outbox_with_its_private_link(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    typed = "Dear Huda,\n\nyes, with pleasure. {todo}\n\n{link}"
    answer = decide(client, ref, "accept", words="Send a picture.", letter=typed)
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert stored(newsroom, ref) == ("accepted", None)
    mark = LINK_MARKS["link"]
    assert letter(newsroom, "M8") == ("queued", f"Dear Huda,\n\nyes, with pleasure. Send a picture.\n\n{mark}")


def test_an_untouched_letter_is_the_standard_one_in_the_authors_language(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom, language="ar")
    decide(client, ref, "ask", words="ما مصدر الرقم؟")
    _status, body = letter(newsroom, "M4")
    assert "ما مصدر الرقم؟" in body
    assert "{question}" not in body
    with newsroom.reading() as session:
        assert session.scalars(select(ThreadEntry.body)).all() == ["ما مصدر الرقم؟"]


def test_a_braced_word_in_the_question_stays_what_it_is(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    decide(client, ref, "ask", words="What is {link}?", letter="Please: {question} Answer: {link}")
    assert letter(newsroom, "M4")[1] == f"Please: What is {{link}}? Answer: {LINK_MARKS['link']}"


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("decline", {}, "Choose a reason"),
        ("decline", {"reason": "because"}, "Not a valid choice"),
        ("decline", {"reason": "terms"}, "the letter would have a gap"),
        ("ask", {}, "the letter would have a gap"),
        ("ask", {"words": "Source?", "letter": "Hello there, {link}"}, "no longer holds {question}"),
        ("accept", {"letter": "Yes. {link_yes} {todo}"}, "no {link_yes}"),
        ("accept", {"letter": "x" * 10_001}, "at most 10000"),
    ],
)
def test_a_half_decision_is_refused_and_keeps_what_was_typed(
    sign_in: SignIn, newsroom: Newsroom, name: str, fields: dict[str, str], said: str
) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    answer = decide(client, ref, name, **fields)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert all(typed in answer.text for field, typed in fields.items() if field in ("words", "letter"))
    assert stored(newsroom, ref) == ("in_review", None)
    with newsroom.reading() as session:
        assert session.scalars(select(Letter.code).where(Letter.code.in_(("M4", "M6a", "M6c", "M8")))).all() == []


def test_the_button_shows_the_letter_of_the_chosen_reason_and_writes_nothing(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    answer = decide(client, ref, "decline", reason="terms", words="it was published before", show="letter")
    assert answer.status_code == 200
    assert "because {reason_plain}" in answer.text
    assert "it was published before" in answer.text
    assert stored(newsroom, ref) == ("in_review", None)
    sent = submit_form(client, answer, "/decide")
    assert sent.status_code == 302
    assert "because it was published before" in letter(newsroom, "M6c")[1]


def test_a_letter_changed_by_hand_does_not_go_out_under_another_reason(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    page = client.get(f"/desk/{ref}/decide?as=decline&reason=terms")
    answer = submit_form(client, page, "/decide", {"reason": "no_room", "letter": "My own words about the terms."})
    assert answer.status_code == 422
    assert "belongs to another reason" in answer.text
    untouched = submit_form(client, page, "/decide", {"reason": "no_room"})
    assert untouched.status_code == 302
    assert stored(newsroom, ref) == ("declined", "no_room")


def test_the_scripts_letter_is_the_pages(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    ref = claimed(newsroom)
    answer = client.get(f"/desk/{ref}/letter?as=decline&reason=letter")
    assert (answer.mimetype, answer.headers["X-Letter"]) == ("text/plain", "M15")
    assert "up to 200 words" in answer.text
    assert client.get(f"/desk/{ref}/letter?as=decline&reason=none").status_code == 404
    assert client.get(f"/desk/{ref}/decide?as=publish").status_code == 404


def test_after_a_decision_the_next_piece_opens_and_the_last_can_be_undone(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    ref = claimed(newsroom, actor.id)
    with newsroom.transaction() as session:
        waiting = factories.received(session, newsroom).ref
    answer = decide(client, ref, "decline", reason="not_for_us")
    assert answer.location == f"/desk/{waiting}"
    following = client.get(answer.location)
    undone = submit_form(client, following, f"/desk/{ref}/undo")
    assert (undone.status_code, undone.location) == (302, f"/desk/{ref}")
    assert stored(newsroom, ref) == ("in_review", None)
    assert letter(newsroom, "M6a")[0] == "cancelled"


def test_a_letter_that_has_left_cannot_be_undone(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    ref = claimed(newsroom, actor.id)
    page = client.get(decide(client, ref, "decline", reason="not_for_us").location)
    newsroom.clock.move(seconds=21)  # type: ignore[attr-defined]  # the tests' clock
    answer = submit_form(client, page, f"/desk/{ref}/undo")
    assert answer.status_code == 409
    assert stored(newsroom, ref) == ("declined", "not_for_us")
    assert '/undo"' not in client.get("/desk/").text


def test_nobody_decides_on_a_piece_of_their_own(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in(name="Huda Mansouri")
    ref = _written_by(newsroom, claimed(newsroom), actor.address)
    assert client.get(f"/desk/{ref}/decide?as=accept").status_code == 403
    page = client.get(f"/desk/{ref}")
    assert "as=accept" not in page.text
    assert submit_form(client, page, "/note", {"text": "Mine."}).status_code == 302


def test_a_chief_decides_on_their_own_piece_with_a_reason_only(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in(Role.CHIEF, "Huda Chief")
    ref = _written_by(newsroom, claimed(newsroom), actor.address)
    refused = decide(client, ref, "accept")
    assert refused.status_code == 403
    assert stored(newsroom, ref)[0] == "in_review"
    assert decide(client, ref, "accept", why="The deputy is away and agreed by phone.").status_code == 302
    assert stored(newsroom, ref)[0] == "accepted"


def _written_by(newsroom: Newsroom, ref: str, address: str) -> str:
    with newsroom.transaction() as session:
        piece = session.scalars(select(Submission).where(Submission.ref == ref)).one()
        piece.bylines[0].author.address = address
        return ref


def test_the_to_do_list_names_what_the_author_still_owes(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom, statement=factories.statement(ai_use=None, terms_version=None))
        ref = piece.ref
    page = client.get(f"/desk/{ref}/decide?as=accept")
    assert "– say whether a machine helped with the text\n– agree to our terms" in page.text


def test_a_decision_that_is_not_possible_now_is_not_offered(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, actor)
        ref = piece.ref
    assert client.get(f"/desk/{ref}/decide?as=accept").status_code == 409
    page = client.get(f"/desk/{ref}").text
    assert ("as=accept" in page, "as=decline" in page, "as=ask" in page) == (False, True, False)
