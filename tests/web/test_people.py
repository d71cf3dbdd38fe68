"""Accounts at the desk: who may see and change them, and one's own profile."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import Letter
from intake.storage.people import Person
from tests.web.browser import submit_form
from tests.web.conftest import SignIn, add_person, browser_of


@pytest.fixture
def boss(app: Flask, newsroom: Newsroom) -> Actor:
    """Return an administrator who can sign in."""
    actor = add_person(app, name="Boss Person")
    with newsroom.transaction() as session:
        session.get_one(Person, actor.id).administrator = True
    return actor


@pytest.fixture
def office(app: Flask, boss: Actor) -> FlaskClient:
    """Return the administrator's browser."""
    return browser_of(app, boss)


def stored(newsroom: Newsroom, number: int | None) -> tuple[bool, dict[str, str]]:
    with newsroom.reading() as session:
        person = session.get_one(Person, number)
        return person.active, {held.desk: held.role for held in person.desk_roles}


def acts(newsroom: Newsroom) -> list[str]:
    with newsroom.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_see_and_change_accounts(sign_in: SignIn, boss: Actor, role: Role) -> None:
    client = sign_in(role)
    for path in ("/desk/people", "/desk/people/invite", f"/desk/people/{boss.id}"):
        assert client.get(path).status_code == 403
    token = client.get("/desk/profile").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    for path in ("/desk/people/invite", f"/desk/people/{boss.id}", f"/desk/people/{boss.id}/deactivate"):
        assert client.post(path, data={"csrf_token": token}).status_code == 403


def test_the_list_shows_everybody_with_roles(app: Flask, office: FlaskClient, newsroom: Newsroom) -> None:
    actor = add_person(app, Role.EDITOR, desks=("opinion",))
    with newsroom.transaction() as session:
        session.get_one(Person, actor.id).name = "Salma <b>Editor</b>"
    page = office.get("/desk/people").text
    assert "Salma &lt;b&gt;Editor&lt;/b&gt;" in page
    assert "Editor · <bdi" in page
    assert "Administrator" in page


def test_an_invitation_makes_an_account_with_roles_and_a_letter(office: FlaskClient, newsroom: Newsroom) -> None:
    typed = {"name": "هدى", "email": "Huda@desk.example", "locale": "ar", "role_rai": "editor"}
    answer = submit_form(office, "/desk/people/invite", "/desk/people/invite", **typed, administrator="1")
    assert (answer.status_code, answer.location) == (302, "/desk/people")
    with newsroom.reading() as session:
        huda = session.scalars(select(Person).where(Person.email == "huda@desk.example")).one()
        assert (huda.name, huda.locale, huda.administrator, huda.password) == ("هدى", "ar", False, None)
        letter = session.scalars(select(Letter).where(Letter.code == "A1")).one()
        assert letter.link_url.startswith(newsroom.settings.base_url + "/account/start/")
    assert stored(newsroom, huda.id) == (True, {"rai": "editor"})
    assert "invite" in acts(newsroom)


def test_a_refused_invitation_keeps_what_was_typed_and_says_why(office: FlaskClient, boss: Actor) -> None:
    taken = {"name": "Twin", "email": boss.address}
    answer = submit_form(office, "/desk/people/invite", "/desk/people/invite", **taken)
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.text
    assert 'value="Twin"' in answer.text
    no_address = submit_form(office, "/desk/people/invite", "/desk/people/invite", name="Twin", email="no address")
    assert (no_address.status_code, "This is no e-mail address." in no_address.text) == (422, True)


def test_roles_change_desk_by_desk(app: Flask, office: FlaskClient, newsroom: Newsroom) -> None:
    editor = add_person(app, Role.EDITOR)
    path = f"/desk/people/{editor.id}"
    assert submit_form(office, path, path, role_opinion="publisher", role_rai="").status_code == 302
    assert stored(newsroom, editor.id) == (True, {"opinion": "publisher"})
    made_up = submit_form(office, path, path, role_opinion="emperor")
    assert made_up.status_code == 422
    assert stored(newsroom, editor.id) == (True, {"opinion": "publisher"})
    assert acts(newsroom).count("set_role") == 2


def test_a_switched_off_account_is_out_at_once(app: Flask, office: FlaskClient, newsroom: Newsroom) -> None:
    editor = add_person(app, Role.EDITOR)
    theirs = browser_of(app, editor)
    path = f"/desk/people/{editor.id}"
    assert submit_form(office, path, f"{path}/deactivate").status_code == 302
    assert theirs.get("/desk/profile").status_code == 302
    assert stored(newsroom, editor.id)[0] is False
    assert submit_form(office, path, f"{path}/activate").status_code == 302
    assert stored(newsroom, editor.id)[0] is True


def test_nobody_changes_their_own_roles_or_switches_themselves_off(
    office: FlaskClient, boss: Actor, newsroom: Newsroom
) -> None:
    before = stored(newsroom, boss.id)
    token = office.get("/desk/profile").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "role_opinion": "", "role_rai": ""}
    assert office.post(f"/desk/people/{boss.id}", data=sent).status_code == 403
    assert office.post(f"/desk/people/{boss.id}/deactivate", data=sent).status_code == 403
    assert stored(newsroom, boss.id) == before


def test_an_unanswered_invitation_is_sent_again_and_the_old_link_is_void(
    app: Flask, office: FlaskClient, newsroom: Newsroom
) -> None:
    submit_form(office, "/desk/people/invite", "/desk/people/invite", name="Late", email="late@desk.example")
    with newsroom.reading() as session:
        late = session.scalars(select(Person).where(Person.email == "late@desk.example")).one()
    path = f"/desk/people/{late.id}"
    assert submit_form(office, path, f"{path}/invite").status_code == 302
    with newsroom.reading() as session:
        links = [letter.link_url for letter in session.scalars(select(Letter).where(Letter.code == "A1"))]
    paths = [link.removeprefix(newsroom.settings.base_url) for link in links]
    assert [app.test_client().get(path).status_code for path in paths] == [410, 200]


def test_acts_on_accounts_are_posts_with_their_token(office: FlaskClient, boss: Actor) -> None:
    assert office.get(f"/desk/people/{boss.id}/deactivate").status_code == 405
    assert office.post(f"/desk/people/{boss.id}/deactivate").status_code == 400
    assert office.get("/desk/people/99999").status_code == 404
    assert office.post(f"/desk/people/{boss.id}/promote").status_code == 404


def test_a_profile_is_ones_own(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app, Role.READER)
    client = browser_of(app, actor)
    typed = {"name": "New Name", "locale": "ar", "shortcuts": None, "email": "evil@desk.example", "administrator": "1"}
    assert submit_form(client, "/desk/profile", "/desk/profile", **typed).status_code == 302
    with newsroom.reading() as session:
        person = session.get_one(Person, actor.id)
        assert (person.name, person.locale, person.shortcuts) == ("New Name", "ar", False)
        assert (person.email, person.administrator) == (actor.address, False)
    assert 'dir="rtl"' in client.get("/desk/profile").text
    nameless = submit_form(client, "/desk/profile", "/desk/profile", name=" ")
    assert nameless.status_code == 422


@pytest.mark.parametrize(("language", "name"), [("en", "The Harbour Post"), ("ar", "بريد الميناء")])
def test_pages_of_no_one_desk_bear_the_papers_name_in_their_language(sign_in: SignIn, language: str, name: str) -> None:
    page = sign_in().get(f"/desk/profile?lang={language}").text
    assert f'<span class="brand"><bdi>{name}</bdi>' in page


def test_every_place_of_the_desk_is_in_reach_from_ones_profile(sign_in: SignIn) -> None:
    page = sign_in().get("/desk/profile").text
    assert all(f'<li><a href="{place}"' in page for place in ("/desk/", "/desk/held", "/desk/letters"))
