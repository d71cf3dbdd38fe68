"""The queue page: who sees which pieces, in which order, behind which filters."""

from flask.testing import FlaskClient

from intake.newsroom import Newsroom
from tests import factories
from tests.web.desk.conftest import SignIn


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/desk/?state=spam")
    assert (answer.status_code, answer.location) == (302, "/account/login?next=/desk/?state%3Dspam")


def test_an_editor_sees_what_waits(sign_in: SignIn, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
    client, _actor = sign_in()
    page = client.get("/desk/")
    assert page.status_code == 200
    assert piece.headline in page.text


def test_try_piece(sign_in: SignIn, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
    client, _actor = sign_in()
    page = client.get(f"/desk/{piece.ref}")
    assert page.status_code == 200, page.text
    for act in ("accept", "decline"):
        assert client.get(f"/desk/{piece.ref}/decide?as={act}").status_code == 200
