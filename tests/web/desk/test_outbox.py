"""The outbox: what waits, left or was given up; links stay veiled; kept files are for administrators."""

from sqlalchemy import select

from intake.domain.addresses import file_name
from intake.domain.letter import MARK
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import Letter
from intake.storage.people import Person
from intake.workflow import letters
from tests import factories
from tests.web.desk.browser import submit_form, token
from tests.web.desk.conftest import SignIn


def a_letter(newsroom: Newsroom, **changed: object) -> int:
    """Return the id of the letter that a piece's arrival brought about."""
    with newsroom.transaction() as session:
        factories.received(session, newsroom)
        letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None
        for name, value in changed.items():
            setattr(letter, name, value)
        return letter.id


def test_a_letter_is_shown_with_its_links_veiled(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in(Role.READER)
    number = a_letter(newsroom)
    assert f"/desk/letters/{number}" in client.get("/desk/letters").text
    page = client.get(f"/desk/letters/{number}").text
    assert "[private link]" in page
    assert MARK not in page
    assert "/a/" not in page


def test_a_letter_given_up_is_red_and_can_be_tried_again(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    number = a_letter(newsroom, status="failed", attempts=13, last_error="550 <no> such mailbox")
    page = client.get("/desk/letters?status=failed")
    assert "1 letter was given up" in page.text
    assert "550 &lt;no&gt; such mailbox" in page.text
    assert submit_form(client, page, f"/letters/{number}/again").status_code == 302
    with newsroom.reading() as session:
        letter = session.get_one(Letter, number)
        assert (letter.status, letter.attempts, letter.due_at) == ("queued", 0, newsroom.now())
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor_id, entry.detail) == ("send_letter_again", editor.id, {"letter": number})
    assert submit_form(client, page, f"/letters/{number}/again").status_code == 409


def test_a_reader_sends_nothing_again(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _reader = sign_in(Role.READER)
    number = a_letter(newsroom, status="failed")
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom, address="b@author.example").ref
    assert "Try again" not in client.get(f"/desk/letters/{number}").text
    data = {"csrf_token": token(client, f"/desk/{ref}")}
    assert client.post(f"/desk/letters/{number}/again", data=data).status_code == 403


def test_letters_of_another_desk_and_to_people_do_not_exist(sign_in: SignIn, newsroom: Newsroom) -> None:
    number = a_letter(newsroom)
    client, _editor = sign_in(desks=("rai",))
    assert client.get(f"/desk/letters/{number}").status_code == 404
    assert "Move the road" not in client.get("/desk/letters").text
    client, editor = sign_in(name="Other Editor")
    with newsroom.transaction() as session:
        assert editor.id is not None
        person = session.get_one(Person, editor.id)
        reset = "https://harbourpost.example/reset/x"
        letter = letters.queue_to_person(session, newsroom, "A2", person, {"until": "noon"}, reset)
        session.flush()
        private = letter.id
    assert client.get(f"/desk/letters/{private}").status_code == 404
    administrator, _actor = sign_in(name="Head Of House", administrator=True)
    page = administrator.get(f"/desk/letters/{private}")
    assert page.status_code == 200
    assert "/reset/x" not in page.text


def test_only_administrators_open_a_kept_file(sign_in: SignIn, newsroom: Newsroom) -> None:
    number = a_letter(newsroom, status="kept")
    with newsroom.reading() as session:
        name = file_name(session.get_one(Letter, number).message_id)
    folder = newsroom.settings.root / "letters"
    folder.mkdir(exist_ok=True)
    folder.joinpath(name).write_bytes(b"Subject: kept\r\n\r\nlive link")
    editor, _actor = sign_in(Role.CHIEF)
    assert editor.get(f"/desk/letters/{number}/kept").status_code == 403
    client, _actor = sign_in(name="Head Of House", administrator=True)
    answer = client.get(f"/desk/letters/{number}/kept")
    assert answer.data == b"Subject: kept\r\n\r\nlive link"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    folder.joinpath(name).unlink()
    assert client.get(f"/desk/letters/{number}/kept").status_code == 410
