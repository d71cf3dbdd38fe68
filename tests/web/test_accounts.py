"""Signing in and out, first accounts, forgotten and changed passwords."""

import re
import statistics
import time
from datetime import timedelta
from urllib.parse import urlencode, urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.people import AccountLink, Person
from intake.web.app import create_app
from intake.web.signin import ONE
from intake.workflow import accounts
from tests import factories
from tests.web.browser import submit_form, token
from tests.web.conftest import PASSWORD, SignIn, add_person, browser_of

WRONG = "not the pass phrase at all"


def letters(newsroom: Newsroom, code: str) -> list[Letter]:
    with newsroom.reading() as session:
        return list(session.scalars(select(Letter).where(Letter.code == code).order_by(Letter.id)))


def own_path(newsroom: Newsroom, link: str) -> str:
    assert link.startswith(newsroom.settings.base_url + "/")
    return link.removeprefix(newsroom.settings.base_url)


def clock(newsroom: Newsroom) -> factories.StillClock:
    assert isinstance(newsroom.clock, factories.StillClock)
    return newsroom.clock


# Signing in


def test_a_person_signs_in_and_the_session_is_a_new_one(app: Flask, client: FlaskClient) -> None:
    actor = add_person(app)
    page = client.get("/account/login")
    with client.session_transaction() as planted:
        planted["planted"] = "by a stranger"
        before = planted["csrf_token"]
    answer = client.post(
        "/account/login", data={"email": actor.address, "password": PASSWORD, "csrf_token": token(page)}
    )
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert client.get("/desk/profile").status_code == 200
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_unknown_wrong_inactive_and_unfinished_get_the_same_answer(app: Flask, newsroom: Newsroom) -> None:
    known, gone = add_person(app), add_person(app, Role.EDITOR)
    with newsroom.transaction() as session:
        accounts.add_person(session, newsroom, "invited@desk.example", "Invited", "en")
        session.get_one(Person, gone.id).active = False
    tries = {
        "unknown": ("nobody@desk.example", PASSWORD),
        "wrong": (known.address, WRONG),
        "inactive": (gone.address, PASSWORD),
        "no password yet": ("invited@desk.example", PASSWORD),
    }
    answers = {}
    for kind, (address, password) in tries.items():
        answer = submit_form(app.test_client(), "/account/login", email=address, password=password)
        body = re.sub(r'value="[^"]*"', "", answer.text)
        answers[kind] = (answer.status_code, body)
    assert len(set(answers.values())) == 1
    assert answers["wrong"][0] == 422
    assert "do not go together" in answers["wrong"][1]


@pytest.mark.parametrize("page", ["/account/login", "/account/reset"])
def test_known_and_unknown_addresses_take_about_as_long(newsroom: Newsroom, page: str) -> None:
    app = create_app(newsroom)  # hashing at its full price
    known = add_person(app).address
    spent: dict[str, list[float]] = {known: [], "nobody@desk.example": []}
    for _round in range(3):
        for address, times in spent.items():
            clock(newsroom).move(hours=2)
            client = app.test_client()
            sent = {"email": address, "password": WRONG, "csrf_token": token(client.get(page))}
            begun = time.perf_counter()
            client.post(page, data=sent)
            times.append(time.perf_counter() - begun)
    first, second = (statistics.median(times) for times in spent.values())
    assert max(first, second) / min(first, second) < 2


def test_failed_tries_delay_the_next_and_lock_nobody_out(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    client = app.test_client()
    statuses = [
        submit_form(client, "/account/login", email=actor.address, password=WRONG).status_code
        for _ in range(ONE.free + 1)
    ]
    assert statuses == [422] * ONE.free + [429]
    late = submit_form(client, "/account/login", email=actor.address, password=PASSWORD)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "2")
    clock(newsroom).move(seconds=2)
    assert submit_form(client, "/account/login", email=actor.address, password=PASSWORD).status_code == 302


def test_a_good_password_lets_earlier_failures_be_forgotten(app: Flask) -> None:
    actor = add_person(app)
    for _ in range(3):
        for password in (WRONG, WRONG, PASSWORD):
            answer = submit_form(app.test_client(), "/account/login", email=actor.address, password=password)
        assert answer.status_code == 302


def test_an_address_under_attack_waits_half_a_minute_at_most(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    for number in range(15):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        submit_form(client, "/account/login", email=actor.address, password=WRONG)
        clock(newsroom).move(seconds=30)
    assert submit_form(app.test_client(), "/account/login", email=actor.address, password=PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "way_back",
    [
        *("//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "///evil.example"),
        *("/\t/evil.example", "javascript:alert(1)", " //evil.example", "http:evil.example"),
    ],
)
def test_a_way_back_to_elsewhere_leads_home(app: Flask, client: FlaskClient, way_back: str) -> None:
    actor = add_person(app)
    typed = {"email": actor.address, "password": PASSWORD}
    answer = submit_form(client, "/account/login?" + urlencode({"next": way_back}), **typed)
    assert (answer.status_code, answer.location) == (302, "/desk/")
    by_hand = submit_form(app.test_client(), "/account/login", **typed, next=way_back)
    assert urljoin("http://localhost/account/login", by_hand.location).startswith("http://localhost/")


def test_a_way_back_to_elsewhere_in_the_address_leads_home_too(app: Flask, client: FlaskClient) -> None:
    actor = add_person(app)
    sent = {"email": actor.address, "password": PASSWORD, "csrf_token": token(client.get("/account/login"))}
    answer = client.post("/account/login?next=//evil.example", data=sent)
    assert answer.location == "/desk/"


def test_a_stranger_at_the_desk_signs_in_and_comes_back(app: Flask, client: FlaskClient) -> None:
    actor = add_person(app)
    sent_off = client.get("/desk/profile?from=letter")
    assert sent_off.location == "/account/login?next=/desk/profile?from%3Dletter"
    back = submit_form(client, sent_off.location, email=actor.address, password=PASSWORD)
    assert back.location == "/desk/profile?from=letter"


def test_signing_in_without_the_token_is_refused(app: Flask, client: FlaskClient) -> None:
    actor = add_person(app)
    answer = client.post("/account/login", data={"email": actor.address, "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/desk/profile").status_code == 302


def test_a_sign_in_ends_by_itself(sign_in: SignIn, newsroom: Newsroom) -> None:
    client = sign_in()
    clock(newsroom).move(hours=newsroom.settings.limits.session_hours - 1)
    assert client.get("/desk/profile").status_code == 200
    clock(newsroom).move(hours=1)
    assert client.get("/desk/profile").status_code == 302


def test_signing_out_is_a_post_with_its_token(sign_in: SignIn) -> None:
    client = sign_in()
    assert client.get("/account/logout").status_code == 405
    assert client.post("/account/logout").status_code == 400
    assert client.get("/desk/profile").status_code == 200
    answer = submit_form(client, "/desk/profile", "/account/logout")
    assert (answer.status_code, answer.location) == (302, "/account/login")
    assert client.get("/desk/profile").status_code == 302


def test_pages_speak_the_signed_in_persons_language(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    with newsroom.transaction() as session:
        session.get_one(Person, actor.id).locale = "ar"
    assert '<html lang="ar" dir="rtl"' in browser_of(app, actor).get("/desk/profile").text


def test_nothing_of_the_framework_is_left_open(client: FlaskClient) -> None:
    for path in ("/account/verify", "/account/fs-static/js/base64.js", "/account/register", "/account/confirm"):
        assert client.get(path).status_code == 404
    answer = client.get("/account/login", headers={"Accept": "application/json"})
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


# A forgotten password


def reset_link(app: Flask, newsroom: Newsroom, address: str, host: str = "http://localhost") -> str:
    client = app.test_client()
    sent = {"email": address, "csrf_token": token(client.get("/account/reset", base_url=host))}
    assert client.post("/account/reset", data=sent, base_url=host).status_code == 200
    return letters(newsroom, "A2")[-1].link_url


def test_a_forgotten_password_is_replaced_once_by_a_mailed_link(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    old = browser_of(app, actor)
    path = own_path(newsroom, reset_link(app, newsroom, actor.address))
    client = app.test_client()
    answer = submit_form(client, path, password="another long phrase", password_confirm="another long phrase")
    assert (answer.status_code, answer.location) == (302, "/account/login")
    assert old.get("/desk/profile").status_code == 302
    assert submit_form(client, "/account/login", email=actor.address, password=PASSWORD).status_code == 422
    answer = submit_form(client, "/account/login", email=actor.address, password="another long phrase")
    assert answer.status_code == 302
    assert [letter.to_address for letter in letters(newsroom, "A3")] == [actor.address]
    assert app.test_client().get(path).location == "/account/reset"


def test_the_answer_and_the_letter_do_not_tell_who_has_an_account(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    bodies = set()
    for address in (actor.address, "nobody@desk.example"):
        answer = submit_form(app.test_client(), "/account/reset", email=address)
        assert answer.status_code == 200
        bodies.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(bodies) == 1
    assert "a letter with a link is on its way" in bodies.pop()
    assert [letter.to_address for letter in letters(newsroom, "A2")] == [actor.address]


def test_a_forged_host_does_not_get_into_the_letter(app: Flask, newsroom: Newsroom) -> None:
    link = reset_link(app, newsroom, add_person(app).address, "http://evil.example")
    assert link.startswith(newsroom.settings.base_url + "/account/reset/")


def test_strangers_can_have_three_letters_an_hour_sent(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    for _ in range(5):
        clock(newsroom).move(minutes=5)
        submit_form(app.test_client(), "/account/reset", email=actor.address)
    assert len(letters(newsroom, "A2")) == 3


def test_a_reset_with_a_short_or_mistyped_password_says_so(app: Flask, newsroom: Newsroom) -> None:
    path = own_path(newsroom, reset_link(app, newsroom, add_person(app).address))
    short = submit_form(app.test_client(), path, password="short", password_confirm="short")
    assert (short.status_code, "between 10 and 200 characters" in short.text) == (422, True)
    differing = submit_form(app.test_client(), path, password="a long phrase", password_confirm="another phrase")
    assert (differing.status_code, "The two passwords differ" in differing.text) == (422, True)


def test_a_changed_password_ends_the_other_sign_ins(app: Flask, newsroom: Newsroom) -> None:
    actor = add_person(app)
    here, elsewhere = browser_of(app, actor), browser_of(app, actor)
    new = "a quite different phrase"
    wrong = submit_form(here, "/account/change", password=WRONG, new_password=new, new_password_confirm=new)
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    right = submit_form(here, "/account/change", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert (right.status_code, right.location) == (302, "/desk/profile")
    assert here.get("/desk/profile").status_code == 200
    assert elsewhere.get("/desk/profile").status_code == 302
    assert len(letters(newsroom, "A3")) == 1


# The first sign-in


def test_the_first_account_is_made_by_its_link_and_signed_in(
    app: Flask, client: FlaskClient, newsroom: Newsroom
) -> None:
    with newsroom.transaction() as session:
        link = accounts.first_account_link(session, newsroom)
    assert link is not None
    path = own_path(newsroom, link)
    client.get(path)
    with newsroom.reading() as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(AccountLink)).one().used_at is None
    typed = {"name": "  Salma\u202e  Chief ", "email": "Salma@Desk.example", "password": PASSWORD}
    answer = submit_form(client, path, **typed, password_confirm=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert client.get("/desk/profile").status_code == 200
    with newsroom.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email, person.administrator) == ("Salma Chief", "salma@desk.example", True)
    again = app.test_client().get(path)
    assert (again.status_code, "Start the installation again" in again.text) == (410, True)


def test_an_invited_person_chooses_a_password_and_is_signed_in(app: Flask, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        boss = factories.person(session, newsroom)
        session.get_one(Person, boss.id).administrator = True
        session.flush()
        boss = factories.actor(session.get_one(Person, boss.id))
        accounts.invite(session, newsroom, boss, "huda@desk.example", "Huda", {"opinion": Role.EDITOR}, "ar")
    path = own_path(newsroom, letters(newsroom, "A1")[0].link_url)
    client = app.test_client()
    assert "huda@desk.example" in client.get(path).text
    wrong = submit_form(client, path, password=PASSWORD, password_confirm=WRONG)
    assert wrong.status_code == 422
    hidden = {"administrator": "1", "role": "chief", "email": "evil@desk.example"}
    assert submit_form(client, path, password=PASSWORD, password_confirm=PASSWORD, **hidden).status_code == 302
    assert 'lang="ar"' in client.get("/desk/profile").text
    with newsroom.reading() as session:
        huda = session.scalars(select(Person).where(Person.email == "huda@desk.example")).one()
        assert (huda.administrator, [held.role for held in huda.desk_roles]) == (False, ["editor"])
    assert app.test_client().get(path).status_code == 410


def test_a_link_that_ran_out_says_how_to_get_another(app: Flask, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        link = accounts.first_account_link(session, newsroom)
    assert link is not None
    clock(newsroom).at += timedelta(hours=accounts.FIRST_LINK_HOURS)
    client = app.test_client()
    answer = client.get(own_path(newsroom, link))
    assert (answer.status_code, "prints a new link" in answer.text) == (410, True)


def test_guessed_links_all_get_the_same_answer(client: FlaskClient) -> None:
    guesses = ("a", "A" * 32, "%00", "é")
    answers = [client.get(f"/account/start/{guess}") for guess in guesses]
    assert {(answer.status_code, re.sub(r'href="[^"]*"', "", answer.text)) for answer in answers} == {
        (404, re.sub(r'href="[^"]*"', "", client.get("/account/start/other").text))
    }
