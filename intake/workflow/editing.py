"""The text of a piece: an editor's new revision, an author's offered one, the printed lines, the genre.

A revision never replaces another: each is a row, and the newest standing one is the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.domain.desk import GENRES
from intake.domain.errors import Missing
from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.domain.states import Action
from intake.newsroom import Newsroom
from intake.storage.submissions import Revision, Submission
from intake.workflow import letters
from intake.workflow.transition import byline_of, move


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """What is printed about one author: byline, biography, disclosure."""

    name: str
    bio: str
    disclosure: str


def edit(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, text: Text, seen: int, note: str = ""
) -> Revision:
    """Write an editor's revision; it stands at once, and the author can see it as a diff."""
    move(session, newsroom, submission, Action.EDIT, actor, seen=seen, detail={"revision": _next(submission)})
    return _add(newsroom, submission, text, made_by="editor", person_id=actor.id, note=note)


def revise(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, text: Text, note: str = ""
) -> Revision:
    """Take an author's revision. It is offered to the editor and never replaces the text by itself (M3v)."""
    byline = byline_of(submission, actor)
    move(session, newsroom, submission, Action.REVISE, actor, detail={"revision": _next(submission)})
    revision = _add(newsroom, submission, text, made_by="author", note=note, standing=False)
    letters.queue(session, newsroom, "M3v", byline)
    return revision


def pass_on(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, text: Text, note: str = ""
) -> Revision:
    """Offer a text that reached an editor another way as the author's revision; nobody is written to.

    It rests on no version seen: a text is added beside what stands, and replaces nothing.
    """
    detail = {"revision": _next(submission)}
    move(session, newsroom, submission, Action.REVISE, actor, seen=submission.version, detail=detail)
    return _add(newsroom, submission, text, made_by="author", person_id=actor.id, note=note, standing=False)


def take_over(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, offered: Revision, seen: int
) -> Revision:
    """Make an author's offered revision the text, as a new revision on top."""
    if offered.submission_id != submission.id or offered.standing:
        raise Missing("Choose a revision that the author offered for this piece.")
    detail = {"revision": _next(submission), "taken": offered.number}
    move(session, newsroom, submission, Action.EDIT, actor, seen=seen, detail=detail)
    text = Text(offered.headline, offered.standfirst, offered.body_html, offered.body_text, offered.words)
    return _add(newsroom, submission, text, made_by="author", person_id=actor.id, note=offered.note)


def set_printed_lines(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    lines: Mapping[int, PrintedLines],
    seen: int,
) -> None:
    """Edit byline, biography and disclosure by byline id; the author sees them on the proof."""
    move(session, newsroom, submission, Action.EDIT, actor, seen=seen, detail={"printed": sorted(lines)})
    for byline in submission.bylines:
        if byline.id in lines:
            line = lines[byline.id]
            if not line.name.strip():
                raise Missing("A byline needs a name.")
            byline.name, byline.bio, byline.disclosure = line.name.strip(), line.bio.strip(), line.disclosure.strip()


def set_genre(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, genre: str, seen: int
) -> None:
    """Say what kind of piece it is; the disclaimer follows from it."""
    if genre not in GENRES:
        raise Missing("Choose one of the genres listed.")
    move(session, newsroom, submission, Action.SET_GENRE, actor, seen=seen, detail={"genre": genre})
    submission.genre = genre


def write_correction(newsroom: Newsroom, submission: Submission, actor: Actor, text: Text, note: str) -> Revision:
    """Add the corrected text of a published piece; ``publish.correct`` has moved it already."""
    return _add(newsroom, submission, text, made_by="editor", person_id=actor.id, note=note)


def _next(submission: Submission) -> int:
    return submission.revisions[-1].number + 1


def _add(
    newsroom: Newsroom,
    submission: Submission,
    text: Text,
    *,
    made_by: str,
    person_id: int | None = None,
    note: str = "",
    standing: bool = True,
) -> Revision:
    revision = Revision(
        number=_next(submission),
        made_by=made_by,
        person_id=person_id,
        standing=standing,
        headline=text.headline,
        standfirst=text.standfirst,
        body_html=text.body_html,
        body_text=text.body_text,
        words=text.words,
        note=note[:500],
        created_at=newsroom.now(),
    )
    submission.revisions.append(revision)
    if standing:
        submission.headline, submission.words = text.headline, text.words
    return revision
