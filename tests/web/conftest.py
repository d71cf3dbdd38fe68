"""The application on a test's newsroom, and people signed in to it through the real form."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.people import Person
from tests import factories
from tests.web.apps import quick_app
from tests.web.browser import submit_form

PASSWORD = "a long enough pass phrase"

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def app(newsroom: Newsroom) -> Flask:
    """Return the web application of the test's newsroom; its passwords are hashed as cheaply as argon2 can."""
    made = quick_app(newsroom)
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser in which nobody is signed in."""
    return app.test_client()


def add_person(app: Flask, role: Role = Role.CHIEF, *, name: str = "", desks: tuple[str, ...] = ()) -> Actor:
    """Return a person with a role (on every desk, or the ones named) who can sign in with ``PASSWORD``."""
    newsroom: Newsroom = app.extensions["newsroom"]
    with app.app_context(), newsroom.transaction() as session:
        actor = factories.person(session, newsroom, role, name, desks)
        person = session.scalars(select(Person).where(Person.id == actor.id)).one()
        person.password = hash_password(PASSWORD)
    return actor


def browser_of(app: Flask, actor: Actor) -> FlaskClient:
    """Return a browser in which an existing person is signed in."""
    client = app.test_client()
    answer = submit_form(client, "/account/login", email=actor.address, password=PASSWORD)
    assert answer.status_code == 302, answer.text
    return client


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Return a function that makes a person with a role and returns a browser in which they are signed in."""

    def signed_in(role: Role = Role.CHIEF, *, name: str = "", desks: tuple[str, ...] = ()) -> FlaskClient:
        return browser_of(app, add_person(app, role, name=name, desks=desks))

    return signed_in
