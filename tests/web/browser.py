"""What a person does in a browser, for Flask's test client: open a page, fill its form, send it with its token."""

import re
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Forms(HTMLParser):
    """Collects every form of a page with the values it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = self._text = ""
        self._open = False

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            self.forms.append((attributes.get("action", ""), {}))
            self._open = True
        elif self._open:
            self._control(tag, attributes)

    def _control(self, tag: str, attributes: dict[str, str]) -> None:
        values, name = self.forms[-1][1], attributes.get("name", "")
        if tag == "input" and name:
            ticked = attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes
            if ticked:
                values[name] = attributes.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in values or "selected" in attributes):
            values[self._select] = attributes.get("value", "")
        elif tag == "textarea":
            self._text = name
            values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag in ("select", "textarea"):
            self._select = self._text = ""


def token(page: TestResponse) -> str:
    """Return the CSRF token of a page's first form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, "the page has no form"
    return unescape(found[1])


def submit_form(client: FlaskClient, path: str, to: str = "", /, **typed: object) -> TestResponse:
    """Open a page, fill in the form that posts to ``to`` (or the first one) and send it.

    What was not typed is sent as the page filled it in; None leaves a field out.
    """
    page = client.get(path)
    assert page.status_code == 200, f"{path} answered {page.status_code}"
    parser = _Forms()
    parser.feed(page.text)
    action, values = next((a, v) for a, v in parser.forms if (not to or a == to) and "csrf_token" in v)
    sent = {key: value for key, value in {**values, **typed}.items() if value is not None}
    return client.post(action or path, data=sent)
