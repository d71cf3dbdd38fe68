"""What stood beside the text of an uploaded document, on its way through the form: signed, since nothing is stored yet.

The signature keeps its shape and size what the reader gave; the author could leave it out, and no act depends on it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask
from itsdangerous import BadData, URLSafeSerializer

from intake.manuscripts import cautions
from intake.manuscripts.beside import LONGEST_NAME, bounded
from intake.newsroom import Newsroom
from intake.web.language import day
from intake.web.sentences import constant_of


def init(app: Flask) -> None:
    """Add the filter ``written_day``: a date in a document's properties as a day, else as it stands there."""
    app.jinja_env.filters["written_day"] = written_day


def seal(newsroom: Newsroom, found: Mapping[str, Any], filename: str) -> str:
    """Return what stood beside a document's text and the document's name, bounded and signed."""
    name = filename.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME]
    return str(_signer(newsroom).dumps(bounded(found) | {"file": name}))


def opened(newsroom: Newsroom, sealed: str | None) -> dict[str, Any] | None:
    """Return what was sealed; nothing where no document was read, or the signature is not ours."""
    try:
        return dict(_signer(newsroom).loads(sealed or ""))
    except BadData:
        return None


def of_the_text(found: Mapping[str, Any] | None) -> list[str]:
    """Return the warnings that concern the text, so that its author should look at it again."""
    warnings = (found or {}).get("warnings", [])
    return [each for each in warnings if (constant_of(each) or ("",))[0] not in cautions.OF_NO_TEXT]


def written_day(value: str) -> str:
    """Return the day of an ISO 8601 moment in the page's language; anything else as it stands."""
    try:
        return day(date.fromisoformat(value[:10]))
    except ValueError:
        return value


def _signer(newsroom: Newsroom) -> URLSafeSerializer:
    return URLSafeSerializer(newsroom.key("form-documents").hex(), salt="beside")
