"""The gate, line by line; the plan; the page; and what a published piece can still go through."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.errors import GateClosed, IllegalAction, Missing, NotAllowed, StaleVersion
from intake.domain.gate import FIRM, Line
from intake.domain.proposal import Text
from intake.domain.roles import Actor, Role
from intake.newsroom import Newsroom
from intake.storage.messages import Letter
from intake.storage.publications import Correction, DisclaimerPolicy, DisclaimerVersion, GateOverride, Publication
from intake.storage.submissions import Submission
from intake.workflow import proof, publish
from tests import factories
from tests.workflow.arrivals import codes


def unconfirm(_session: Session, piece: Submission) -> None:
    piece.bylines[0].confirmed_at = None


def unanswer(_session: Session, piece: Submission) -> None:
    piece.bylines[0].ai_use = None


def change_print(_session: Session, piece: Submission) -> None:
    piece.bylines[0].bio = "A line that nobody approved."


def declare(_session: Session, piece: Submission) -> None:
    piece.bylines[0].interests = {key: {"yes": True, "text": ""} for key in piece.bylines[0].interests or {}}


def place_elsewhere(_session: Session, piece: Submission) -> None:
    piece.bylines[0].exclusivity = "also"


def accuse(_session: Session, piece: Submission) -> None:
    piece.allegation, piece.allegation_evidence, piece.allegation_asked = True, "Court file 7.", True


BROKEN: dict[Line, Callable[[Session, Submission], None]] = {
    Line.CONFIRMED: unconfirm,
    Line.STATEMENT: unanswer,
    Line.APPROVAL: change_print,
    Line.DISCLOSURE: declare,
    Line.EXCLUSIVITY: place_elsewhere,
    Line.ALLEGATION: accuse,
}


def lines(error: GateClosed) -> set[str]:
    # An unconfirmed address is an identity not reached as well: one fact, two lines.
    return set(error.lines) - ({"identity"} if "confirmed" in error.lines else set())


@pytest.mark.parametrize("line", BROKEN)
def test_each_line_alone_keeps_a_piece_in(session: Session, newsroom: Newsroom, chief: Actor, line: Line) -> None:
    piece = factories.approved(session, newsroom, chief)
    BROKEN[line](session, piece)
    for act in (
        lambda: publish.publish(session, newsroom, piece, chief, piece.version),
        lambda: publish.schedule(session, newsroom, piece, chief, newsroom.now() + timedelta(days=1), piece.version),
    ):
        with pytest.raises(GateClosed) as refused:
            act()
        assert lines(refused.value) == {line.value}
    assert (piece.status, list(session.scalars(select(Publication)))) == ("approved", [])


@pytest.mark.parametrize("line", BROKEN)
def test_a_chief_lets_a_line_pass_in_writing(session: Session, newsroom: Newsroom, chief: Actor, line: Line) -> None:
    piece = factories.approved(session, newsroom, chief)
    BROKEN[line](session, piece)
    passed = [line, Line.IDENTITY] if line is Line.CONFIRMED else [line]
    for one in passed:
        publish.override(session, newsroom, piece, chief, one, "Settled with the lawyer.", piece.version)
    publish.publish(session, newsroom, piece, chief, piece.version)
    given = session.execute(select(GateOverride.line, GateOverride.reason, GateOverride.person_id)).all()
    assert given == [(one.value, "Settled with the lawyer.", chief.id) for one in passed]


def texts(body: str, headline: str = "A headline") -> Text:
    return Text(headline, "", f"<p>{body}</p><p>It goes on.</p>", f"{body}\n\nIt goes on.", 400)


SHORTCODE = "As [su_note color=”red”]was said[/su_note] before."
LOOK_ALIKE = "The views expressed do not necessarily reflect the policy of this paper."


@pytest.mark.parametrize(("body", "line"), [(SHORTCODE, "shortcode"), (LOOK_ALIKE, "look_alike")])
def test_what_a_body_may_not_hold(session: Session, newsroom: Newsroom, chief: Actor, body: str, line: str) -> None:
    piece = factories.approved(session, newsroom, chief, text=texts(body))
    with pytest.raises(GateClosed) as refused:
        publish.publish(session, newsroom, piece, chief, piece.version)
    assert refused.value.lines == (line,)


def test_a_shortcode_in_a_printed_line_keeps_a_piece_in(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece = factories.approved(session, newsroom, chief, text=texts("Calm.", headline="[su_note]Calm[/su_note]"))
    with pytest.raises(GateClosed) as refused:
        publish.publish(session, newsroom, piece, chief, piece.version)
    assert refused.value.lines == ("shortcode",)


@pytest.mark.parametrize("line", sorted(FIRM))
def test_nobody_lets_a_firm_line_pass(session: Session, newsroom: Newsroom, chief: Actor, line: Line) -> None:
    piece = factories.approved(session, newsroom, chief)
    with pytest.raises(NotAllowed):
        publish.override(session, newsroom, piece, chief, line, "I insist.", piece.version)
    # Not even a row that got there by another way counts.
    session.add(
        GateOverride(submission_id=piece.id, line=line.value, reason="x", person_id=chief.id, at=newsroom.now())
    )
    piece.genre = "news"
    with pytest.raises(GateClosed):
        publish.publish(session, newsroom, piece, chief, piece.version)


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.PUBLISHER])
def test_only_a_chief_overrides(session: Session, newsroom: Newsroom, chief: Actor, role: Role) -> None:
    piece = factories.approved(session, newsroom, chief)
    with pytest.raises(NotAllowed):
        publish.override(
            session, newsroom, piece, factories.person(session, newsroom, role), Line.STATEMENT, "Why", piece.version
        )
    with pytest.raises(Missing):
        publish.override(session, newsroom, piece, chief, Line.STATEMENT, "  ", piece.version)
    assert list(session.scalars(select(GateOverride))) == []


@pytest.mark.parametrize("genre", ["news", "analysis", "interview", "sponsored"])
def test_news_is_never_published_as_opinion(session: Session, newsroom: Newsroom, chief: Actor, genre: str) -> None:
    piece = factories.accepted(session, newsroom, chief)
    piece.genre = genre
    sent = proof.send(session, newsroom, piece, chief, piece.version)
    proof.approve(session, newsroom, piece, factories.author(piece), sent.hash)
    with pytest.raises(GateClosed) as refused:
        publish.publish(session, newsroom, piece, chief, piece.version)
    assert refused.value.lines == ("disclaimer",)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_carries_exactly_one_notice_of_its_language(
    session: Session, newsroom: Newsroom, publisher: Actor, language: str
) -> None:
    piece = factories.approved(session, newsroom, publisher, language=language)
    publication = publish.publish(session, newsroom, piece, publisher, piece.version)
    desk = newsroom.desk(piece.desk)
    version = session.get_one(DisclaimerVersion, publication.disclaimer_version_id)
    assert session.get_one(DisclaimerPolicy, version.policy_id).language == language
    assert publication.disclaimer_text == version.text.replace("{publication}", desk.publication)
    assert (publication.label, publication.publication_name) == (version.label, desk.publication)
    assert publication.disclaimer_text not in publication.body_html
    assert publication.hash == proof.pinned_piece(proof.current(session, piece)).digest()  # type: ignore[arg-type]  # it was just approved
    assert (piece.status, codes(session)[-1]) == ("published", "M12")


def test_a_newer_wording_leaves_a_pinned_proof_alone(session: Session, newsroom: Newsroom, publisher: Actor) -> None:
    piece = factories.approved(session, newsroom, publisher)
    pinned = proof.current(session, piece)
    assert pinned is not None
    old = session.get_one(DisclaimerVersion, pinned.disclaimer_version_id)
    session.add(
        DisclaimerVersion(
            policy_id=old.policy_id,
            number=2,
            label="Opinion",
            text="These are the writer's own views, not those of {publication}.",
            placement="end",
            approved_at=newsroom.now(),
            created_at=newsroom.now(),
        )
    )
    session.flush()
    assert publish.publish(session, newsroom, piece, publisher, piece.version).disclaimer_version_id == old.id


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_a_publisher_publishes(session: Session, newsroom: Newsroom, chief: Actor, role: Role) -> None:
    piece = factories.approved(session, newsroom, chief)
    person = factories.person(session, newsroom, role)
    with pytest.raises(NotAllowed):
        publish.publish(session, newsroom, piece, person, piece.version)
    with pytest.raises(NotAllowed):
        publish.schedule(session, newsroom, piece, person, newsroom.now() + timedelta(days=1), piece.version)


def test_a_piece_is_published_once(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece = factories.approved(session, newsroom, chief)
    seen = piece.version
    publish.publish(session, newsroom, piece, chief, seen)
    with pytest.raises(StaleVersion):
        publish.publish(session, newsroom, piece, chief, seen)
    with pytest.raises(IllegalAction):
        publish.publish(session, newsroom, piece, chief, piece.version)
    assert len(session.scalars(select(Publication)).all()) == 1


def test_a_plan_lies_in_the_future_and_can_be_called_off(
    session: Session, newsroom: Newsroom, publisher: Actor
) -> None:
    piece = factories.approved(session, newsroom, publisher)
    with pytest.raises(Missing):
        publish.schedule(session, newsroom, piece, publisher, newsroom.now(), piece.version)
    at = newsroom.now() + timedelta(days=1)
    publish.schedule(session, newsroom, piece, publisher, at, piece.version)
    assert (piece.status, piece.publish_at, codes(session)[-1]) == ("scheduled", at, "M11")
    publish.unschedule(session, newsroom, piece, publisher, piece.version)
    letter = session.scalars(select(Letter).where(Letter.code == "M11u")).one()
    assert (piece.status, piece.publish_at) == ("approved", None)
    assert "Wednesday 25 November, 12:00" in letter.body


def test_a_second_person_signs_for_an_allegation(
    session: Session, newsroom: Newsroom, chief: Actor, editor: Actor
) -> None:
    piece = factories.approved(session, newsroom, chief)
    accuse(session, piece)
    with pytest.raises(NotAllowed):
        publish.sign_allegation(session, newsroom, piece, chief, piece.version)
    publish.sign_allegation(session, newsroom, piece, editor, piece.version)
    publish.publish(session, newsroom, piece, chief, piece.version)
    assert piece.status == "published"


def test_nobody_signs_for_their_own_piece(session: Session, newsroom: Newsroom, chief: Actor, editor: Actor) -> None:
    piece = factories.accepted(session, newsroom, chief, address=editor.address)
    with pytest.raises(NotAllowed):
        publish.sign_allegation(session, newsroom, piece, editor, piece.version)


def test_a_correction_is_a_new_revision_under_a_public_note(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece = factories.published(session, newsroom, chief)
    before = publish.publication_of(session, piece)
    notice = (before.label, before.disclaimer_text, before.disclaimer_version_id, before.published_at)
    factories.pass_time(newsroom, days=1)
    with pytest.raises(Missing):
        publish.correct(session, newsroom, piece, chief, texts("The right figure is 7."), " ", piece.version)
    session.flush()
    after = publish.correct(
        session, newsroom, piece, chief, texts("The right figure is 7."), "It said 8.", piece.version
    )
    assert (after.id, after.headline, after.changed_at) == (before.id, "A headline", newsroom.now())
    assert (after.label, after.disclaimer_text, after.disclaimer_version_id, after.published_at) == notice
    assert after.hash == proof.assemble(session, newsroom, piece, after.disclaimer_version_id).digest()
    assert list(session.scalars(select(Correction.note))) == ["It said 8."]
    assert (piece.status, len(piece.revisions), codes(session)[-1]) == ("published", 2, "M14")


@pytest.mark.parametrize("body", [SHORTCODE, LOOK_ALIKE])
def test_a_correction_passes_no_shortcode_or_second_notice(
    session: Session, newsroom: Newsroom, chief: Actor, body: str
) -> None:
    piece = factories.published(session, newsroom, chief)
    with pytest.raises(GateClosed):
        publish.correct(session, newsroom, piece, chief, texts(body), "A note.", piece.version)


def test_a_removed_piece_leaves_its_note_and_can_come_back(session: Session, newsroom: Newsroom, chief: Actor) -> None:
    piece = factories.published(session, newsroom, chief)
    with pytest.raises(Missing):
        publish.remove(session, newsroom, piece, chief, "", piece.version)
    removed = publish.remove(session, newsroom, piece, chief, "Withdrawn by the court.", piece.version)
    assert (piece.status, removed.removed_at, removed.removal_note) == (
        "removed",
        newsroom.now(),
        "Withdrawn by the court.",
    )
    back = publish.restore(session, newsroom, piece, chief, "The order was lifted.", piece.version)
    assert (piece.status, back.removed_at, back.id) == ("published", None, removed.id)
    assert codes(session)[-2:] == ["M14", "M14"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
def test_only_a_chief_changes_what_is_published(session: Session, newsroom: Newsroom, chief: Actor, role: Role) -> None:
    piece, person = factories.published(session, newsroom, chief), factories.person(session, newsroom, role)
    with pytest.raises(NotAllowed):
        publish.remove(session, newsroom, piece, person, "A note.", piece.version)
    with pytest.raises(NotAllowed):
        publish.correct(session, newsroom, piece, person, texts("x"), "A note.", piece.version)
