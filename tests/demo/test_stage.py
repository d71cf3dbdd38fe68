"""The demo as it stands when it is ready: built once, through the command, and looked at from several sides."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from intake.bootstrap import open_newsroom
from intake.cli import commands
from intake.demo import stage
from intake.demo.stories import stories
from intake.domain.errors import SettingsError
from intake.domain.states import PROMISED, Status
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage.audit import broken
from intake.storage.messages import InboundMessage, Letter
from intake.storage.people import Person
from intake.storage.publications import GateOverride, Publication
from intake.storage.submissions import Submission


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("demo") / "here"
    before = dict(os.environ)
    try:
        first = CliRunner().invoke(commands, ["demo", str(folder), "--no-start"])
        assert (first.exit_code, first.exception) == (0, None)
    finally:
        os.environ.clear()
        os.environ.update(before)
    newsroom = open_newsroom(load(stage.environment(folder, {"INTAKE_RELAY_HOST": "relay.example"})))
    yield newsroom
    newsroom.database.close()


def test_every_state_is_there_in_the_demo(built: Newsroom) -> None:
    with built.reading() as session:
        found = set(session.scalars(select(Submission.status)))
    assert {status.value for status in Status} - found == {"purged"}


def test_every_piece_is_there_once_in_both_languages(built: Newsroom) -> None:
    with built.reading() as session:
        found = dict(session.execute(select(Submission.language, func.count()).group_by(Submission.language)).all())
    told = [story.language for story in stories()]
    assert len(told) == 40
    assert found == {"en": told.count("en"), "ar": told.count("ar")}


def test_the_audit_is_whole_and_nobody_overrode_the_gate(built: Newsroom) -> None:
    with built.reading() as session:
        assert list(broken(session)) == []
        assert list(session.scalars(select(GateOverride.id))) == []


def test_every_promised_piece_has_its_promise_ahead(built: Newsroom) -> None:
    with built.reading() as session:
        promised = [one for one in session.scalars(select(Submission)) if one.state in PROMISED]
        late = [one.headline for one in promised if one.reply_by is None and one.no_promise is None]
    assert promised
    assert late == []


def test_every_published_piece_has_its_label_and_its_note_once(built: Newsroom) -> None:
    with built.reading() as session:
        rows = list(session.scalars(select(Publication)))
        said = {(row.label, str(row.piece).count(row.disclaimer_text)) for row in rows}
    assert said == {("Opinion", 1), ("رأي", 1)}


def test_mail_of_every_kind_waits_and_letters_are_only_kept(built: Newsroom) -> None:
    with built.reading() as session:
        kinds = set(session.scalars(select(InboundMessage.disposition)))
        letters = set(session.scalars(select(Letter.status)))
        people = session.scalar(select(func.count(Person.id)))
    assert kinds >= {"held", "filed", "quarantine"}
    assert letters == {"kept"}
    assert people == 5
    assert built.settings.relay.host == ""
    assert built.settings.web.host == "127.0.0.1"


def test_pieces_that_are_seen_first_have_the_words_their_desk_asks_for(built: Newsroom) -> None:
    first = ("published", "scheduled", "approved", "approval", "in_review", "needs_author")
    with built.reading() as session:
        seen = session.scalars(select(Submission).where(Submission.status.in_(first))).all()
        odd = [one.headline for one in seen if one.words < built.desk(one.desk).min_words]
    assert len(seen) >= 15
    assert odd == []


def test_a_forwarded_piece_names_the_author_inside(built: Newsroom) -> None:
    with built.reading() as session:
        filed = session.scalars(select(InboundMessage).where(InboundMessage.subject.startswith("Fwd: "))).one()
        reading = filed.reading or {}
        piece = session.get_one(Submission, filed.submission_id)
    assert (filed.disposition, filed.from_name, piece.headline) == (
        "filed",
        "Bilal Fennimore",
        "Scan the land registry before the roof falls on it",
    )
    assert (reading["forwarded"]["name"], reading["source"]) == ("Percival Nuwayri", "forwarded message")


def test_an_answer_that_brings_another_piece_is_held_beside_its_own(built: Newsroom) -> None:
    with built.reading() as session:
        held = session.scalars(select(InboundMessage).where(InboundMessage.why == "another piece in a reply")).one()
        piece = session.get_one(Submission, held.submission_id)
        state, headline, revisions = piece.status, piece.headline, len(piece.revisions)
    assert (held.disposition, state, headline, revisions) == (
        "held",
        "needs_author",
        "Let the ferry sound its horn",
        1,
    )


def test_a_folder_with_anything_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(SettingsError, match="holds something that is no demo"):
        stage.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_second_demo_starts_anew(tmp_path: Path) -> None:
    stage.clear(tmp_path / "new")
    (tmp_path / "new" / "intake.sqlite3").write_text("an old one")
    stage.clear(tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [stage.MARKER]
