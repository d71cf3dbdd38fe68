"""A backlog's messages filed together: what most of them need is looked up at once, and written a table at a time.

One by one, a mail costs eleven statements and two flushes; of eight together, each costs two. Only what needs nothing
of its neighbours goes this way: new pieces of authors who differ. It decides nothing anew: ``receive`` and ``submit``
say what becomes of a message, and whatever is more than a plain piece they file by themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intake.domain.addresses import read_reply_address
from intake.logbook import about_mail
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.turns import Turn, take_turns
from intake.workflow import receive, repeating, scanning, sender, submit
from intake.workflow.receive import Spooled

Reading = Mapping[str, Any]

_KNOWN = select(InboundMessage.spool_key, InboundMessage.digest).where(
    InboundMessage.spool_key.in_(bindparam("keys", expanding=True))
    | InboundMessage.digest.in_(bindparam("digests", expanding=True))
)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A message that becomes a piece and asks nothing of its neighbours; ``address`` is its sender's."""

    spooled: Spooled
    reading: Reading
    message: InboundMessage
    address: str


def file_messages(session: Session, newsroom: Newsroom, group: Sequence[tuple[Spooled, Reading]]) -> None:
    """File several read messages, each exactly once and with the effects that ``receive.file_message`` has.

    Needs a write transaction. It keeps no order among them: plain pieces first, then the others.
    """
    plain = _new(session, _apart(_plain(newsroom, group)))
    _pieces(session, newsroom, plain)
    done = {one.spooled.key for one in plain}
    for spooled, reading in group:
        if spooled.key not in done:
            with about_mail(spooled.key):
                receive.file_message(session, newsroom, spooled, reading)


def _plain(newsroom: Newsroom, group: Iterable[tuple[Spooled, Reading]]) -> Iterable[_Plain]:
    """Yield the messages that become a piece, whatever else was filed: nobody's answer, nothing set aside."""
    for spooled, reading in group:
        if reading["disposition"] != "submit" or reading.get("bounce"):
            continue
        if reading.get("in_reply_to") or reading.get("references") or receive.set_aside(newsroom, spooled.envelope):
            continue
        message = receive.row_of(newsroom, spooled, reading)
        address = message.sender
        if address and read_reply_address(message.recipient, newsroom.key("replies")) is None:
            yield _Plain(spooled, reading, message, address)


def _apart(plain: Iterable[_Plain]) -> list[_Plain]:
    """Return those that share neither their bytes nor their author with one before: these see each other's rows."""
    seen: set[str] = set()
    found = []
    for one in plain:
        marks = {one.spooled.key, one.message.digest, one.address}
        if seen.isdisjoint(marks):
            seen |= marks
            found.append(one)
    return found


def _new(session: Session, plain: Collection[_Plain]) -> list[_Plain]:
    """Return those of which no copy was filed before; their turns are ours from here on."""
    if not plain:
        return []
    keys, digests = [one.spooled.key for one in plain], [one.message.digest for one in plain]
    take_turns(session, Turn.MESSAGE, {*keys, *digests})
    known: set[str] = set()
    for key, digest in session.execute(_KNOWN, {"keys": keys, "digests": digests}):
        known |= {key, digest}
    return [one for one in plain if known.isdisjoint((one.spooled.key, one.message.digest))]


def _pieces(session: Session, newsroom: Newsroom, plain: Sequence[_Plain]) -> None:
    """Make a piece of each: their rows get their numbers in one flush, and what needs the numbers follows."""
    if not plain:
        return
    authors = submit.authors(session, [one.address for one in plain])
    refs = submit.free_refs(session, len(plain))
    proposals = [receive.proposal_of(one.message, one.reading, "filed") for one in plain]
    known = [authors.get(one.address) for one in plain]
    repeated = [
        repeating.repeated(session, newsroom, author, proposal.desk, proposal.text)
        for author, proposal in zip(known, proposals, strict=True)
    ]
    drafts = [
        submit.begin(session, newsroom, proposal, ref, author, confirmed=True, repeated=near)
        for proposal, ref, author, near in zip(proposals, refs, known, repeated, strict=True)
    ]
    session.flush()
    with session.no_autoflush:  # what is looked up of one author is no matter of another's rows
        letters = [_finish(session, newsroom, one, draft) for one, draft in zip(plain, drafts, strict=True)]
        for one, letter in zip(plain, letters, strict=True):
            sender.ask(session, newsroom, one.message, one.spooled.envelope, letter)
            scanning.ask(session, newsroom, one.message)


def _finish(session: Session, newsroom: Newsroom, one: _Plain, draft: submit.Draft) -> Letter | None:
    """Give a piece what needs its number, bind its message to it, and return the letter that was caused."""
    message = one.message
    silent = not receive.may_be_answered(message, one.reading)
    letter = submit.finish(session, newsroom, draft, in_reply_to=message.message_id, silent=silent)
    message.submission_id, message.disposition = draft.byline.submission.id, "filed"
    session.add(message)
    return letter
