"""Who may do what at the desk: every route and act against a table written by hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intake.domain.proposal import AuthorDetails, Facts
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.web.desk.acts import ACTS
from intake.workflow import review, sorting, submit
from tests import databases, factories
from tests.factories import StillClock, make_newsroom
from tests.web.apps import quick_app
from tests.web.desk.browser import token
from tests.web.desk.conftest import signing_in

WHO = ("anonymous", "reader", "editor", "stranger", "publisher", "chief", "auditor", "administrator")
"""``stranger`` edits another desk; ``administrator`` holds no role on any desk."""

Setting = Callable[[Session, Newsroom, Actor], Submission]
"""Makes a piece in the state that a row is about; it is given an editor who is none of those tried."""


def answers(anonymous: int, reader: int, editor: int, chief: int, auditor: int, *, away: int = 404) -> dict[str, int]:
    """Return the expected status for everyone; a publisher stands as an editor where nothing else is said."""
    return {
        "anonymous": anonymous,
        "reader": reader,
        "editor": editor,
        "stranger": away,
        "publisher": editor,
        "chief": chief,
        "auditor": auditor,
        "administrator": away,
    }


SEEN = answers(401, 200, 200, 200, 200)
EDITORS_READ = answers(401, 403, 200, 200, 403)
READERS = answers(401, 302, 302, 302, 403)
EDITORS = answers(401, 403, 302, 302, 403)
CHIEFS = answers(401, 403, 403, 302, 403)


@dataclass(frozen=True)
class Try:
    """One row: a request, the piece it needs, and what each of the eight gets."""

    name: str
    path: str
    setting: Setting
    expected: Mapping[str, int]
    fields: Mapping[str, str] | None = None
    """What is posted beside token and version; None makes it a GET."""


def received(session: Session, room: Newsroom, _other: Actor) -> Submission:
    return factories.received(session, room)


def claimed(session: Session, room: Newsroom, other: Actor) -> Submission:
    return factories.in_review(session, room, other)


def declined(session: Session, room: Newsroom, other: Actor) -> Submission:
    piece = factories.in_review(session, room, other)
    review.decline(session, room, piece, other, piece.version, "no_room")
    return piece


def offered(session: Session, room: Newsroom, other: Actor) -> Submission:
    piece = declined(session, room, other)
    review.offer(session, room, piece, factories.author(piece), None)
    return piece


def merged(session: Session, room: Newsroom, other: Actor) -> Submission:
    piece = factories.received(session, room)
    sorting.merge(session, room, piece, factories.received(session, room), other, piece.version)
    return piece


def spiked(session: Session, room: Newsroom, other: Actor) -> Submission:
    piece = factories.received(session, room)
    sorting.spike(session, room, piece, other, piece.version)
    return piece


def unconfirmed(session: Session, room: Newsroom, _other: Actor) -> Submission:
    return submit.submit(session, room, factories.proposal(), confirmed=False)


def accusing(session: Session, room: Newsroom, other: Actor) -> Submission:
    return claimed_with(session, room, other, facts=Facts(allegation=True, evidence="Minutes.", asked=True))


def claimed_with(session: Session, room: Newsroom, other: Actor, **changed: object) -> Submission:
    return factories.in_review(session, room, other, **changed)


def sealed(session: Session, room: Newsroom, _other: Actor) -> Submission:
    author = AuthorDetails(
        name="Real Name", address="hidden@author.example", pseudonym="A clerk", pseudonym_reason="x" * 30
    )
    return factories.received(session, room, author=author)


pytestmark = pytest.mark.database  # it opens a newsroom for the whole module

LETTER = {"words": "What is the source?", "letter": "", "drafted": "", "reason": "no_room"}
ROWS = (
    Try("queue", "/desk/", received, answers(401, 200, 200, 200, 200, away=200)),
    Try("piece", "/desk/{ref}", received, SEEN),
    Try("decide", "/desk/{ref}/decide?as=accept", received, EDITORS_READ),
    Try("decide", "/desk/{ref}/decide?as=decline", received, EDITORS_READ),
    Try("decide", "/desk/{ref}/decide?as=ask", claimed, EDITORS_READ),
    Try("draft", "/desk/{ref}/letter?as=decline&reason=terms", received, EDITORS_READ),
    Try("decide_now", "/desk/{ref}/decide?as=accept", received, EDITORS, LETTER),
    Try("decide_now", "/desk/{ref}/decide?as=decline", received, EDITORS, LETTER),
    Try("decide_now", "/desk/{ref}/decide?as=ask", claimed, EDITORS, LETTER),
    Try("seal", "/desk/{ref}/seal", sealed, answers(401, 403, 403, 200, 403), {"text": "The lawyer asks."}),
    Try("claim", "/desk/{ref}/claim", received, READERS, {}),
    Try("unclaim", "/desk/{ref}/unclaim", claimed, CHIEFS, {}),
    Try("note", "/desk/{ref}/note", received, READERS, {"text": "Look at this."}),
    Try("recommend", "/desk/{ref}/recommend", received, READERS, {"text": "Take it."}),
    Try("undo", "/desk/{ref}/undo", declined, answers(401, 403, 403, 403, 403), {}),
    Try("extension", "/desk/{ref}/extension", claimed, EDITORS, {"until": "2026-12-02T12:00"}),
    Try("offer", "/desk/{ref}/offer", declined, EDITORS, {}),
    Try("take-offer", "/desk/{ref}/take-offer", offered, EDITORS, {}),
    Try("refuse-offer", "/desk/{ref}/refuse-offer", offered, EDITORS, {}),
    Try("merge", "/desk/{ref}/merge", claimed, EDITORS, {"kept": "{kept}"}),
    Try("split", "/desk/{ref}/split", merged, EDITORS, {}),
    Try("spike", "/desk/{ref}/spike", received, EDITORS, {}),
    Try("unspike", "/desk/{ref}/unspike", spiked, EDITORS, {}),
    Try("confirm", "/desk/{ref}/confirm", unconfirmed, EDITORS, {"text": "They rang from their office."}),
    Try("sign", "/desk/{ref}/sign", accusing, EDITORS, {}),
)


@dataclass(frozen=True)
class House:
    """A newsroom with everyone signed in, each with a token of their session."""

    newsroom: Newsroom
    clients: Mapping[str, FlaskClient]
    tokens: Mapping[str, str]
    other: Actor
    kept: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, password_hashes: list[str]) -> Iterator[House]:
    room = replace(make_newsroom(tmp_path_factory.mktemp("house")), clock=StillClock())
    app = quick_app(room)
    sign_in = signing_in(app, room, password_hashes)
    with room.transaction() as session:
        other = factories.person(session, room, Role.EDITOR, "Somebody Else")
        kept = factories.received(session, room).ref
    clients = {"anonymous": app.test_client()}
    for role in (Role.READER, Role.EDITOR, Role.PUBLISHER, Role.CHIEF, Role.AUDITOR):
        clients[role.value], _actor = sign_in(role, f"A {role.value}", ("opinion",))
    clients["stranger"], _actor = sign_in(Role.EDITOR, "A stranger", ("rai",))
    clients["administrator"], _actor = sign_in(None, "An administrator", administrator=True)
    tokens = {who: token(client) for who, client in clients.items() if who != "anonymous"}
    tokens["anonymous"] = token(clients["anonymous"], "/account/login")
    yield House(room, clients, tokens, other, kept)
    room.database.close()
    databases.drop(room.settings.root)


def outcome(answer: TestResponse) -> int:
    """Return the status of an answer; 401 for one that only leads to the sign-in."""
    return 401 if (answer.location or "").startswith("/account/login") else answer.status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path.partition("/{ref}")[2] or row.name)
def test_each_gets_what_the_table_says(house: House, row: Try) -> None:
    found = {}
    for who in WHO:
        with house.newsroom.transaction() as session:
            piece = row.setting(session, house.newsroom, house.other)
            session.flush()
            posted = {"csrf_token": house.tokens[who], "seen": str(piece.version), **(row.fields or {})}
            posted = {name: value.format(kept=house.kept) for name, value in posted.items()}
            if row.name == "seal":
                posted["byline"] = str(piece.bylines[0].id)
            path = row.path.format(ref=piece.ref)
        client = house.clients[who]
        answer = client.get(path) if row.fields is None else client.post(path, data=posted)
        found[who] = outcome(answer)
    assert found == dict(row.expected)


def test_every_act_and_page_has_a_row() -> None:
    pages = {"queue", "piece", "decide", "decide_now", "draft", "seal"}
    assert {row.name for row in ROWS} == pages | set(ACTS)


def test_no_act_is_done_by_a_link(house: House) -> None:
    with house.newsroom.transaction() as session:
        ref = factories.received(session, house.newsroom).ref
    statuses = {act: house.clients["chief"].get(f"/desk/{ref}/{act}").status_code for act in (*ACTS, "seal")}
    assert statuses == dict.fromkeys((*ACTS, "seal"), 405)


def test_a_request_without_its_token_is_refused(house: House) -> None:
    with house.newsroom.transaction() as session:
        ref = factories.received(session, house.newsroom).ref
    assert house.clients["chief"].post(f"/desk/{ref}/claim", data={"seen": "2"}).status_code == 400
