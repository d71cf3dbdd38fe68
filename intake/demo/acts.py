"""Each verb of a journey, played by the product's own use-case. A refused act is a fault of the story and stops it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from intake.demo.stories import Step, Story
from intake.domain.body import text_of
from intake.domain.proposal import INTERESTS, AuthorDetails, Facts, Proposal, Source, Statement, Text
from intake.domain.roles import Actor
from intake.domain.text import count_words
from intake.manuscripts.plain import from_plain
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import editing, proof, publish, review, sorting, submit


@dataclass(frozen=True)
class Scene:
    """What an act is given: where, who, on which piece, and the step's words. ``others`` are the pieces by story."""

    session: Session
    newsroom: Newsroom
    piece: Submission
    actor: Actor
    story: Story
    words: str
    others: Mapping[str, int]

    @property
    def author(self) -> Actor:
        """Return the piece's author."""
        return submit.author_actor(self.piece.bylines[0])

    @property
    def by_editor(self) -> tuple[Session, Newsroom, Submission, Actor]:
        """Return what every act of an editor begins with."""
        return self.session, self.newsroom, self.piece, self.actor

    @property
    def by_author(self) -> tuple[Session, Newsroom, Submission, Actor]:
        """Return what every act of the author begins with."""
        return self.session, self.newsroom, self.piece, self.author

    @property
    def seen(self) -> int:
        """Return the version the editor looks at."""
        return self.piece.version

    def changed(self, change: str) -> Text:
        """Return the piece's text with each ``old => new`` (parted by ``;;``) put in. Raises ValueError."""
        html = self.piece.revision.body_html
        for one in change.split(";;"):
            old, _, new = one.strip().partition(" => ")
            if old not in html:
                raise ValueError(f"{self.story.key}: the text does not hold “{old}”")
            html = html.replace(old, new)
        plain = text_of(html)
        now = self.piece.revision
        return Text(now.headline, now.standfirst, html, plain, count_words(plain))


def proposal(story: Story, desk: str) -> Proposal:
    """Return a story as its author hands it in by form."""
    return Proposal(
        desk=desk,
        language=story.language,
        channel="form",
        text=text(story),
        author=details(story),
        facts=facts(story),
        statement=statement(story),
        suspected=story.said("suspected") or None,
        form_key=f"demo-{story.key}",
    )


def text(story: Story) -> Text:
    """Return a story's words as a canonical body."""
    html = from_plain(story.body)
    plain = text_of(html)
    return Text(story.said("headline"), story.said("standfirst"), html, plain, count_words(plain))


def details(story: Story) -> AuthorDetails:
    """Return who a story's author is."""
    return AuthorDetails(
        name=story.said("name"),
        address=story.said("address"),
        locale=story.language,
        pseudonym=story.said("pseudonym"),
        pseudonym_reason=story.said("pseudonym_reason"),
        phone=story.said("phone"),
        city=story.said("city"),
        country="ليبيا" if story.language == "ar" else "Libya",
        role=story.said("role"),
        bio=story.said("bio"),
    )


def facts(story: Story) -> Facts:
    """Return why now, what backs a story, and whether it accuses someone."""
    accuses = bool(story.about.get("allegation"))
    return Facts(
        why_now=story.said("why_now"),
        sources=tuple(Source(claim, link) for claim, link in story.about.get("sources", ())),
        allegation=accuses,
        evidence=story.said("evidence"),
        asked=True if accuses else None,
    )


def statement(story: Story) -> Statement:
    """Return what a story's author declares; an interest is told by its key and the words in ``interests``."""
    told: Mapping[str, str] = story.about.get("interests", {})
    return Statement(
        interests={key: (key in told, told.get(key, "")) for key in INTERESTS},
        disclosure=story.said("disclosure"),
        ai_use="assist" if story.about.get("ai_tool") else "none",
        ai_tool=story.said("ai_tool"),
        exclusivity="only",
        terms_version="1",
    )


def _approve(scene: Scene) -> None:
    standing = proof.current(scene.session, scene.piece)
    if standing is None:
        raise ValueError(f"{scene.story.key}: no proof is out")
    proof.approve(*scene.by_author, standing.hash)


def _schedule(scene: Scene) -> None:
    at = scene.newsroom.now() + timedelta(hours=float(scene.words))
    publish.schedule(*scene.by_editor, at, scene.seen)


def _correct(scene: Scene) -> None:
    change, _, note = scene.words.partition(" || ")
    publish.correct(*scene.by_editor, scene.changed(change), note, scene.seen)


def _edit(scene: Scene) -> None:
    change, _, note = scene.words.partition(" || ")
    editing.edit(*scene.by_editor, scene.changed(change), scene.seen, note)


def _revise(scene: Scene) -> None:
    change, _, note = scene.words.partition(" || ")
    editing.revise(*scene.by_author, scene.changed(change), note)


def _retitle(scene: Scene) -> None:
    now = scene.piece.revision
    same = Text(now.headline, now.standfirst, now.body_html, now.body_text, now.words)
    editing.edit(*scene.by_editor, replace(same, headline=scene.words), scene.seen, "Headline")


def _decline(scene: Scene) -> None:
    code, _, plain = scene.words.partition(" || ")
    review.decline(*scene.by_editor, scene.seen, code, reason_plain=plain)


def _merge(scene: Scene) -> None:
    kept = scene.session.get_one(Submission, scene.others[scene.words])
    sorting.merge(scene.session, scene.newsroom, scene.piece, kept, scene.actor, scene.seen)


def _complete(scene: Scene) -> None:
    given = details(scene.story), facts(scene.story), statement(scene.story)
    submit.complete(*scene.by_author, *given)


VERBS: Mapping[str, Callable[[Scene], object]] = {
    "confirm": lambda s: submit.confirm(*s.by_author),
    "complete": _complete,
    "claim": lambda s: review.claim(*s.by_editor, s.seen),
    "note": lambda s: review.note(*s.by_editor, s.words, s.seen),
    "say": lambda s: review.note(*s.by_author, s.words, None),
    "recommend": lambda s: review.recommend(*s.by_editor, s.words, s.seen),
    "ask": lambda s: review.ask(*s.by_editor, s.words, s.seen),
    "answer": lambda s: review.answer(*s.by_author, s.words),
    "accept": lambda s: review.accept(*s.by_editor, s.seen),
    "decline": _decline,
    "withdraw": lambda s: review.withdraw(*s.by_author, placed_elsewhere=s.words == "elsewhere"),
    "offer": lambda s: review.offer(*s.by_editor, s.seen),
    "edit": _edit,
    "retitle": _retitle,
    "revise": _revise,
    "proof": lambda s: proof.send(*s.by_editor, s.seen),
    "approve": _approve,
    "changes": lambda s: proof.request_changes(*s.by_author, s.words),
    "sign": lambda s: publish.sign_allegation(*s.by_editor, s.seen),
    "schedule": _schedule,
    "publish": lambda s: publish.publish(*s.by_editor, s.seen),
    "correct": _correct,
    "remove": lambda s: publish.remove(*s.by_editor, s.words, s.seen),
    "merge": _merge,
    "spike": lambda s: sorting.spike(*s.by_editor, s.seen),
}
"""What a journey may say after ``submit`` (by form) or ``mail``."""


def play(scene: Scene, step: Step) -> None:
    """Play one step. Raises ValueError for an unknown verb, and what the use-case refuses with."""
    if step.verb not in VERBS:
        raise ValueError(f"{scene.story.key}: no verb “{step.verb}”")
    VERBS[step.verb](scene)
