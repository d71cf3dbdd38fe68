"""Who may do what between accepted and printed, and with mail: every route against a table written by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.submissions import Submission
from intake.workflow import editing, proof, publish
from tests import factories
from tests.web.desk.mailbag import held, mail
from tests.web.desk.test_permissions import EDITORS, EDITORS_READ, SEEN, WHO, House, answers, outcome
from tests.web.desk.test_permissions import house as house

Setting = Callable[[Session, Newsroom, Actor], Mapping[str, object]]
"""Makes what a row is about and returns the words that stand in its path and fields."""

PUBLISHERS = answers(401, 403, 403, 302, 403) | {"publisher": 302}
CHIEFS = answers(401, 403, 403, 302, 403)
CHIEFS_READ = answers(401, 403, 403, 200, 403)


@dataclass(frozen=True)
class Try:
    """One row: an endpoint, a request, what it needs, and what each of the eight gets."""

    endpoint: str
    path: str
    setting: Setting
    expected: Mapping[str, int]
    fields: Mapping[str, str] | None = None
    """What is posted beside token and version; None makes it a GET."""


def of(piece: Submission, **more: object) -> Mapping[str, object]:
    return {"ref": piece.ref, "seen": piece.version, "byline": piece.bylines[0].id} | more


def accepted(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    return of(factories.accepted(session, room, other))


def revised(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    piece = factories.in_review(session, room, other)
    return of(piece, revision=editing.revise(session, room, piece, factories.author(piece), factories.text()).number)


def offered(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    piece = factories.in_review(session, room, other)
    revision = editing.revise(session, room, piece, factories.author(piece), factories.text())
    session.flush()
    return of(piece, revision=revision.id)


def proofed(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    piece = factories.accepted(session, room, other)
    return of(piece, hash=proof.send(session, room, piece, other, piece.version).hash)


def approved(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    return of(factories.approved(session, room, other))


def scheduled(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    piece = factories.approved(session, room, other)
    publish.schedule(session, room, piece, _chief(other), room.now() + timedelta(days=3), piece.version)
    return of(piece)


def published(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    return of(factories.published(session, room, _chief(other)))


def removed(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    piece = factories.published(session, room, _chief(other))
    publish.remove(session, room, piece, _chief(other), "Its author asked.", piece.version)
    return of(piece)


def _chief(other: Actor) -> Actor:
    """Return the table's own person with a chief's roles, for bringing a piece where a row needs it."""
    return replace(other, roles={desk: frozenset({Role.CHIEF}) for desk in other.roles})


def message(session: Session, room: Newsroom, _other: Actor) -> Mapping[str, object]:
    raw = mail(f"Number {room.now()} {id(session)}", files=(("a.txt", "text/plain", b"a"),))
    return {"id": held(session, room, raw).id}


def letter(session: Session, room: Newsroom, _other: Actor, status: str = "failed") -> Mapping[str, object]:
    piece = factories.received(session, room)
    found = session.scalars(select(Letter).where(Letter.submission_id == piece.id)).first()
    assert found is not None
    found.status = status
    return {"id": found.id}


def kept(session: Session, room: Newsroom, other: Actor) -> Mapping[str, object]:
    return letter(session, room, other, "kept")


TEXT = {"headline": "Another headline", "standfirst": "", "body": "<p>Other words.</p>", "note": "Why it changed."}
ANYONE = answers(401, 200, 200, 200, 200, away=200)
ROWS = (
    Try("edit", "/desk/{ref}/edit", accepted, EDITORS_READ),
    Try("save_text", "/desk/{ref}/edit", accepted, EDITORS, TEXT),
    Try("take_over", "/desk/{ref}/take-over", offered, EDITORS, {"revision": "{revision}"}),
    Try("revisions", "/desk/{ref}/revisions", revised, SEEN),
    Try("lines", "/desk/{ref}/lines", accepted, EDITORS_READ),
    Try("save_lines", "/desk/{ref}/lines", accepted, EDITORS, {"name_{byline}": "H. Mansouri"}),
    Try("genre", "/desk/{ref}/genre", accepted, EDITORS, {"genre": "column"}),
    Try("proof", "/desk/{ref}/proof", accepted, SEEN),
    Try("send_proof", "/desk/{ref}/proof/send", accepted, EDITORS, {}),
    Try("recall", "/desk/{ref}/proof/recall", proofed, EDITORS, {}),
    Try(
        "approve",
        "/desk/{ref}/proof/approve",
        proofed,
        CHIEFS,
        {"piece_hash": "{hash}", "byline": "{byline}", "evidence": "By phone."},
    ),
    Try("override", "/desk/{ref}/proof/override", proofed, CHIEFS, {"line": "approval", "reason": "By phone."}),
    Try("publish", "/desk/{ref}/publish", approved, SEEN),
    Try("publish_now", "/desk/{ref}/publish", approved, PUBLISHERS, {}),
    Try("schedule", "/desk/{ref}/publish/schedule", approved, PUBLISHERS, {"at": "2026-12-01T10:00"}),
    Try("unschedule", "/desk/{ref}/publish/unschedule", scheduled, PUBLISHERS, {}),
    Try("correct", "/desk/{ref}/correct", published, CHIEFS_READ),
    Try("save_correction", "/desk/{ref}/correct", published, CHIEFS, TEXT),
    Try("remove", "/desk/{ref}/remove", published, CHIEFS_READ),
    Try("remove_now", "/desk/{ref}/remove", published, CHIEFS, {"note": "Its author asked."}),
    Try("restore", "/desk/{ref}/restore", removed, CHIEFS_READ),
    Try("restore_now", "/desk/{ref}/restore", removed, CHIEFS, {"note": "They changed their mind."}),
    Try("held", "/desk/held", message, ANYONE),
    Try(
        "settle_ticked",
        "/desk/held",
        message,
        EDITORS | {"stranger": 302, "administrator": 302},
        {"message": "{id}", "act": "spike"},
    ),
    Try("message", "/desk/message/{id}", message, SEEN),
    Try("take_in", "/desk/message/{id}/take-in", message, EDITORS, {}),
    Try("put_into", "/desk/message/{id}/put-into", message, EDITORS, {"ref": "OP-ZZZZZZ"}),
    Try("answer_held", "/desk/message/{id}/answer", message, EDITORS, {}),
    Try("spike_held", "/desk/message/{id}/spike", message, EDITORS, {}),
    Try("raw_message", "/desk/message/{id}/raw", message, SEEN),
    Try("message_part", "/desk/message/{id}/part/0", message, SEEN),
    Try("outbox", "/desk/letters", letter, ANYONE),
    Try("letter", "/desk/letters/{id}", letter, SEEN),
    Try("try_again", "/desk/letters/{id}/again", letter, EDITORS, {}),
    Try("kept_letter", "/desk/letters/{id}/kept", kept, answers(401, 403, 403, 403, 403)),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.endpoint)
def test_each_gets_what_the_table_says(house: House, row: Try) -> None:
    found = {}
    for who in WHO:
        with house.newsroom.transaction() as session:
            words = dict(row.setting(session, house.newsroom, house.other))
            session.flush()
        fields = {name.format(**words): value.format(**words) for name, value in (row.fields or {}).items()}
        posted = {"csrf_token": house.tokens[who], "seen": str(words.get("seen", "")), **fields}
        client, path = house.clients[who], row.path.format(**words)
        answer = client.get(path) if row.fields is None else client.post(path, data=posted)
        found[who] = outcome(answer)
    assert found == dict(row.expected)
