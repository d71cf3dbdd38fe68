"""``intake spool``: what waits or was given up on is listed, shown, read again and let go."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from intake.cli import commands
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope, Spool
from tests import factories
from tests.web.desk.mailbag import held, mail

pytestmark = pytest.mark.sqlite


@pytest.fixture
def room(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Return a newsroom that commands find by the environment."""
    monkeypatch.setenv("INTAKE_FOLDER", newsroom.settings.folder)
    return newsroom


def call(*words: str) -> Result:
    return CliRunner().invoke(commands, ["spool", *words])


def told(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in call(*words, "--json").stdout.splitlines()]


def given_up(room: Newsroom, raw: bytes) -> str:
    with room.transaction() as session:
        return held(session, room, raw, unreadable="reading took too long").spool_key


def waiting(room: Newsroom, raw: bytes) -> str:
    spool = Spool(room.settings.root / "spool", 1_000_000)
    return spool.accept(raw, Envelope("nur@author.example", "oped@harbourpost.example", "lmtp", "", "", room.now()))


def test_the_list_tells_what_waits_and_what_was_given_up_on(room: Newsroom) -> None:
    assert call("list").stdout == "Nothing waits, and nothing was given up on.\n"
    first, second = waiting(room, mail("One")), given_up(room, mail("Two"))
    lines = told("list")
    assert [(line["key"], line["state"], line["why"]) for line in lines] == [
        (first, "waiting", ""),
        (second, "quarantine", "reading took too long"),
    ]
    assert first[:12] in call("list").stdout


def test_show_prints_the_header_harmlessly_and_raw_the_exact_bytes(room: Newsroom) -> None:
    raw = mail("One") + b"\xff\x1b[2J"
    key = waiting(room, b"X-Odd: \x1b[2J\n" + raw)
    shown = call("show", key[:8]).stdout
    assert "mail_from: nur@author.example" in shown
    assert "X-Odd: \\x1b[2J" in shown
    assert call("show", key[:8], "--raw").stdout_bytes == b"X-Odd: \x1b[2J\n" + raw


@pytest.mark.parametrize("start", ["", "abc", "0" * 64])
def test_a_key_must_name_one_mail(room: Newsroom, start: str) -> None:
    waiting(room, mail("One"))
    done = call("show", start)
    assert done.exit_code == 1
    assert "mails have such a key" in str(done.exception)


def test_a_mail_that_can_be_read_now_takes_its_place(room: Newsroom) -> None:
    key = given_up(room, mail("Op-Ed: The wall", factories.text().body_text))
    done = call("retry", key[:12])
    assert (done.exit_code, done.stdout) == (0, f"{key[:12]}  filed\n")
    with room.reading() as session:
        message = session.scalars(select(InboundMessage)).one()
        assert (message.subject, message.why, message.submission_id) == ("Op-Ed: The wall", "submit", 1)
        audited = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert audited[-2:] == ["submit", "read_again"]
    assert told("list") == []


@pytest.mark.parametrize(
    ("recipient", "source", "why"),
    [
        ("oped@harbourpost.example", "mbox", "imported"),
        ("postmaster@harbourpost.example", "smtp", "postmaster"),
    ],
)
def test_what_would_have_been_set_aside_is_set_aside_when_read_again(
    room: Newsroom, recipient: str, source: str, why: str
) -> None:
    given_up(room, mail("Op-Ed: The wall", factories.text().body_text))
    with room.transaction() as session:
        message = session.scalars(select(InboundMessage)).one()
        message.recipient, message.source = recipient, source
    assert [line["state"] for line in told("retry", "--all")] == ["held"]
    with room.reading() as session:
        found = session.scalars(select(InboundMessage)).one()
        assert (found.disposition, found.why, found.submission_id) == ("held", why, None)


def test_a_mail_that_still_cannot_be_read_stays(room: Newsroom) -> None:
    hostile = mail("Deep") + b"--x\n\n" * 600 + b"Content-Type: message/rfc822\n\n" * 100
    key = given_up(room, hostile)
    [line] = told("retry", "--all")
    assert (line["key"], line["state"]) == (key, "quarantine")
    assert "nested messages" in str(line["error"])
    assert call("retry", "--all").exit_code == 1


def test_a_mail_that_was_filed_meanwhile_is_dropped(room: Newsroom) -> None:
    raw = mail("Op-Ed: The wall", factories.text().body_text)
    given_up(room, b"Received: from elsewhere\n" + raw)
    with room.transaction() as session:
        twin = held(session, room, raw)
        assert twin.disposition == "filed"
    assert [line["state"] for line in told("retry", "--all")] == ["dropped"]
    with room.reading() as session:
        assert session.scalars(select(InboundMessage.disposition).order_by(InboundMessage.id)).all() == [
            "dropped",
            "filed",
        ]


def test_release_takes_a_mail_out_of_the_tray_and_keeps_its_bytes(room: Newsroom) -> None:
    key = given_up(room, mail("Two"))
    assert call("release", key[:12]).exit_code == 0
    with room.reading() as session:
        message = session.scalars(select(InboundMessage)).one()
        assert (message.disposition, room.blobs.get(message.raw)) == ("spiked", mail("Two"))
        assert session.scalars(select(AuditEntry.action)).all()[-1] == "release_mail"


def test_a_damaged_file_is_not_read_again_and_can_be_released(room: Newsroom) -> None:
    key = given_up(room, mail("Two"))
    with room.transaction() as session:
        session.scalars(select(InboundMessage)).one().spool_key = damaged = waiting(room, mail("Three"))
    spool = Spool(room.settings.root / "spool", 1_000_000)
    spool.quarantine(damaged, "changed on disk")
    assert [line["state"] for line in told("list")] == ["damaged"]
    assert call("retry", damaged).exit_code == 1
    assert call("release", damaged).exit_code == 0
    assert (spool.quarantined(), told("list"), key != damaged) == ([], [], True)


def test_what_waits_is_not_released(room: Newsroom) -> None:
    key = waiting(room, mail("One"))
    done = call("release", key)
    assert (done.exit_code, "still waits" in done.stderr) == (1, True)
    assert call("retry").exit_code == 2
