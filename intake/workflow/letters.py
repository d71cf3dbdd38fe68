"""Letters as rows: rendered and queued in the transaction of the act that causes them, or called back by it.

It sends nothing. A stored letter holds private marks where secret links will stand; ``links_of`` makes those links
for the one who sends.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.domain.addresses import message_id, normalise_address
from intake.domain.desk import Desk
from intake.domain.errors import IllegalAction, NotAllowed
from intake.domain.letter import Rendered, close_after_editing, open_for_editing, render
from intake.domain.links import author_token
from intake.domain.roles import Actor
from intake.newsroom import Newsroom
from intake.storage.audit import append
from intake.storage.messages import InboundMessage, Letter
from intake.storage.people import Person
from intake.storage.submissions import Byline, Submission
from intake.storage.turns import Turn, take_turn
from intake.workflow.wording import when

PATHS: Mapping[str, str] = {
    "author": "",
    "confirm": "/confirm",
    "proof": "/proof",
    "answer": "#answer",
    "extension": "/extension",
    "offer": "/offer",
}
"""Where behind an author's secret link each kind of letter leads."""


def common_values(newsroom: Newsroom, submission: Submission, locale: str) -> dict[str, str]:
    """Return the placeholders that every letter about a piece can use."""
    desk = newsroom.desk(submission.desk)
    values = {
        "publication": desk.publication,
        "headline": submission.headline,
        "ref": submission.ref,
        "editor": desk.sign_off or desk.publication,
    }
    if submission.reply_by:
        values["reply_by"] = when(submission.reply_by, desk.calendar.zone, locale)
    return values


def draft(newsroom: Newsroom, code: str, byline: Byline, values: Mapping[str, str] | None = None) -> Rendered:
    """Return a letter to an author as it would be queued now, for an editor to read and change before deciding."""
    common = common_values(newsroom, byline.submission, byline.locale)
    return render(newsroom.letters.template(code, byline.locale), common | dict(values or {}))


def queue(
    session: Session,
    newsroom: Newsroom,
    code: str,
    byline: Byline,
    values: Mapping[str, str] | None = None,
    *,
    edited: str | None = None,
    in_reply_to: str | None = None,
) -> Letter:
    """Queue a letter to one author of a piece and return its row, which the session's next flush writes.

    ``edited`` is the body as an editor left it, with ``{link}`` in braces; it then counts as written by a person.
    ``in_reply_to`` is the Message-ID it answers, where the caller knows it; else an automatic letter answers the
    piece's first mail.
    """
    rendered = draft(newsroom, code, byline, values)
    body = rendered.body
    kind = newsroom.letters.declared[code]
    if edited is not None:
        body = close_after_editing(edited, kind.links)
    submission = byline.submission
    return _row(
        session,
        newsroom,
        newsroom.desk(submission.desk),
        Letter(
            code=code,
            submission_id=submission.id,
            byline_id=byline.id,
            locale=byline.locale,
            to_address=byline.author.address,
            to_name=byline.name,
            subject=rendered.subject,
            body=body,
            automatic=kind.automatic and edited is None,
            in_reply_to=_answered(session, submission, kind.automatic) if in_reply_to is None else in_reply_to,
            link_url=_public_link(newsroom, submission.desk, kind.link),
        ),
    )


def queue_all(
    session: Session,
    newsroom: Newsroom,
    code: str,
    submission: Submission,
    values: Mapping[str, str] | None = None,
    *,
    edited: str | None = None,
) -> list[Letter]:
    """Queue a letter to every author of a piece, and write the rows at once."""
    queued = [queue(session, newsroom, code, byline, values, edited=edited) for byline in submission.bylines]
    session.flush()
    return queued


def queue_to_sender(session: Session, newsroom: Newsroom, code: str, message: InboundMessage) -> Letter:
    """Queue the one polite answer to mail that is no piece. The caller has checked that it may be answered."""
    desk = newsroom.desk(message.desk)
    rendered = render(newsroom.letters.template(code, desk.language), {"publication": desk.publication})
    return _row(
        session,
        newsroom,
        desk,
        Letter(
            code=code,
            locale=desk.language,
            to_address=normalise_address(message.from_address),
            to_name=message.from_name[:120],
            subject=rendered.subject,
            body=rendered.body,
            automatic=True,
            in_reply_to=message.message_id,
            link_url=_public_link(newsroom, desk.slug, newsroom.letters.declared[code].link),
        ),
    )


def queue_to_person(
    session: Session, newsroom: Newsroom, code: str, person: Person, values: Mapping[str, str], link: str
) -> Letter:
    """Queue a letter to someone with an account; ``link`` is where its ``{link}`` leads."""
    desk = newsroom.desks.every[0]
    common = {"publication": desk.publication, "name": person.name}
    rendered = render(newsroom.letters.template(code, person.locale), common | dict(values))
    return _row(
        session,
        newsroom,
        desk,
        Letter(
            code=code,
            person_id=person.id,
            locale=person.locale,
            to_address=person.email,
            to_name=person.name,
            subject=rendered.subject,
            body=rendered.body,
            automatic=True,
            link_url=link,
        ),
    )


def _row(session: Session, newsroom: Newsroom, desk: Desk, letter: Letter) -> Letter:
    letter.desk = desk.slug
    letter.message_id = message_id(desk.address.rpartition("@")[2])
    letter.created_at = letter.due_at = newsroom.now()
    letter.status = "queued"
    letter.attempts = 0
    session.add(letter)
    return letter


def _answered(session: Session, submission: Submission, automatic: bool) -> str:
    query = select(InboundMessage.message_id).where(InboundMessage.submission_id == submission.id)
    first = session.scalar(query.order_by(InboundMessage.id).limit(1)) if automatic else None
    return first or ""


def _public_link(newsroom: Newsroom, desk: str, kind: str) -> str:
    pages = {"form": f"/write/{desk}", "terms": f"/write/{desk}/terms"}
    return newsroom.settings.base_url + pages[kind] if kind in pages else ""


def author_link(newsroom: Newsroom, byline: Byline, path: str = "") -> str:
    """Return an author's secret link. It is made for sending and never stored."""
    token = author_token(newsroom.key("author-links"), byline.id, byline.link_generation)
    return f"{newsroom.settings.base_url}/a/{token}{path}"


def links_of(newsroom: Newsroom, letter: Letter, byline: Byline | None) -> dict[str, str]:
    """Return what each link placeholder of a stored letter stands for."""
    if letter.link_url or byline is None:
        return dict.fromkeys(("link", "link_yes", "link_no"), letter.link_url)
    kind = newsroom.letters.declared[letter.code].link
    if kind == "none":
        return {}
    link = author_link(newsroom, byline, PATHS[kind])
    return {"link": link, "link_yes": f"{link}?answer=yes", "link_no": f"{link}?answer=no"}


def for_editing(rendered: Rendered) -> str:
    """Return a rendered letter's body with its link marks as ``{link}``, for an editor's text field."""
    return open_for_editing(rendered.body)


def recently(session: Session, newsroom: Newsroom, codes: tuple[str, ...], address: str, within: timedelta) -> int:
    """Return how many letters of these kinds were queued to an address lately: the cap on what strangers trigger.

    Holds the address's turn to the end of the transaction, so that two of them do not both find room for one more.
    """
    take_turn(session, Turn.ADDRESS, address)
    since: datetime = newsroom.now() - within
    query = select(Letter.id).where(Letter.to_address == address, Letter.code.in_(codes), Letter.created_at > since)
    query = query.where(Letter.status != "cancelled")
    return len(session.scalars(query).all())


def call_back(session: Session, letter_ids: list[int], now: datetime) -> bool:
    """Cancel queued letters that have not left; False, and nothing is cancelled, when one has or is leaving."""
    waiting = (
        update(Letter)
        .where(Letter.id.in_(letter_ids), Letter.status == "queued", Letter.due_at > now, Letter.leased_until.is_(None))
        .values(status="cancelled")
    )
    if len(session.scalars(waiting.returning(Letter.id)).all()) == len(letter_ids):
        return True
    session.execute(
        update(Letter).where(Letter.id.in_(letter_ids), Letter.status == "cancelled").values(status="queued")
    )
    return False


def try_again(session: Session, newsroom: Newsroom, letter: Letter, actor: Actor) -> None:
    """Queue a letter that was given up once more, with its tries counted anew. It stays the same message.

    Raises NotAllowed for anyone below an editor of its desk, IllegalAction when it was not given up.
    """
    if actor.rank(letter.desk or "") < 2:  # reader is 1, editor 2
        raise NotAllowed("Sending a letter again needs an editor of its desk.")
    session.refresh(letter, with_for_update=True)
    if letter.status != "failed":
        raise IllegalAction("This letter is no longer given up. Reload the page.")
    letter.status, letter.attempts, letter.due_at, letter.leased_until = "queued", 0, newsroom.now(), None
    append(
        session,
        at=newsroom.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action="send_letter_again",
        submission_id=letter.submission_id,
        detail={"letter": letter.id},
    )
