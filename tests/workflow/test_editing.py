"""A text is a row that never changes; what is printed changes only where no proof is out."""

import pytest
from sqlalchemy.orm import Session

from intake.domain.errors import IllegalAction, Missing, NotAllowed
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.workflow import editing
from tests import factories


def test_an_edit_is_a_new_revision_that_stands(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    old = piece.revision
    before = (old.headline, old.body_html, old.number)
    new = editing.edit(session, newsroom, piece, editor, factories.text(headline="Shorter", words=60), piece.version)
    assert ((old.headline, old.body_html, old.number), piece.revision) == (before, new)
    assert (new.number, new.made_by, new.person_id) == (2, "editor", editor.id)
    assert (piece.headline, piece.words) == ("Shorter", new.words)


def test_an_editor_takes_over_only_what_was_offered_here(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    other = factories.in_review(session, newsroom, editor)
    offered = editing.revise(session, newsroom, other, factories.author(other), factories.text(headline="New"))
    for wrong in (offered, piece.revision):
        with pytest.raises(Missing):
            editing.take_over(session, newsroom, piece, editor, wrong, piece.version)


def test_a_reader_edits_nothing(session: Session, newsroom: Newsroom, editor: Actor, reader: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    with pytest.raises(NotAllowed):
        editing.edit(session, newsroom, piece, reader, factories.text(headline="Mine"), piece.version)
    assert len(piece.revisions) == 1


def test_printed_lines_are_cleaned_and_need_a_name(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.in_review(session, newsroom, editor)
    byline = piece.bylines[0]
    lines = editing.PrintedLines(" Huda M. ", " Engineer. ", " Advises the port. ")
    editing.set_printed_lines(session, newsroom, piece, editor, {byline.id: lines}, piece.version)
    assert (byline.name, byline.bio, byline.disclosure) == ("Huda M.", "Engineer.", "Advises the port.")
    nameless = editing.PrintedLines(" ", "", "")
    with pytest.raises(Missing):
        editing.set_printed_lines(session, newsroom, piece, editor, {byline.id: nameless}, piece.version)
    assert byline.name == "Huda M."


def test_the_genre_is_one_of_the_list_and_stays_under_a_proof(
    session: Session, newsroom: Newsroom, editor: Actor
) -> None:
    piece = factories.accepted(session, newsroom, editor)
    with pytest.raises(Missing):
        editing.set_genre(session, newsroom, piece, editor, "poem", piece.version)
    editing.set_genre(session, newsroom, piece, editor, "column", piece.version)
    proved = factories.approved(session, newsroom, editor)
    with pytest.raises(IllegalAction):
        editing.set_genre(session, newsroom, proved, editor, "letter", proved.version)
    assert (piece.genre, proved.genre) == ("column", "opinion")


def test_no_text_changes_under_a_proof(session: Session, newsroom: Newsroom, editor: Actor) -> None:
    piece = factories.approved(session, newsroom, editor)
    with pytest.raises(IllegalAction):
        editing.edit(session, newsroom, piece, editor, factories.text(headline="Other"), piece.version)
