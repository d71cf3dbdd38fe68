"""Whole ways by form and by mail, good and bad, with the log captured: nothing personal and no secret is in it."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.postoffice import PostOffice, Relay
from intake.sandbox import Reader
from intake.storage.spool import Envelope, Spool
from intake.worker import Worker
from tests.logs import Written, logbook_open
from tests.played_relay import PlayedRelay
from tests.web.apps import quick_app
from tests.web.author.visitor import Visitor
from tests.web.browser import submit_form
from tests.web.conftest import PASSWORD, add_person, browser_of
from tests.workflow.arrivals import OPED, written

NAME, ADDRESS, PHONE, HEADLINE = "Zenobia Quill", "zenobia@canary.example", "+218 91 765 4321", "Pelicans over Palmyra"
EDITOR, SEARCH, ELSEWHERE = "editor@desk.example", "needle-in-hay", "203.0.113.77"
CANARIES = (
    NAME, "Zenobia", "zenobia", "canary.example", "765 4321", "7654321", HEADLINE, "Pelicans", EDITOR, SEARCH,
    ELSEWHERE, PASSWORD,
)  # fmt: skip


def found(text: str, canaries: tuple[str, ...]) -> list[str]:
    return [canary for canary in canaries if canary in text]


def by_form(newsroom: Newsroom) -> tuple[str, str]:
    """Send a piece, look at it, break its page; an editor fails to sign in, then reads it. Returns the two secrets."""
    app = quick_app(newsroom)
    visitor = Visitor(newsroom, app.test_client())

    @app.get("/a/<token>/broken")
    def broken(token: str) -> str:
        raise ValueError(f"{NAME} <{ADDRESS}> at {token} wrote “{HEADLINE}”")

    sent = visitor.send(
        visitor.write("opinion", "check", name=NAME, email=ADDRESS, phone=PHONE, headline=HEADLINE), "submit"
    )
    assert sent.status_code == 303
    [piece] = visitor.pieces()
    with newsroom.reading() as session:
        path = visitor.path_of(session.merge(piece))
    visitor.open(f"{path}?note={SEARCH}")
    visitor.open(f"{path}/broken", 500)
    visitor.open(f"/a/{'Q' * 43}", 404)
    editor = add_person(app, Role.CHIEF, name="Edit Or")
    assert submit_form(app.test_client(), "/account/login", email=EDITOR, password=PASSWORD).status_code != 302
    desk = browser_of(app, editor)
    assert desk.get(f"/desk/{piece.ref}", query_string={"q": SEARCH}).status_code == 200
    assert desk.post(f"/desk/{piece.ref}/claim", data={"seen": HEADLINE}).status_code == 400
    return path.rpartition("/")[2], editor.address


def by_mail(newsroom: Newsroom, reader: Reader) -> None:
    """File a mail, a damaged spool file and one that a broken disk keeps out; a relay refuses every letter by name."""
    root = newsroom.settings.root
    relay = PlayedRelay(at_recipient=f"550 5.1.1 <{ADDRESS}> is unknown, dear {NAME}")
    with relay.listening():
        post = PostOffice(Relay("127.0.0.1", relay.port, "none", "", "", 5.0, None), root / "letters")
        worker = Worker(newsroom, Spool(root / "spool", 1_000_000), reader, post)
        for number in range(3):
            raw = written(f"Op-Ed: {HEADLINE}", sender=f"{NAME} <{ADDRESS}>", message_id=f"<{number}@canary.example>")
            worker.spool.accept(raw, Envelope(ADDRESS, OPED, "lmtp", ELSEWHERE, "canary.example", newsroom.now()))
            if number == 1:
                (root / "spool" / "new" / worker.spool.waiting()[0]).write_text(f"damaged by {ADDRESS}")
            if number == 2:
                (root / "blobs").rename(root / "away")
                (root / "blobs").write_text("no folder")
            worker.once()


@pytest.fixture
def log(newsroom: Newsroom, reader: Reader) -> Iterator[tuple[Written, tuple[str, ...]]]:
    with logbook_open() as written:
        secrets = by_form(newsroom)
        by_mail(newsroom, reader)
        logging.getLogger("library").error("could not reach %s for %s", ELSEWHERE, ADDRESS)
        yield written, (*CANARIES, *secrets)


def test_the_log_of_whole_journeys_holds_nothing_personal(log: tuple[Written, tuple[str, ...]]) -> None:
    written, canaries = log
    told = {entry["event"] for entry in written.entries}
    assert told >= {
        "request",
        "a page broke",
        "a spool file is damaged and is put into quarantine",
        "filing failed; the message stays in the spool",
    }
    assert found(written.guarded.getvalue(), canaries) == []
    # The same records, written as Python writes them by itself, do hold it: the search can find.
    assert {ADDRESS, NAME, HEADLINE} <= set(found(written.careless.getvalue(), (NAME, ADDRESS, HEADLINE)))


def test_requests_and_messages_can_be_followed_by_their_numbers(log: tuple[Written, tuple[str, ...]]) -> None:
    entries = log[0].entries
    [broken] = [entry for entry in entries if entry["event"] == "a page broke"]
    [line] = [e for e in entries if e["event"] == "request" and e["request"] == broken["request"]]
    assert (line["route"], line["method"], line["status"], "remote" in line) == ("/a/<token>/broken", "GET", 500, False)
    assert broken["error"] == "ValueError"
    assert all(len(e["mail"]) == 12 for e in entries if e["logger"] == "intake.worker")


def test_addresses_are_told_where_the_settings_ask_for_them(newsroom: Newsroom) -> None:
    asked = replace(newsroom.settings, logs=replace(newsroom.settings.logs, addresses=True))
    with logbook_open() as written:
        quick_app(replace(newsroom, settings=asked)).test_client().get("/health")
    assert [entry["remote"] for entry in written.entries] == ["127.0.0.1"]
