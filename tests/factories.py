"""Made-up people and pieces for tests. Everything goes through the product's own use-cases, never round them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from intake.bootstrap import open_newsroom
from intake.domain.proposal import INTERESTS, AuthorDetails, Facts, Proposal, Statement, Text
from intake.domain.roles import Actor, Kind, Role
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage.people import DeskRole, Person
from intake.storage.submissions import Submission
from intake.workflow import accounts, proof, review, submit
from intake.workflow.publish import publish
from tests import databases

PARAGRAPHS_EN = (
    "The harbour wall was built for ships that no longer come, and the city still pays for it every year.",
    "I have walked along it since I was six. Each winter the sea takes a little more of the road behind it.",
    "The council could move the road, as two neighbouring towns did, for a third of what the next repair will cost.",
)
PARAGRAPHS_AR = (
    "بُني جدار الميناء لسفن لم تعد تأتي، وما زالت المدينة تدفع ثمنه كل عام.",
    "أسير بمحاذاته منذ كنت في السادسة، وفي كل شتاء يأخذ البحر قليلًا من الطريق خلفه.",
    "يستطيع المجلس أن ينقل الطريق كما فعلت بلدتان مجاورتان بثلث كلفة الترميم القادم.",
)


QUIET = {"INTAKE_MAIL_AUTHENTICATE": "false"}
"""No test asks a name server, unless it brings one of its own."""


@dataclass
class StillClock:
    """A clock that moves only when told to: a Tuesday at noon in Tripoli."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 10, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        """Move on by the given days, hours, minutes or seconds."""
        self.at += timedelta(**by)


def make_newsroom(folder: Path, **environment: str) -> Newsroom:
    """Return a newsroom on a folder and its database (see ``databases``), with the shipped configuration."""
    return open_newsroom(load({"INTAKE_FOLDER": str(folder), **QUIET, **databases.settings_for(folder), **environment}))


def text(language: str = "en", headline: str = "", words: int = 420) -> Text:
    """Return a made-up article of about so many words."""
    paragraphs = PARAGRAPHS_AR if language == "ar" else PARAGRAPHS_EN
    chosen: list[str] = []
    while sum(len(paragraph.split()) for paragraph in chosen) < words:
        chosen.append(paragraphs[len(chosen) % len(paragraphs)])
    title = headline or ("انقلوا الطريق ودعوا الجدار" if language == "ar" else "Move the road and let the wall go")
    return Text(
        headline=title,
        standfirst="",
        body_html="".join(f"<p>{paragraph}</p>" for paragraph in chosen),
        body_text="\n\n".join(chosen),
        words=sum(len(paragraph.split()) for paragraph in chosen),
    )


def statement(**changed: object) -> Statement:
    """Return a complete statement with nothing to declare."""
    whole = Statement(
        interests=dict.fromkeys(INTERESTS, (False, "")),
        ai_use="none",
        exclusivity="only",
        terms_version="1",
    )
    return replace(whole, **changed)  # type: ignore[arg-type]  # tests name the fields


def proposal(language: str = "en", address: str = "huda@author.example", **changed: object) -> Proposal:
    """Return a whole proposal to the desk of a language."""
    whole = Proposal(
        desk="rai" if language == "ar" else "opinion",
        language=language,
        channel="form",
        text=text(language),
        author=AuthorDetails(
            name="هدى المنصوري" if language == "ar" else "Huda Mansouri",
            address=address,
            locale=language,
            phone="+218912345678",
            city="Misrata",
            country="Libya",
            bio="مهندسة موانئ من مصراتة." if language == "ar" else "Huda Mansouri is a harbour engineer in Misrata.",
        ),
        facts=Facts(why_now="The council votes next week.", allegation=False),
        statement=statement(),
    )
    return replace(whole, **changed)  # type: ignore[arg-type]  # tests name the fields


def person(
    session: Session, newsroom: Newsroom, role: Role = Role.CHIEF, name: str = "", desks: tuple[str, ...] = ()
) -> Actor:
    """Return an editor with a role on every desk (or the ones named), as an actor."""
    name = name or f"{role.value.title()} Person"
    made = accounts.add_person(session, newsroom, f"{name.lower().replace(' ', '.')}@desk.example", name, "en")
    for desk in desks or tuple(desk.slug for desk in newsroom.desks.every):
        made.desk_roles.append(DeskRole(desk=desk, role=role.value))
    session.flush()
    return actor(made)


def actor(made: Person) -> Actor:
    """Return the actor of a stored person."""
    from intake.storage.people import actor_for

    return actor_for(made)


def author(submission: Submission) -> Actor:
    """Return the first author of a piece as an actor."""
    return submit.author_actor(submission.bylines[0])


SYSTEM = Actor(Kind.SYSTEM, name="system")


def received(session: Session, newsroom: Newsroom, language: str = "en", **changed: object) -> Submission:
    """Return a piece in the queue, its address confirmed."""
    piece = submit.submit(session, newsroom, proposal(language, **changed), confirmed=False)  # type: ignore[arg-type]
    submit.confirm(session, newsroom, piece, author(piece))
    session.flush()
    return piece


def in_review(session: Session, newsroom: Newsroom, editor: Actor, **changed: object) -> Submission:
    """Return a piece that an editor has claimed."""
    piece = received(session, newsroom, **changed)  # type: ignore[arg-type]
    review.claim(session, newsroom, piece, editor, piece.version)
    return piece


def accepted(session: Session, newsroom: Newsroom, editor: Actor, **changed: object) -> Submission:
    """Return an accepted piece."""
    piece = in_review(session, newsroom, editor, **changed)
    review.accept(session, newsroom, piece, editor, piece.version)
    return piece


def approved(session: Session, newsroom: Newsroom, editor: Actor, **changed: object) -> Submission:
    """Return a piece whose proof its author has approved."""
    piece = accepted(session, newsroom, editor, **changed)
    sent = proof.send(session, newsroom, piece, editor, piece.version)
    proof.approve(session, newsroom, piece, author(piece), sent.hash)
    session.flush()
    return piece


def published(session: Session, newsroom: Newsroom, editor: Actor, **changed: object) -> Submission:
    """Return a published piece."""
    piece = approved(session, newsroom, editor, **changed)
    publish(session, newsroom, piece, editor, piece.version)
    session.flush()
    return piece


def pass_time(newsroom: Newsroom, **by: float) -> None:
    """Move a test newsroom's still clock on by the given days, hours, minutes or seconds."""
    assert isinstance(newsroom.clock, StillClock)
    newsroom.clock.move(**by)
