"""The addresses for machines: what they say, when they fail, and what they never carry."""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from intake.newsroom import Newsroom
from intake.storage import heartbeat, schema
from intake.storage.database import Database
from intake.storage.spool import Spool
from tests.closed_mail import closed_mail
from tests.web.apps import quick_app

GOOD = {"database": "ok", "schema": "ok", "folders": "ok", "space": "ok", "spool": "ok"}
SILENT = {"worker": "silent", "listener": "silent"}


@pytest.fixture
def spool(newsroom: Newsroom) -> Spool:
    newsroom.settings.root.joinpath("blobs").mkdir(exist_ok=True)
    return Spool(newsroom.settings.root / "spool", newsroom.settings.mail.max_bytes)


def gone(newsroom: Newsroom) -> FlaskClient:
    """Return a browser of a desk whose database is away."""
    away = Database("postgresql+psycopg://nobody:hidden@127.0.0.1:1/away")
    return quick_app(replace(newsroom, database=away)).test_client()


def test_a_desk_in_order_is_alive_and_ready(client: FlaskClient, newsroom: Newsroom, spool: Spool) -> None:
    heartbeat.beat(newsroom.settings.root, "worker")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (200, {"ready": True, **GOOD, **SILENT, "worker": "alive"})
    assert (client.get("/health").status_code, client.get("/health").text) == (200, "ok\n")
    assert spool.waiting() == []


def test_a_desk_whose_listener_never_ran_is_ready(client: FlaskClient) -> None:
    assert client.get("/ready").status_code == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, None),
        ("", None),
        (
            '[[mailbox]]\nhost = "h"\nusername = "u"\naddress = "oped@harbourpost.example"\npassword_file = "/p"',
            "silent",
        ),
        ("[[mailbox]]\nhost = 1", "silent"),
    ],
)
def test_a_fetcher_is_expected_only_where_there_are_mailboxes(
    client: FlaskClient,
    newsroom: Newsroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str | None,
    told: str | None,
) -> None:
    monkeypatch.setenv("INTAKE_CONFIG", str(tmp_path))
    if said is not None:
        (tmp_path / "mailboxes.toml").write_text(said)
    answer = client.get("/ready")
    assert (answer.status_code, (answer.json or {}).get("fetcher")) == (200, told)
    heartbeat.beat(newsroom.settings.root, "fetcher")
    assert (client.get("/ready").json or {}).get("fetcher") == (told and "alive")


def test_a_file_of_mailboxes_that_cannot_be_read_breaks_nothing(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_CONFIG", str(tmp_path))
    (tmp_path / "mailboxes.toml").mkdir()
    assert (client.get("/ready").json or {}).get("fetcher") == "silent"


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_they_are_not_kept_set_no_cookie_and_take_no_post(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Cookie": "desk=stale"})
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("no-store", False)
    assert client.post(path).status_code in (400, 405)


def test_health_asks_no_database_and_ready_says_that_it_is_away(newsroom: Newsroom, spool: Spool) -> None:
    client = gone(newsroom)
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (
        503,
        {"ready": False, **GOOD, **SILENT, "database": "fails", "schema": "fails"},
    )
    assert "hidden" not in answer.text
    assert spool.waiting() == []


def test_an_old_schema_is_not_ready(client: FlaskClient, newsroom: Newsroom, spool: Spool) -> None:
    with newsroom.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert schema.newest() != "0001"
    assert client.get("/ready").json == {"ready": False, **GOOD, **SILENT, "schema": "fails"}
    assert spool.waiting() == []


@pytest.mark.parametrize("folder", ["spool/new", "spool/tmp", "spool/quarantine", "blobs"])
def test_a_missing_folder_is_not_ready(client: FlaskClient, newsroom: Newsroom, spool: Spool, folder: str) -> None:
    shutil.rmtree(newsroom.settings.root / folder)
    answer = client.get("/ready")
    assert (answer.status_code, (answer.json or {})["folders"]) == (503, "fails")
    assert str(spool.folder) not in answer.text


def test_a_disk_too_full_for_one_mail_is_not_ready(newsroom: Newsroom, spool: Spool) -> None:
    huge = replace(newsroom.settings.mail, max_bytes=1 << 60)
    client = quick_app(replace(newsroom, settings=replace(newsroom.settings, mail=huge))).test_client()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (503, {"ready": False, **GOOD, **SILENT, "space": "fails"})
    assert spool.waiting() == []


def test_mail_that_the_worker_may_not_read_is_told_and_nothing_of_it(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    key = closed_mail(spool, newsroom.now())
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (200, {"ready": True, **GOOD, **SILENT, "spool": "unreadable"})
    assert key not in answer.text


def test_a_worker_that_gave_no_sign_for_long_is_told_silent(app: Flask, newsroom: Newsroom, spool: Spool) -> None:
    root = newsroom.settings.root
    assert heartbeat.age(root, "worker") is None
    heartbeat.beat(root, "worker")
    long_ago = time.time() - 1000
    os.utime(root / "beats" / "worker", (long_ago, long_ago))
    assert 990 < (heartbeat.age(root, "worker") or 0) < 1100
    assert (app.test_client().get("/ready").json or {})["worker"] == "silent"
    assert spool.waiting() == []


def test_every_answer_has_a_number_of_its_own_and_the_error_page_shows_it(app: Flask) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise ValueError("no")

    app.testing = False
    client = app.test_client()
    answer = client.get("/broken", headers={"X-Request-ID": "mine"})
    number = answer.headers["X-Request-ID"]
    assert (answer.status_code, len(number), number in answer.text) == (500, 12, True)
    assert client.get("/health").headers["X-Request-ID"] != number
    lost = client.get("/a/" + "A" * 32)
    assert (lost.status_code, lost.headers["X-Request-ID"] in lost.text) == (404, False)
