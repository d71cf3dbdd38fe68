"""A browser in small: reads the forms of a page and sends one of them as a person would, hidden fields and all."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


def tree(page: str) -> Any:
    """Return a page's elements (lxml's stubs know too little of HTML to type them)."""
    return html.document_fromstring(page)


def form_on(page: TestResponse, action: str) -> html.FormElement:
    """Return the page's form that is sent to a path (or whose action ends with it)."""
    for form in tree(page.text).forms:
        if urlsplit(form.get("action") or page.request.full_path.rstrip("?")).path.endswith(action):
            return form
    raise AssertionError(f"{page.request.path} has no form that is sent to {action}")


def submit_form(
    client: FlaskClient, page: TestResponse, action: str, fields: Mapping[str, str] | None = None
) -> TestResponse:
    """Send a form of an open page, with some of its fields filled in, and return the answer, redirects not followed."""
    form = form_on(page, action)
    return client.post(form.get("action") or page.request.full_path, data=dict(form.form_values()) | dict(fields or {}))


def token(client: FlaskClient, path: str = "/desk/") -> str:
    """Return a CSRF token of the client's session, read from a page's form."""
    found = tree(client.get(path).text).find(".//input[@name='csrf_token']")
    assert found is not None
    return str(found.get("value"))
