"""The site in a test client, and editors who came in through the real sign-in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.people import DeskRole
from intake.workflow import accounts
from tests import factories
from tests.web.apps import quick_app
from tests.web.desk.browser import submit_form

PASSWORD = "harbour-wall-1907"
SignIn = Callable[..., tuple[FlaskClient, Actor]]


@pytest.fixture
def app(newsroom: Newsroom) -> Flask:
    """Return the site of the test's newsroom."""
    return quick_app(newsroom)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a stranger's browser."""
    return app.test_client()


@pytest.fixture(scope="session")
def password_hashes() -> list[str]:
    """Keep the one hash of the tests' password: hashing is slow on purpose."""
    return []


def signing_in(app: Flask, newsroom: Newsroom, password_hashes: list[str]) -> SignIn:
    """Return a function that makes a person and signs them in by the form.

    It takes a role (None for none), a name, the desks (all when none are named), ``administrator`` and ``address``.
    """

    def come_in(
        role: Role | None = Role.EDITOR,
        name: str = "Salma Editor",
        desks: tuple[str, ...] = (),
        *,
        administrator: bool = False,
        address: str = "",
    ) -> tuple[FlaskClient, Actor]:
        address = address or f"{name.lower().replace(' ', '.')}@desk.example"
        with app.app_context():
            if not password_hashes:
                password_hashes.append(hash_password(PASSWORD))
        with newsroom.transaction() as session:
            made = accounts.add_person(session, newsroom, address, name, "en")
            made.administrator, made.password = administrator, password_hashes[0]
            for desk in desks or tuple(desk.slug for desk in newsroom.desks.every):
                if role is not None:
                    made.desk_roles.append(DeskRole(desk=desk, role=role.value))
            session.flush()
            actor = factories.actor(made)
        client = app.test_client()
        page = client.get("/account/login")
        answer = submit_form(client, page, "/account/login", {"email": address, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client, actor

    return come_in


@pytest.fixture
def sign_in(app: Flask, newsroom: Newsroom, password_hashes: list[str]) -> SignIn:
    """Return the function that makes a person and signs them in (see ``signing_in``)."""
    return signing_in(app, newsroom, password_hashes)


@pytest.fixture
def editor(sign_in: SignIn, request: pytest.FixtureRequest) -> tuple[FlaskClient, Actor]:
    """Return the browser of a signed-in person and who they are; the role is an indirect parameter."""
    return sign_in(getattr(request, "param", Role.EDITOR))
