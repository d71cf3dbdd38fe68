"""The pages of an author in a test client, on a newsroom whose clock stands still."""

from collections.abc import Iterator

import pytest

from intake.newsroom import Newsroom
from tests.web.apps import quick_app
from tests.web.author.visitor import Visitor


@pytest.fixture
def visitor(newsroom: Newsroom) -> Iterator[Visitor]:
    """Return a visitor with a fresh browser."""
    app = quick_app(newsroom)
    yield Visitor(newsroom, app.test_client())
    if "reader" in app.extensions:
        app.extensions["reader"].close()
