"""Random journeys: random acts by random people on a piece, on a real database, seen by a real reader's browser.

What must always hold is looked at after every act. It plays no mail and no pages of the desk: those have tests of
their own, and end in the same verbs.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from markupsafe import escape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.domain.errors import IntakeError
from intake.domain.gate import Line
from intake.domain.roles import Actor, Role, may
from intake.domain.states import PROMISED, Action, Status, legal
from intake.domain.states import rule as row_of
from intake.domain.text import slug
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, broken
from intake.storage.messages import Letter
from intake.storage.publications import Publication
from intake.storage.submissions import Submission
from intake.workflow import clock, editing, proof, publish, review, sorting, submit
from tests import factories
from tests.web.apps import quick_app

Act = Callable[[Session, Newsroom, Submission, Actor, int], object]

CLOSING = {"declined": ("M6a", "M6b", "M6c", "M15"), "released": ("M7", "M7n"), "withdrawn": ("M13",)}
CLOSING |= {"merged": ("Mm",), "published": ("M12",), "removed": ("M14",)}
"""The letters that tell an author of each end; a spiked piece has none."""
KEPT = "The piece that others are merged into"


def approve(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, seen: int) -> None:
    pinned = proof.current(session, piece)
    digest = pinned.hash if pinned else "0" * 64
    proof.approve(
        session, newsroom, piece, actor, digest, seen=seen, byline=piece.bylines[0], evidence="By telephone, at noon."
    )


def complete(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, _seen: int) -> None:
    whole = factories.proposal()
    details = replace(whole.author, bio=f"Version {piece.version}.")
    submit.complete(session, newsroom, piece, actor, details, whole.facts, whole.statement)


def merge(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, seen: int) -> None:
    kept = session.scalars(select(Submission).where(Submission.headline == KEPT)).one()
    sorting.merge(session, newsroom, piece, kept, actor, seen)


def set_genre(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, seen: int) -> None:
    editing.set_genre(session, newsroom, piece, actor, ("column", "opinion", "news")[seen % 3], seen)


def plan(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, seen: int) -> None:
    publish.schedule(session, newsroom, piece, actor, newsroom.now() + timedelta(hours=5), seen)


def more_time(session: Session, newsroom: Newsroom, piece: Submission, actor: Actor, seen: int) -> None:
    until = (piece.reply_by or newsroom.now()) + timedelta(days=5)
    review.ask_extension(session, newsroom, piece, actor, until, seen)


ACTS: dict[Action, Act] = {
    Action.CONFIRM: lambda s, n, p, a, seen: submit.confirm(s, n, p, a, seen=seen, text="She called."),
    Action.COMPLETE: complete,
    Action.CLAIM: review.claim,
    Action.UNCLAIM: review.unclaim,
    Action.NOTE: lambda s, n, p, a, seen: review.note(s, n, p, a, "A word.", seen),
    Action.RECOMMEND: lambda s, n, p, a, seen: review.recommend(s, n, p, a, "Take it.", seen),
    Action.ASK: lambda s, n, p, a, seen: review.ask(s, n, p, a, "Sure?", seen),
    Action.ANSWER: lambda s, n, p, a, _: review.answer(s, n, p, a, "Sure."),
    Action.ASK_EXTENSION: more_time,
    Action.EXTEND: lambda s, n, p, a, _: review.extend(s, n, p, a, yes=True),
    Action.ACCEPT: review.accept,
    Action.DECLINE: lambda s, n, p, a, seen: review.decline(s, n, p, a, seen, "no_room"),
    Action.UNDO: review.undo,
    Action.WITHDRAW: lambda s, n, p, a, _: review.withdraw(s, n, p, a),
    Action.OFFER: review.offer,
    Action.TAKE_OFFER: lambda s, n, p, a, seen: review.answer_offer(s, n, p, a, yes=True, seen=seen),
    Action.REFUSE_OFFER: lambda s, n, p, a, seen: review.answer_offer(s, n, p, a, yes=False, seen=seen),
    Action.EDIT: lambda s, n, p, a, seen: editing.edit(s, n, p, a, factories.text(headline=f"Draft {seen}"), seen),
    Action.REVISE: lambda s, n, p, a, _: editing.revise(s, n, p, a, factories.text(headline="An offered headline")),
    Action.SET_GENRE: set_genre,
    Action.SEND_PROOF: proof.send,
    Action.APPROVE: approve,
    Action.REQUEST_CHANGES: lambda s, n, p, a, _: proof.request_changes(s, n, p, a, "The last line."),
    Action.RECALL: proof.recall,
    Action.SCHEDULE: plan,
    Action.UNSCHEDULE: publish.unschedule,
    Action.PUBLISH: publish.publish,
    Action.OVERRIDE: lambda s, n, p, a, seen: publish.override(s, n, p, a, Line.EXCLUSIVITY, "Agreed.", seen),
    Action.CORRECT: lambda s, n, p, a, seen: publish.correct(
        s, n, p, a, factories.text(headline="Now"), "It was 8.", seen
    ),
    Action.REMOVE: lambda s, n, p, a, seen: publish.remove(s, n, p, a, "By order.", seen),
    Action.RESTORE: lambda s, n, p, a, seen: publish.restore(s, n, p, a, "Lifted.", seen),
    Action.MERGE: merge,
    Action.SPLIT: sorting.split,
    Action.SPIKE: sorting.spike,
    Action.UNSPIKE: sorting.unspike,
}

ROUTE = (Action.CONFIRM, Action.CLAIM, Action.ACCEPT, Action.SEND_PROOF, Action.APPROVE, Action.PUBLISH)
"""The straight way to a printed page; random acts alone seldom come beyond the queue."""


ROUTED = ("unconfirmed", "received", "in_review", "accepted", "approval", "approved", "published")


class Desk(RuleBasedStateMachine):
    """One new piece for each walk, among people and a reader; the newsroom and its audit go on from walk to walk."""

    opened: Newsroom
    people: dict[str, Actor]
    reader: FlaskClient
    walks = count()

    @classmethod
    def prepare(cls, newsroom: Newsroom) -> None:
        with newsroom.transaction() as session:
            cls.people = {
                role.value: factories.person(session, newsroom, role)
                for role in (Role.READER, Role.EDITOR, Role.CHIEF, Role.AUDITOR)
            }
            factories.received(session, newsroom, address="kept@author.example", text=factories.text(headline=KEPT))
        cls.opened, cls.reader = newsroom, quick_app(newsroom).test_client()

    @initialize(steps=st.integers(0, len(ROUTE)))
    def open(self, steps: int) -> None:
        self.newsroom = replace(self.opened, clock=factories.StillClock())
        with self.newsroom.transaction() as session:
            self.walker = f"Walker {next(self.walks):03} Mansouri"
            proposed = factories.proposal(address=f"{self.walker[7:10]}@author.example")
            proposed = replace(proposed, author=replace(proposed.author, name=self.walker))
            piece = submit.submit(session, self.newsroom, proposed, confirmed=False)
            self.id, self.people["author"] = piece.id, factories.author(piece)
        for action in ROUTE[:steps]:
            self._try(action, self.people["chief"], 0)
        with self.newsroom.reading() as session:
            assert session.get_one(Submission, self.id).status == ROUTED[steps]

    def teardown(self) -> None:
        with self.newsroom.reading() as session:
            assert list(broken(session)) == []

    def _try(self, action: Action, actor: Actor, stale: int) -> None:
        """Do one act in its own transaction: a version more and an entry more, or refused and nothing changed."""
        before = self._known()
        if before is None:
            return
        try:
            with self.newsroom.transaction() as session:
                piece = session.get_one(Submission, self.id)
                ACTS[action](session, self.newsroom, piece, actor, piece.version - stale)
        except IntakeError:
            assert self._known() == before
            return
        after = self._known()
        assert after is not None
        # Each act of the state table is one entry and one version more.
        assert after["version"] - before["version"] == after["moves"] - before["moves"]
        assert (after["version"] > before["version"]) or after == before
        assert after == before or not stale or actor is self.people["author"]

    def _known(self) -> dict[str, Any] | None:
        with self.newsroom.reading() as session:
            piece = session.get(Submission, self.id)
            if piece is None:
                return None
            columns = {column.key: getattr(piece, column.key) for column in Submission.__table__.columns}
            moves = select(func.count(AuditEntry.id)).where(
                AuditEntry.submission_id == self.id, AuditEntry.action != "confirm_address"
            )
            mine = select(Letter.id, Letter.status).where(Letter.submission_id == self.id).order_by(Letter.id)
            audited = select(func.count(AuditEntry.id)).where(AuditEntry.submission_id == self.id)
            letters = [tuple(row) for row in session.execute(mine)]
            known = {"audited": session.scalar(audited), "moves": session.scalar(moves), "letters": letters}
            return columns | known

    @rule(pick=st.integers(0, 999), who=st.sampled_from(["author", "editor", "chief"]))
    def likely(self, pick: int, who: str) -> None:
        """Do something that the state allows."""
        known = self._known()
        if known is not None:
            actor = self.people[who]
            fitting = [one for one in ACTS if legal(Status(known["status"]), one) and may(actor, one, "opinion")]
            fitting += [one for one in fitting if one in ROUTE]
            if fitting:
                self._try(fitting[pick % len(fitting)], actor, 0)

    @rule(action=st.sampled_from(sorted(ACTS)), who=st.sampled_from(["reader", "editor", "chief", "auditor", "author"]))
    def anything(self, action: Action, who: str) -> None:
        self._try(action, self.people[who], 0)

    @rule(action=st.sampled_from(sorted(ACTS)), who=st.sampled_from(["editor", "chief", "author"]))
    def stale(self, action: Action, who: str) -> None:
        self._try(action, self.people[who], 1)

    @rule(by=st.sampled_from([5, 30, 3600, 3 * 3600, 86_400, 4 * 86_400, 15 * 86_400]))
    def time_passes(self, by: int) -> None:
        factories.pass_time(self.newsroom, seconds=by)
        clock.tick(self.newsroom)

    @invariant()
    def all_is_well(self) -> None:
        with self.newsroom.reading() as session:
            piece = session.get(Submission, self.id)
            if piece is None:
                return
            self._one_promise_or_a_reason(piece)
            self._end_is_told(session, piece)
            pages = session.scalars(select(Publication).where(Publication.submission_id == self.id)).all()
            assert len(pages) == (piece.state in {Status.PUBLISHED, Status.REMOVED})
            for page in pages:
                assert (page.removed_at is not None) == (piece.state is Status.REMOVED)
                self._page_says_it_once(page)
            standing = any(page.removed_at is None for page in pages)
            for address in ("/opinion/rss.xml", f"/archive/opinion/by/{slug(self.walker)}"):
                assert (self.walker in self.reader.get(address).text) == standing

    def _one_promise_or_a_reason(self, piece: Submission) -> None:
        if piece.state in PROMISED:
            assert (piece.reply_by is None) == (piece.no_promise is not None)
        if piece.state is Status.IN_REVIEW:
            assert piece.claimant_id is not None
        assert (piece.state is Status.SCHEDULED) <= (piece.publish_at is not None)

    def _end_is_told(self, session: Session, piece: Submission) -> None:
        if piece.status in CLOSING:
            told = select(Letter.id).where(Letter.submission_id == piece.id, Letter.code.in_(CLOSING[piece.status]))
            assert session.scalars(told.where(Letter.status != "cancelled")).first() is not None

    def _page_says_it_once(self, page: Publication) -> None:
        """One label and one explainer with the right name while it stands; neither once it is removed."""
        answer = self.reader.get(page.path)
        times = 1 if page.removed_at is None else 0
        assert answer.status_code == (200 if times else 410)
        assert page.label
        assert self.newsroom.desk(page.desk).publication in page.disclaimer_text
        assert answer.text.count('<p class="article-label">Opinion</p>') == times
        assert answer.text.count('<aside class="article-explainer"') == times
        assert re.sub(r"<script.*?</script>", "", answer.text).count(escape(page.disclaimer_text)) == times
        assert page.disclaimer_text not in page.body_html
        assert page.genre != "news"


def test_what_must_always_hold(newsroom: Newsroom) -> None:
    Desk.prepare(newsroom)
    bounds = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        phases=(Phase.generate,),  # shrinking takes minutes here, and the steps of a failure are printed anyway
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Desk, settings=bounds)


def test_every_act_of_a_person_is_among_the_random_ones() -> None:
    by_people = {action for action in Action if {party.value for party in row_of(action).who} - {"system"}}
    apart = {Action.SUBMIT, Action.OPEN_SEALED, Action.SIGN}  # no piece yet; have tests of their own
    assert set(ACTS) == by_people - apart
