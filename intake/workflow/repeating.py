"""Near copies: a new piece that nearly repeats one which its author has open here is shown as a version of that.

It decides nothing: the piece is made all the same, and an editor merges it or leaves it. What is compared is bounded,
because it happens while mail is filed: whoever sends a piece a minute makes no mail after it wait.
"""

from datetime import timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from intake.domain.likeness import repeats
from intake.domain.proposal import Text
from intake.domain.states import OPEN, Status
from intake.newsroom import Newsroom
from intake.storage.submissions import Author, Byline, Revision, Submission

NEAR_COPY = 0.8
"""The share of either text that must stand in the other."""
FEWEST_WORDS = 50
RECENT = timedelta(days=90)
MOST_OF_AN_AUTHOR, MOST_COMPARED, MOST_CHARACTERS = 50, 10, 10_000
"""The author's newest pieces that are looked through; those of them, still open, that are read, and how far."""
MERGEABLE = sorted(OPEN - {Status.UNCONFIRMED})


_NEWEST = (
    select(Byline.submission_id)
    .where(Byline.author_id == bindparam("author"))
    .order_by(Byline.id.desc())
    .limit(MOST_OF_AN_AUTHOR)
    .subquery()
)
_LAST = (
    select(func.max(Revision.number))
    .where(Revision.submission_id == Submission.id, Revision.made_by == "author")
    .correlate(Submission)
    .scalar_subquery()
)
_OPEN = (
    select(Submission.ref, func.substr(Revision.body_text, 1, MOST_CHARACTERS))
    .join(_NEWEST, _NEWEST.c.submission_id == Submission.id)
    .join(Revision, and_(Revision.submission_id == Submission.id, Revision.number == _LAST))
    .where(Submission.desk == bindparam("desk"), Submission.status.in_(MERGEABLE))
    .where(Submission.created_at > bindparam("since"))
    .order_by(Submission.id.desc())
    .limit(MOST_COMPARED)
)


def repeated(session: Session, newsroom: Newsroom, author: Author | None, desk: str, text: Text) -> str | None:
    """Return the reference of an open piece on the desk, by the same author, that a text nearly repeats, or nothing.

    Of several the oldest: it is the one that goes on. Compared is each author's own last text, not an editor's.
    """
    if author is None or text.words < FEWEST_WORDS:
        return None
    start, asked = text.body_text[:MOST_CHARACTERS], {"author": author.id, "desk": desk}
    found = session.execute(_OPEN, asked | {"since": newsroom.now() - RECENT}).all()
    return next((ref for ref, body in reversed(found) if repeats(start, body, NEAR_COPY)), None)
