"""One piece from its arrival to its printed page, by the use-cases alone."""

import pytest
from sqlalchemy import select

from intake.domain.errors import StaleVersion
from intake.newsroom import Newsroom
from intake.storage.audit import broken
from intake.storage.messages import Letter
from intake.storage.publications import Publication
from intake.workflow import review
from tests import factories


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_form_becomes_a_published_piece(newsroom: Newsroom, language: str) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.published(session, newsroom, editor, language=language)
        publication = session.scalars(select(Publication)).one()
        assert piece.status == "published"
        assert publication.label == ("رأي" if language == "ar" else "Opinion")
        assert publication.disclaimer_text.count(newsroom.desk(piece.desk).publication) == 1
        assert list(broken(session)) == []
        codes = list(session.scalars(select(Letter.code).order_by(Letter.id)))
        assert codes == ["M1", "M3", "M8", "M9", "M12"]


def test_a_stale_version_is_refused(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.in_review(session, newsroom, editor)
        with pytest.raises(StaleVersion):
            review.accept(session, newsroom, piece, editor, piece.version - 1)
        assert piece.status == "in_review"


def test_a_decision_can_be_undone_while_its_letter_waits(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.in_review(session, newsroom, editor)
        promised = piece.reply_by
        review.decline(session, newsroom, piece, editor, piece.version, "not_for_us")
        review.undo(session, newsroom, piece, editor, piece.version)
        letter = session.scalars(select(Letter).where(Letter.code == "M6a")).one()
        assert (piece.status, piece.reply_by, letter.status) == ("in_review", promised, "cancelled")
        assert piece.decline_reason is None
