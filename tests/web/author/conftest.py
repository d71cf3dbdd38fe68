"""The pages of an author in a test client, on a newsroom whose clock stands still."""

import pytest

from intake.newsroom import Newsroom
from tests.web.apps import quick_app
from tests.web.author.visitor import Visitor


@pytest.fixture
def visitor(newsroom: Newsroom) -> Visitor:
    """Return a visitor with a fresh browser."""
    return Visitor(newsroom, quick_app(newsroom).test_client())
