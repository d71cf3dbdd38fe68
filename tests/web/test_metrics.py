"""/metrics: what it tells, whom it answers, and that nobody's data makes a series."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.spool import Envelope, Spool
from tests import factories
from tests.web.apps import quick_app
from tests.web.test_health import gone

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def series(text: str) -> Series:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(client: FlaskClient) -> Series:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return series(answer.text)


def of(found: Series, name: str, **labels: str) -> float | None:
    return found.get((name, tuple(sorted(labels.items()))))


def test_the_figures_follow_pieces_promises_letters_and_mail(client: FlaskClient, newsroom: Newsroom) -> None:
    before = read(client)
    assert (of(before, "intake_pieces", desk="opinion", state="received"), of(before, "intake_database_up")) == (0, 1)
    with newsroom.transaction() as session:
        piece, late, soon = (factories.received(session, newsroom) for _ in range(3))
        late.reply_by, soon.reply_by = newsroom.now(), newsroom.now()
        session.flush()
        piece.reply_by = None
        piece.no_promise = "asked"
    spool = Spool(newsroom.settings.root / "spool", 1000)
    spool.accept(b"x", Envelope("", "oped@harbourpost.example", "pipe", "", "", newsroom.now()))
    with newsroom.transaction() as session:
        session.merge(soon).reply_by = newsroom.now().replace(hour=20)
        session.execute(update(Letter).where(Letter.submission_id == late.id).values(status="failed"))
    factories.pass_time(newsroom, seconds=90)
    found = read(client)
    assert of(found, "intake_pieces", desk="opinion", state="received") == 3
    assert of(found, "intake_promises_overdue", desk="opinion") == 1
    assert of(found, "intake_promises_at_risk", desk="opinion") == 1
    assert (of(found, "intake_spool_waiting"), of(found, "intake_schema_current")) == (1, 1)
    queued, failed = of(found, "intake_letters", status="queued"), of(found, "intake_letters", status="failed")
    assert (queued, failed) == (3, 1)  # the author’s first letter, and a receipt for each piece
    assert of(found, "intake_letter_oldest_seconds") == 90


def test_requests_are_counted_by_route_never_by_path(app: Flask) -> None:
    client = app.test_client()
    labels = {"route": "/a/<token>", "method": "GET", "status": "404"}
    before = of(read(client), "intake_requests_total", **labels) or 0
    for number in range(3):
        client.get(f"/a/{number}{'s' * 31}")
        client.get(f"/no/such/{number}")
    client.open("/write/", method="BREW")
    found = read(client)
    assert of(found, "intake_requests_total", **labels) == before + 3
    assert (of(found, "intake_request_seconds_count", route="/a/<token>", method="GET") or 0) >= 3
    assert [key for key in found if "ssss" in str(key) or "such" in str(key) or "BREW" in str(key)] == []


def test_a_database_that_is_away_is_told_and_the_rest_still_answers(newsroom: Newsroom) -> None:
    found = read(gone(newsroom))
    assert (of(found, "intake_database_up"), of(found, "intake_spool_waiting")) == (0, 0)
    assert [name for name, _ in found if name == "intake_pieces"] == []


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_without_a_token_only_this_machine_itself_is_answered(
    newsroom: Newsroom, proxies: int, address: str, headers: dict[str, str], status: int
) -> None:
    settings = replace(newsroom.settings, web=replace(newsroom.settings.web, trusted_proxies=proxies))
    client = quick_app(replace(newsroom, settings=settings)).test_client()
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_with_a_token_only_who_sends_it_is_answered(newsroom: Newsroom) -> None:
    settings = replace(newsroom.settings, metrics=replace(newsroom.settings.metrics, token="long-enough"))
    client = quick_app(replace(newsroom, settings=settings)).test_client()

    def status(said: str) -> int:
        return client.get("/metrics", headers={"Authorization": said} if said else {}).status_code

    assert [status(said) for said in ("", "Bearer", "Bearer wrong", "long-enough", "Bearer long-enough")] == [
        404,
        404,
        404,
        404,
        200,
    ]


def test_openmetrics_is_spoken_to_who_asks_for_it(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert (answer.mimetype, answer.text.endswith("# EOF\n")) == ("application/openmetrics-text", True)
