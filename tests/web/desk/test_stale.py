"""Two people on one piece: the second act is refused with 409, shows what changed and keeps what was typed."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import review
from tests import factories
from tests.web.desk.browser import submit_form
from tests.web.desk.conftest import SignIn

ROUNDS = 10


def status(newsroom: Newsroom, ref: str) -> str | None:
    with newsroom.reading() as session:
        return session.scalar(select(Submission.status).where(Submission.ref == ref))


def test_the_second_decision_gets_409_with_both_texts_and_can_be_sent_again(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    first, actor = sign_in(name="First Editor")
    second, _other = sign_in(name="Second Editor")
    with newsroom.transaction() as session:
        ref = factories.in_review(session, newsroom, actor).ref
    page = first.get(f"/desk/{ref}/decide?as=ask")
    mine = second.get(f"/desk/{ref}/decide?as=decline&reason=no_room")
    submit_form(first, page, "/decide", {"words": "Where is the figure from?"})
    refused = submit_form(second, mine, "/decide", {"letter": "My long letter of refusal."})
    assert refused.status_code == 409
    assert "My long letter of refusal." in refused.text
    assert "Where is the figure from?" in refused.text
    assert "First Editor" in refused.text
    assert status(newsroom, ref) == "needs_author"
    again = submit_form(second, refused, "/decide")
    assert again.status_code == 302
    assert status(newsroom, ref) == "declined"
    with newsroom.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.code == "M6b")).one()
        assert letter.body == "My long letter of refusal."


def test_a_form_open_on_a_piece_released_meanwhile_keeps_its_words_but_has_no_button(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    from intake.workflow import clock

    client, actor = sign_in()
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, actor)
        ref = piece.ref
    page = client.get(f"/desk/{ref}/decide?as=accept")
    with newsroom.transaction() as session:
        clock.release(session, newsroom, session.scalars(select(Submission).where(Submission.ref == ref)).one())
    refused = submit_form(client, page, "/decide", {"letter": "Yes, gladly! {link}"})
    assert refused.status_code == 409
    assert "Yes, gladly! {link}" in refused.text
    assert "not possible in the present state" in refused.text
    assert "Accept and send the letter" not in refused.text


def test_a_stale_note_is_kept_too(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        ref = factories.in_review(session, newsroom, actor).ref
    page = client.get(f"/desk/{ref}")
    submit_form(client, page, "/note", {"text": "First note."})
    refused = submit_form(client, page, "/note", {"text": "Second note."})
    assert (refused.status_code, "Second note." in refused.text, "First note." in refused.text) == (409, True, True)
    assert submit_form(client, refused, "/note").status_code == 302
    with newsroom.reading() as session:
        assert session.scalars(select(ThreadEntry.body).order_by(ThreadEntry.id)).all() == [
            "First note.",
            "Second note.",
        ]


def test_a_stale_button_tells_which_one_it_was(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        other = factories.person(session, newsroom)
        piece = factories.received(session, newsroom)
        ref = piece.ref
    page = client.get("/desk/")
    with newsroom.transaction() as session:
        piece = session.scalars(select(Submission).where(Submission.ref == ref)).one()
        review.note(session, newsroom, piece, other, "Wait.", piece.version)
    refused = submit_form(client, page, f"/desk/{ref}/claim")
    assert (refused.status_code, "You had pressed “Claim”" in refused.text) == (409, True)
    assert submit_form(client, refused, "/claim").location == f"/desk/{ref}"
    assert status(newsroom, ref) == "in_review"


def test_of_two_decisions_at_one_moment_one_wins_and_the_other_keeps_its_words(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    clients = [sign_in(name=name)[0] for name in ("First Editor", "Second Editor")]
    with newsroom.transaction() as session:
        other = factories.person(session, newsroom)
        refs = [
            factories.in_review(session, newsroom, other, address=f"a{n}@author.example").ref for n in range(ROUNDS)
        ]
    for ref in refs:
        pages = [client.get(f"/desk/{ref}/decide?as=ask") for client in clients]
        asked = [{"words": f"Question {n} about {ref}"} for n in range(2)]
        with ThreadPoolExecutor(2) as both:
            sent = list(both.map(submit_form, clients, pages, ["/decide"] * 2, asked))
        loser = max(sent, key=lambda answer: answer.status_code)
        assert sorted(answer.status_code for answer in sent) == [302, 409]
        assert all(words["words"] in loser.text for words in asked)
