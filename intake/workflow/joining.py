"""Threading: a message that answers one of our letters joins its piece, by signed address or by our Message-IDs.

Never by subject. A new manuscript in it is offered to the editor and replaces nothing; an answer to a proof is never
an approval. It reads no mail: ``reading`` is the reader's JSON answer.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.domain.likeness import repeats
from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.domain.states import OPEN, Action, Status, legal
from intake.domain.text import count_words
from intake.manuscripts import from_plain
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.submissions import Byline, Submission
from intake.workflow import editing, letters, review, submit, transition

FEWEST_IN_A_DOCUMENT, FEWEST_IN_AN_ANSWER = 150, 300
"""Words from which an attached document, or the text of the answer itself, counts as a manuscript."""
SAME_PIECE = 0.3
"""The share of a manuscript that must stand in the piece for it to be a version of it, not another piece."""
SEALED, CALENDAR = "an encrypted answer", "a calendar entry in a reply"
"""Why an author's mail that says nothing readable waits, and answers no question."""
DAY = timedelta(days=1)
VERSIONS_A_DAY, PROOF_ANSWERS_A_DAY = 5, 1
"""Letters that mail to a piece brings about at one address within a day: whoever forges a sender cannot flood it."""


def bracketed(message_id: object) -> str:
    """Return a Message-ID as it stands in a header: the reader hands it over without its angle brackets."""
    return f"<{str(message_id).strip('<>')}>" if message_id else ""


def answered(session: Session, newsroom: Newsroom, recipient: str, reading: Mapping[str, Any]) -> Byline | None:
    """Return the byline whose letter this message answers: by signed address first, then by our Message-IDs."""
    signed = read_reply_address(recipient, newsroom.key("replies"))
    if signed is not None:
        return session.get(Byline, signed)
    named = [*(reading.get("in_reply_to") or []), *reversed(reading.get("references") or [])][:6]
    if not named:
        return None
    query = select(Letter.byline_id).where(Letter.message_id.in_([bracketed(one) for one in named]))
    byline_id = session.scalar(query.where(Letter.byline_id.is_not(None)).limit(1))
    return session.get(Byline, byline_id) if byline_id is not None else None


def join(
    session: Session, newsroom: Newsroom, message: InboundMessage, byline: Byline, reading: Mapping[str, Any]
) -> None:
    """Put a message into the thread of the piece whose letter it answers; a stranger's waits for an editor.

    Effects: the address counts as confirmed; the words are an answer (M4's clock goes on) or a message; a manuscript
    is offered as a revision (M3v) while the piece is under review, and waits for an editor when it is another piece or
    comes for a closed one, as does what is encrypted or a mere calendar entry; whoever answers a proof is told once a
    day that only the link approves (M9r).
    """
    submission = transition.find(session, byline.submission_id)
    message.submission_id, message.desk = submission.id, submission.desk
    if reading.get("automatic") or reading["disposition"] in {"automatic", "bounce", "loop"}:
        message.disposition = "joined"
        return
    if message.sender != byline.author.address:
        message.disposition, message.why = "held", "reply from another address"
        return
    if reading["disposition"] in {"sealed", "calendar"}:
        message.disposition = "held"
        message.why = SEALED if reading["disposition"] == "sealed" else CALENDAR
        return
    actor = submit.author_actor(byline)
    submit.confirm(session, newsroom, submission, actor)
    text = version(submission, reading)
    if text is not None and not _is_of(submission, text):
        message.disposition, message.why = "held", "another piece in a reply"
        return
    message.disposition = "joined"
    take_words(session, newsroom, submission, actor, message, reading)
    if submission.state is Status.APPROVAL:
        _point_to_the_link(session, newsroom, byline)


def take_words(
    session: Session,
    newsroom: Newsroom,
    submission: Submission,
    actor: Actor,
    message: InboundMessage,
    reading: Mapping[str, Any],
) -> None:
    """Put an author's mail into a piece: the manuscript in it is offered, its words answer or are a message."""
    text = version(submission, reading)
    if text is not None:
        _offer(session, newsroom, submission, actor, message, text)
    words = words_of(message, reading)
    if submission.state is Status.NEEDS_AUTHOR:
        review.answer(session, newsroom, submission, actor, words, mail=message.id)
    elif legal(submission.state, Action.NOTE):
        review.note(session, newsroom, submission, actor, words, None, mail=message.id)


def words_of(message: InboundMessage, reading: Mapping[str, Any]) -> str:
    """Return what a message says, without quotes and signature; its subject where it says nothing."""
    return str(reading.get("reply_text") or reading.get("text") or "").strip() or message.subject or "–"


def version(submission: Submission, reading: Mapping[str, Any]) -> Text | None:
    """Return the manuscript an answer brings, if it does: its document, else its own text when that is long."""
    stands = submission.revision
    if reading.get("source", "body") != "body" and int(reading.get("words") or 0) >= FEWEST_IN_A_DOCUMENT:
        return Text(
            headline=str(reading.get("headline") or stands.headline)[:300],
            standfirst=stands.standfirst,
            body_html=str(reading["body_html"]),
            body_text=str(reading["body_text"]),
            words=int(reading["words"]),
        )
    words = str(reading.get("reply_text") or "").strip()
    count = count_words(words)
    if count < FEWEST_IN_AN_ANSWER:
        return None
    return Text(stands.headline, stands.standfirst, from_plain(words), words, count)


def _is_of(submission: Submission, text: Text) -> bool:
    """Tell whether a manuscript belongs to this piece: the desk still holds it, and much of either is in the other."""
    return submission.state in OPEN and repeats(text.body_text, submission.revision.body_text, SAME_PIECE)


def _offer(
    session: Session, newsroom: Newsroom, submission: Submission, actor: Actor, message: InboundMessage, text: Text
) -> None:
    """Offer a manuscript as a revision where the table allows one; else its mail stands beside the piece."""
    if text.body_text.split() == submission.revision.body_text.split() or not legal(submission.state, Action.REVISE):
        return
    if letters.recently(session, newsroom, ("M3v",), message.sender, DAY) < VERSIONS_A_DAY:
        editing.revise(session, newsroom, submission, actor, text, note=message.subject)
    else:
        message.disposition, message.why = "held", "too many versions in a day"


def _point_to_the_link(session: Session, newsroom: Newsroom, byline: Byline) -> None:
    if letters.recently(session, newsroom, ("M9r",), byline.author.address, DAY) < PROOF_ANSWERS_A_DAY:
        letters.queue(session, newsroom, "M9r", byline)
