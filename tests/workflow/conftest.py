"""What tests of use-cases start from: an open transaction and people with roles."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from tests import factories


@pytest.fixture
def session(newsroom: Newsroom) -> Iterator[Session]:
    with newsroom.transaction() as session:
        yield session


@pytest.fixture
def reader(session: Session, newsroom: Newsroom) -> Actor:
    return factories.person(session, newsroom, Role.READER)


@pytest.fixture
def editor(session: Session, newsroom: Newsroom) -> Actor:
    return factories.person(session, newsroom, Role.EDITOR)


@pytest.fixture
def publisher(session: Session, newsroom: Newsroom) -> Actor:
    return factories.person(session, newsroom, Role.PUBLISHER)


@pytest.fixture
def chief(session: Session, newsroom: Newsroom) -> Actor:
    return factories.person(session, newsroom, Role.CHIEF)
