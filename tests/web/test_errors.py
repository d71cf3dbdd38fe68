"""What a refused act says, in the language of the page."""

import pytest
from flask import Flask, abort
from werkzeug.exceptions import TooManyRequests

from intake.domain.disclaimer import NoDisclaimer
from intake.domain.errors import GateClosed, IllegalAction, IntakeError, Missing, NotAllowed, StaleVersion
from intake.newsroom import Newsroom
from intake.web.transaction import newsroom as current_newsroom
from intake.web.transaction import session
from intake.workflow import review
from tests import factories

REFUSALS: dict[str, tuple[IntakeError, int, str, str]] = {
    "stale": (StaleVersion(3, 4), 409, "you saw version 3, it is now 4", "رأيت النسخة 3 وهو الآن في النسخة 4"),
    "gate": (GateClosed(("approval", "disclosure")), 409, "this very text approved, the disclosure printed",
             "الموافقة على هذا النص بعينه، طباعة الإفصاح"),
    "missing": (Missing("Write something first."), 422, "Write something first.", "اكتب شيئًا أولًا."),
    "own": (NotAllowed("Only the one who decided can undo it."), 403, "Only the one who", "لا يتراجع عن القرار إلا من"),
    "disclaimer": (
        NoDisclaimer("No disclaimer for %(genre)s in %(language)s on the desk %(desk)s. "
                     "Add a policy for the desk or for %(publication)s.",
                     genre="opinion", language="ar", desk="rai", publication="P"),
        422, "on the desk rai", "في القسم rai"),
    "untranslated": (IllegalAction("100% new"), 409, "100% new", "100% new"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_speaks_the_pages_language(app: Flask, kind: str) -> None:
    error, status, english, arabic = REFUSALS[kind]

    @app.get("/refuse")
    def refuse() -> str:
        raise error

    for language, words in (("en", english), ("ar", arabic)):
        answer = app.test_client().get("/refuse", headers={"Accept-Language": language})
        assert (answer.status_code, words in answer.text) == (status, True)


def test_a_refused_act_of_the_desk_answers_in_arabic_and_leaves_nothing(app: Flask, newsroom: Newsroom) -> None:
    with newsroom.transaction() as opened:
        editor = factories.person(opened, newsroom)
        piece = factories.received(opened, newsroom)
        number = piece.id

    @app.get("/accept")
    def accept() -> str:
        found = session().get_one(type(piece), number)
        review.undo(session(), current_newsroom(), found, editor, found.version)
        return "done"

    answer = app.test_client().get("/accept", headers={"Accept-Language": "ar"})
    assert (answer.status_code, "فات أوان التراجع" in answer.text) == (409, True)


def test_a_wait_says_how_long_and_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    @app.get("/wait")
    def wait() -> str:
        raise TooManyRequests(retry_after=7)

    @app.get("/inside")
    def inside() -> str:
        abort(401)

    client = app.test_client()
    assert (client.get("/wait").status_code, client.get("/wait").headers["Retry-After"]) == (429, "7")
    assert client.get("/inside?page=2").location == "/account/login?next=/inside?page%3D2"
    assert client.post("/wait").headers["Allow"]
