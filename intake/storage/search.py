"""Full text: one table of tokens a piece, an index of the database's own behind it, one condition that asks it.

SQLite answers by FTS5, PostgreSQL by a ``tsvector``; both hold the same tokens (``domain.stems``). A piece is
indexed in the transaction that changes its text or its printed names, whoever changes them. It holds what is printed
and the reference, never a sealed name, an address or a telephone number; it ranks nothing.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Text,
    delete,
    event,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import get_history

from intake.domain.stems import Phrases, tokens
from intake.storage.database import Base
from intake.storage.submissions import Byline, Revision, Submission

FEW = 2_000
"""Matches up to which the index drives; where more match, the pieces are walked and each is asked for."""
_STALE = "pieces to index"


class SearchText(Base):
    """The tokens of one piece as its standing text and its printed names have them."""

    __tablename__ = "search_text"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    tokens: Mapped[str] = mapped_column(Text)


def matching(session: Session, asked: Phrases) -> ColumnElement[bool]:
    """Return the condition that a piece holds every phrase; ``asked`` must not be empty. Looks once at the index.

    The database's planner cannot know how common a word is here, so the plan is chosen by it: few matches are listed,
    many are asked for piece by piece.
    """
    hits = _hits(session, asked)
    few = session.scalars(hits.limit(FEW + 1)).all()
    if len(few) <= FEW:
        return Submission.id.in_(few)
    here = hits.subquery()
    return exists().where(here.c.id == Submission.id)


def _hits(session: Session, asked: Phrases) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        wanted = " & ".join(f"({' <-> '.join(phrase)})" for phrase in asked)
        vector: ColumnElement[Any] = literal_column("search_text.vector")
        return select(SearchText.submission_id.label("id")).where(
            vector.bool_op("@@")(func.to_tsquery(literal_column("'simple'"), wanted))
        )
    wanted = " ".join(f'"{" ".join(phrase)}"' for phrase in asked)
    index = text("search_index")
    found: ColumnElement[int] = literal_column("search_index.rowid")
    return select(found.label("id")).select_from(index).where(literal_column("search_index").match(wanted))


def index(session: Session, pieces: Iterable[int]) -> None:
    """Write the tokens of these pieces anew, in the session's transaction."""
    wanted = sorted(pieces)
    parts: dict[int, list[str]] = {}
    for number, ref in session.execute(select(Submission.id, Submission.ref).where(Submission.id.in_(wanted))):
        parts[number] = [ref]
    standing = select(Revision.submission_id, Revision.headline, Revision.standfirst, Revision.body_text)
    standing = standing.where(Revision.submission_id.in_(wanted), Revision.standing).order_by(Revision.number)
    texts = {number: (headline, standfirst, body) for number, headline, standfirst, body in session.execute(standing)}
    for number, last in texts.items():
        parts[number] += last
    named = select(Byline.submission_id, Byline.name).where(Byline.submission_id.in_(wanted)).order_by(Byline.position)
    for number, name in session.execute(named):
        parts[number].append(name)
    session.execute(delete(SearchText).where(SearchText.submission_id.in_(wanted)))
    rows = [{"submission_id": number, "tokens": " ".join(tokens("\n".join(part)))} for number, part in parts.items()]
    if rows:
        session.execute(insert(SearchText), rows)


@event.listens_for(Session, "after_flush")
def _notice(session: Session, _context: object) -> None:
    """Remember which pieces have a new text or another printed name; whoever wrote them need not know of search."""
    changed = {one.submission_id for one in session.new if isinstance(one, Revision | Byline)}
    changed |= {one.submission_id for one in session.dirty if isinstance(one, Revision | Byline) and _reworded(one)}
    if changed:
        session.info.setdefault(_STALE, set()).update(changed)


def _reworded(one: Revision | Byline) -> bool:
    column = Byline.name if isinstance(one, Byline) else Revision.standing
    return bool(get_history(one, column.key).has_changes())


@event.listens_for(Session, "before_commit")
def _bring_up(session: Session) -> None:
    """Index what was noticed, before the commit, so that both are one transaction; a savepoint's end is none.

    So mail that is filed in a group is indexed as one.
    """
    session.flush()
    if session.in_nested_transaction():
        return
    if stale := session.info.pop(_STALE, None):
        index(session, stale)
