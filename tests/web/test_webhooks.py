"""Mail by HTTP: stored before it is answered, refused without proof, and tried again exactly when that can help."""

import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.domain.errors import SettingsError
from intake.filing import Filing
from intake.ingress.webhooks import PROVIDERS
from intake.newsroom import Newsroom
from intake.settings import WebhookSettings
from intake.storage.database import Database
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope, Spool
from tests.factories import StillClock
from tests.ingress.conftest import read_only as read_only  # the fixture
from tests.one_reader import READER
from tests.web import posting
from tests.web.apps import quick_app
from tests.web.posting import HUDA, MAIL, MAKERS, OPED, SECRETS, Post

LIMIT = 200_000
EVERY = pytest.mark.parametrize("name", sorted(MAKERS))


def with_secrets(newsroom: Newsroom, secrets: Mapping[str, str], limit: int = LIMIT) -> Newsroom:
    settings = newsroom.settings
    mail, webhooks = replace(settings.mail, max_bytes=limit), WebhookSettings(**secrets)
    return replace(newsroom, settings=replace(settings, mail=mail, webhooks=webhooks))


@pytest.fixture
def app(newsroom: Newsroom) -> Flask:
    return quick_app(with_secrets(newsroom, SECRETS))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def spool(newsroom: Newsroom) -> Spool:
    return Spool(newsroom.settings.root / "spool", LIMIT)


def post(client: FlaskClient, made: Post) -> int:
    answer = client.post(made.path, **made.sent)
    assert "Set-Cookie" not in answer.headers
    return answer.status_code


def stored(spool: Spool) -> list[tuple[str, str, str, bytes]]:
    read = [spool.read(key) for key in spool.waiting()]
    return sorted((entry.source, entry.mail_from, entry.recipient, raw) for entry, raw in read)


ONE = [("webhook", HUDA, OPED, MAIL)]


def test_every_provider_is_tried_here_and_has_its_key_and_its_address(app: Flask) -> None:
    assert sorted(MAKERS) == sorted(provider.name for provider in PROVIDERS)
    routes = {rule.rule: rule.methods for rule in app.url_map.iter_rules() if rule.endpoint.startswith("webhooks.")}
    assert routes == {f"/in/{provider.path}": {"POST", "OPTIONS"} for provider in PROVIDERS}
    assert {MAKERS[provider.name](StillClock().at).path for provider in PROVIDERS} == set(routes)


@EVERY
def test_a_mail_is_stored_as_it_is_with_the_envelope_that_was_told(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str
) -> None:
    assert post(client, MAKERS[name](newsroom.now())) == 200
    assert stored(spool) == ONE
    assert spool.read(spool.waiting()[0])[0] == Envelope(HUDA, OPED, "webhook", "", "", newsroom.now())


@EVERY
def test_an_address_without_a_secret_is_not_there(newsroom: Newsroom, spool: Spool, name: str) -> None:
    client = quick_app(with_secrets(newsroom, SECRETS | {name: ""})).test_client()
    assert post(client, MAKERS[name](newsroom.now())) == 404
    assert post(client, MAKERS[name](newsroom.now(), "")) == 404
    assert stored(spool) == []


@EVERY
@pytest.mark.parametrize("wrong", ["", "another-secret-of-somebody", "é" * 20])
def test_a_wrong_secret_is_refused_so_that_it_is_tried_again(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str, wrong: str
) -> None:
    assert post(client, MAKERS[name](newsroom.now(), wrong)) == (503 if name == "sendgrid" else 401)
    assert stored(spool) == []


@EVERY
def test_while_a_secret_is_changed_both_are_valid_and_afterwards_one(
    newsroom: Newsroom, spool: Spool, name: str
) -> None:
    new = "the-new-secret-of-the-tests"
    client = quick_app(with_secrets(newsroom, {name: f"{new}\n{SECRETS[name]}"})).test_client()
    for secret in (SECRETS[name], new):
        assert post(client, MAKERS[name](newsroom.now(), secret)) == 200
    client = quick_app(with_secrets(newsroom, {name: new})).test_client()
    assert post(client, MAKERS[name](newsroom.now(), SECRETS[name])) in (401, 503)
    assert stored(spool) == ONE


def test_a_short_secret_is_refused_at_the_start(newsroom: Newsroom) -> None:
    with pytest.raises(SettingsError, match=r"webhooks\.generic: a secret is shorter than 16"):
        quick_app(with_secrets(newsroom, {"generic": f"{SECRETS['generic']} short"}))


@pytest.mark.parametrize(
    ("name", "late", "early"),
    [
        ("mailgun", timedelta(hours=9, seconds=1), timedelta(minutes=15, seconds=1)),
        ("generic", timedelta(minutes=15, seconds=1), timedelta(minutes=15, seconds=1)),
    ],
)
def test_a_signature_counts_for_its_time_only(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str, late: timedelta, early: timedelta
) -> None:
    now, second = newsroom.now(), timedelta(seconds=1)
    assert post(client, MAKERS[name](now - late)) == 401
    assert post(client, MAKERS[name](now + early)) == 401
    assert stored(spool) == []
    assert post(client, MAKERS[name](now - late + second)) == 200
    assert post(client, MAKERS[name](now + early - second)) == 200


def test_a_try_again_of_mailgun_repeats_its_signature_for_eight_hours(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    made, clock = posting.mailgun(newsroom.now()), newsroom.clock
    assert isinstance(clock, StillClock)
    assert post(client, made) == 200
    for key in spool.waiting():
        spool.remove(key)
    clock.move(hours=8)
    assert post(client, made) == 200
    assert stored(spool) == []  # it was stored before


@EVERY
def test_when_the_spool_refuses_the_same_request_is_taken_later(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str
) -> None:
    made, new = MAKERS[name](newsroom.now()), spool.folder / "new"
    new.rename(spool.folder / "away")
    new.write_bytes(b"no folder")
    assert [post(client, made) for _ in range(40)] == [503] * 40  # our trouble is no reason to make anybody wait
    new.unlink()
    (spool.folder / "away").rename(new)
    assert (post(client, made), stored(spool)) == (200, ONE)
    assert (post(client, made), stored(spool)) == (200, ONE)


@EVERY
def test_on_a_disk_without_space_it_is_tried_again(newsroom: Newsroom, name: str) -> None:
    room = with_secrets(newsroom, SECRETS, 1 << 60)
    assert post(quick_app(room).test_client(), MAKERS[name](newsroom.now())) == 503


def test_a_token_of_mailgun_brings_one_mail(client: FlaskClient, newsroom: Newsroom, spool: Spool) -> None:
    now = newsroom.now()
    assert post(client, posting.mailgun(now)) == 200
    for changed in (
        {"raw": MAIL + b"!"},
        {"sender": "eve@author.example"},
        {"recipient": "rai@harbourpost.example"},
    ):
        assert post(client, posting.mailgun(now, **changed)) == 406
    assert stored(spool) == ONE
    assert post(client, posting.mailgun(now, raw=MAIL + b"!", token="b" * 50)) == 200
    assert len(stored(spool)) == 2


def test_of_many_at_once_with_one_token_one_mail_is_stored(app: Flask, newsroom: Newsroom, spool: Spool) -> None:
    answers: list[int] = []

    def send(number: int) -> None:
        answers.append(post(app.test_client(), posting.mailgun(newsroom.now(), raw=MAIL + bytes([number]))))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(answers), len(stored(spool))) == ([200] + [406] * 7, 1)


def test_digits_cannot_be_moved_between_time_and_token(client: FlaskClient, newsroom: Newsroom, spool: Spool) -> None:
    fields = posting.mailgun_fields(newsroom.now(), SECRETS["mailgun"], MAIL, HUDA, OPED, "1" * 50)
    moved = fields | {"timestamp": fields["timestamp"] + b"1", "token": b"1" * 49}
    assert client.post("/in/mailgun/mime", **posting.form(moved)).status_code == 401
    assert stored(spool) == []


@pytest.mark.parametrize("changed", ["Intake-Timestamp", "Intake-Mail-From", "Intake-Recipient", "body"])
def test_whatever_is_changed_breaks_the_generic_signature(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, changed: str
) -> None:
    made = posting.generic(newsroom.now())
    if changed == "body":
        made.sent["data"] = MAIL.replace(b"wall", b"ball")
    else:
        made.sent["headers"][changed] = {"Intake-Timestamp": str(int(newsroom.now().timestamp()) + 1)}.get(
            changed, "x@y"
        )
    assert (post(client, made), stored(spool)) == (401, [])


def test_several_generic_signatures_may_stand_there_but_not_any_number(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    made = posting.generic(newsroom.now())
    right = made.sent["headers"]["Intake-Signature"]
    made.sent["headers"]["Intake-Signature"] = ", ".join(["0" * 64] * 5 + [right])
    assert post(client, made) == 401
    made.sent["headers"]["Intake-Signature"] = f"{'0' * 64}, {right.upper()}"
    assert (post(client, made), stored(spool)) == (200, ONE)


def test_what_was_signed_and_filed_is_not_filed_again_when_it_is_replayed(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    for _ in range(2):
        assert post(client, posting.generic(newsroom.now())) == 200
        Filing(newsroom, spool, READER, threading.Event()).round()
    with newsroom.reading() as session:
        assert session.query(InboundMessage).count() == 1
    assert stored(spool) == []


@EVERY
def test_mail_for_nobody_here_is_refused_for_good_and_nothing_is_kept(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str
) -> None:
    made = MAKERS[name](newsroom.now(), recipient="nobody@harbourpost.example")
    assert post(client, made) == (406 if name == "mailgun" else 422)
    assert stored(spool) == []
    assert not list((newsroom.settings.root / "spool" / "tmp").iterdir())


def test_several_recipients_have_an_entry_each_and_strangers_none(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    to = f"<{OPED}>, nobody@else.example, rai+tag@harbourpost.example, {OPED}"
    assert post(client, posting.mailgun(newsroom.now(), recipient=to)) == 200
    assert [entry[2] for entry in stored(spool)] == [OPED, "rai+tag@harbourpost.example"]


@EVERY
@pytest.mark.parametrize("sender", ["", "<>"])
def test_a_bounce_has_no_sender(client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str, sender: str) -> None:
    assert post(client, MAKERS[name](newsroom.now(), sender=sender)) == 200
    assert stored(spool) == [("webhook", "", OPED, MAIL)]


@pytest.mark.parametrize("name", ["mailgun", "sendgrid"])
def test_control_characters_in_an_address_are_refused_for_good(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str
) -> None:
    made = MAKERS[name](newsroom.now(), sender="huda@author.example\r\nBcc: x")
    assert (post(client, made), stored(spool)) == (406 if name == "mailgun" else 422, [])


@EVERY
def test_the_limit_is_exact(client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str) -> None:
    assert post(client, MAKERS[name](newsroom.now(), raw=b"x" * LIMIT)) == 200
    refused = 406 if name == "mailgun" else 413
    for size in (LIMIT + 1, LIMIT + 1_500_000, 2 * LIMIT + 5_000_000):
        assert post(client, MAKERS[name](newsroom.now(), raw=b"x" * size)) == refused
    assert [len(raw) for *_, raw in stored(spool)] == [LIMIT]


@EVERY
@pytest.mark.parametrize("changed", [{"content_type": "application/json"}, {"content_encoding": "gzip"}])
def test_another_kind_of_body_is_refused(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, name: str, changed: dict[str, str]
) -> None:
    made = MAKERS[name](newsroom.now())
    if "content_type" in changed:
        made.sent.update(changed)
    else:
        made.sent["headers"] = made.sent.get("headers", {}) | {"Content-Encoding": "gzip"}
    assert (post(client, made), stored(spool)) == (503 if name == "sendgrid" else 415, [])


def test_a_form_written_with_percent_signs_brings_the_same_bytes(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    fields = posting.mailgun_fields(newsroom.now(), SECRETS["mailgun"], MAIL, HUDA, OPED)
    assert client.post("/in/mailgun/mime", **posting.urlencoded(fields)).status_code == 200
    assert stored(spool) == ONE


@pytest.mark.parametrize("missing", ["body-mime", "recipient"])
def test_a_route_that_is_set_up_wrongly_is_told_and_tried_again(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, missing: str
) -> None:
    fields = posting.mailgun_fields(newsroom.now(), SECRETS["mailgun"], MAIL, HUDA, OPED)
    del fields[missing]
    assert client.post("/in/mailgun/mime", **posting.form(fields)).status_code == 400
    assert stored(spool) == []


@pytest.mark.parametrize(
    "envelope", [b"", b"[]", b"{}", b'{"to": "x"}', b'{"to": [1]}', b'{"to": [], "from": 1}', b"\xff"]
)
def test_an_envelope_that_cannot_be_read_is_tried_again(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, envelope: bytes
) -> None:
    made = posting.sendgrid(newsroom.now())
    made.sent.update(posting.form({"email": MAIL, "envelope": envelope}))
    assert (post(client, made), stored(spool)) == (503, [])


def test_half_a_form_is_refused(client: FlaskClient, newsroom: Newsroom, spool: Spool) -> None:
    made = posting.mailgun(newsroom.now())
    made.sent["data"] = made.sent["data"][:-40]
    assert (post(client, made), stored(spool)) == (400, [])


def test_it_takes_mail_while_the_database_is_away(newsroom: Newsroom, spool: Spool) -> None:
    away = Database("postgresql+psycopg://nobody:hidden@127.0.0.1:1/away")
    client = quick_app(replace(with_secrets(newsroom, SECRETS), database=away)).test_client()
    assert (post(client, posting.mailgun(newsroom.now())), stored(spool)) == (200, ONE)


def test_a_read_only_spool_is_our_trouble(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, read_only: Callable[[Path], None]
) -> None:
    read_only(spool.folder)
    assert post(client, posting.generic(newsroom.now())) == 503


@pytest.mark.parametrize("name", ["mailgun", "sendgrid"])
def test_a_provider_that_is_cut_off_or_made_to_wait_is_answered_so_that_it_tries_again(
    client: FlaskClient, newsroom: Newsroom, name: str
) -> None:
    made, again = MAKERS[name](newsroom.now()), {"mailgun": (400, 429), "sendgrid": (503, 503)}[name]
    body = made.sent.pop("data")
    said = {"CONTENT_LENGTH": str(len(body) + 1)}
    for number in range(22):
        answer = client.post(made.path, **made.sent, input_stream=io.BytesIO(body), environ_overrides=said)
        assert (answer.status_code, "Retry-After" in answer.headers) == (again[number >= 20], number >= 20)


def test_refusals_make_a_client_wait_for_moments_only_and_a_stored_mail_ends_it(
    client: FlaskClient, newsroom: Newsroom, spool: Spool
) -> None:
    clock, forged = newsroom.clock, posting.generic(newsroom.now(), "another-secret-of-somebody")
    assert isinstance(clock, StillClock)
    assert [post(client, forged) for _ in range(22)] == [401] * 20 + [429] * 2
    answer = client.post(forged.path, **forged.sent)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    other = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert client.post(forged.path, **forged.sent, **other).status_code == 401
    clock.move(seconds=31)
    assert post(client, posting.generic(newsroom.now())) == 200
    assert post(client, forged) == 401
    assert stored(spool) == ONE


@pytest.mark.parametrize(("more", "status", "read"), [(1, 400, len(MAIL)), (10**12, 413, 0)])
def test_a_body_shorter_than_it_was_said_to_be_is_refused_and_a_huge_one_is_not_read(
    client: FlaskClient, newsroom: Newsroom, spool: Spool, more: int, status: int, read: int
) -> None:
    made, body = posting.generic(newsroom.now()), io.BytesIO(MAIL)
    said = {"CONTENT_LENGTH": str(len(MAIL) + more)}
    answer = client.post(made.path, **made.sent | {"data": None}, input_stream=body, environ_overrides=said)
    assert (answer.status_code, body.tell(), stored(spool)) == (status, read, [])
