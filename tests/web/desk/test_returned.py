"""A letter that came back is shown on the piece, among the letters and on its own page, as a claim in its own words."""

from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import submit
from tests import factories
from tests.inbox.bounced import DELAYS, REPORTS, report
from tests.web.desk.conftest import SignIn
from tests.workflow.arrivals import arrived


def came_back(newsroom: Newsroom, shape: str) -> tuple[str, int, int]:
    """Have a piece's letter come back; return the piece's reference, the letter and the report."""
    with newsroom.transaction() as session:
        submit.submit(session, newsroom, factories.proposal(), confirmed=True)
        letter = session.scalars(select(Letter)).one()
        letter.status, letter.sent_at = "sent", newsroom.now()
        session.flush()
        raw = report(shape, message_id=letter.message_id).replace(b"no such", b"no <script>alert(1)</script> such")
        message = arrived(session, newsroom, raw, "")
        return session.scalars(select(Submission.ref)).one(), letter.id, message.id


def test_a_lost_letter_is_seen_on_every_page_that_shows_it(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    ref, letter, message = came_back(newsroom, REPORTS["postfix"])
    piece = client.get(f"/desk/{ref}").text
    assert "1 letter came back" in piece
    assert "noted that a letter came back" in piece
    alone = client.get(f"/desk/letters/{letter}").text
    assert f"/desk/message/{message}" in alone
    for page in (piece, alone, client.get("/desk/letters").text, client.get("/desk/letters?status=returned").text):
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
    assert "عادت رسالة واحدة" in client.get(f"/desk/{ref}?lang=ar").text


def test_a_delay_does_not_call_the_address_dead(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    ref, letter, _message = came_back(newsroom, DELAYS["postfix"])
    assert "letter came back" not in client.get(f"/desk/{ref}").text.replace("noted that a letter came back", "")
    assert "A mail system says it is delayed" in client.get(f"/desk/letters/{letter}").text


def test_letters_that_arrived_are_not_among_those_that_came_back(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        submit.submit(session, newsroom, factories.proposal(), confirmed=True)
    assert "No letters here" in client.get("/desk/letters?status=returned").text
