"""What the desk's tests share: a site whose sandbox is put away afterwards."""

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def _sandbox_put_away(app: Flask) -> Iterator[None]:
    """End the sandbox that a page may have started."""
    yield
    if "reader" in app.extensions:
        app.extensions["reader"].close()
