"""What a secret link opens: one piece, for one of its authors. A wrong or revoked link is a page that is not there.

Permissions to act are the workflow's; this only finds the piece and says what an author may be shown.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import abort

from intake.domain.body import blocks
from intake.domain.desk import Desk
from intake.domain.differences import Change, compare
from intake.domain.roles import Actor
from intake.domain.states import Action, Status, legal
from intake.storage.submissions import Byline, Revision, Submission
from intake.web.language import prefer
from intake.web.transaction import newsroom, session
from intake.workflow.submit import author_actor, author_by_token
from intake.workflow.transition import find, shown_status


@dataclass(frozen=True, slots=True)
class Access:
    """One author's view of one piece."""

    token: str
    submission: Submission
    byline: Byline
    actor: Actor
    desk: Desk
    shown: Status
    """The state to tell: the old one while a decision can still be undone."""

    def can(self, action: str) -> bool:
        """Tell whether a button for an act should stand on the page: it fits the state shown and the true one."""
        return legal(self.shown, Action(action)) and legal(self.submission.state, Action(action))

    @property
    def desk_until(self) -> datetime | None:
        """Return the moment of a decision that can still be undone, or nothing."""
        return self.submission.changed_at if self.shown is not self.submission.state else None

    @property
    def revision(self) -> Revision:
        """Return the text that stands."""
        return self.submission.revision

    @property
    def offered(self) -> Revision | None:
        """Return the author's newest version when the editor has not taken it over yet."""
        newest = self.submission.revisions[-1]
        return None if newest.standing else newest

    def changes(self) -> tuple[Change, ...]:
        """Return what the editor changed since the author's last standing text; nothing when it is the author's."""
        standing = self.revision
        before = [r for r in self.submission.revisions if r.standing and r.made_by == "author"]
        if not before or standing.made_by == "author":
            return ()
        return compare(_lines(before[-1]), _lines(standing))


def _lines(revision: Revision) -> list[str]:
    text = [block.text for block in blocks(revision.body_html)]
    return [line for line in (revision.headline, revision.standfirst, *text) if line]


def follow(token: str, *, to_act: bool = False) -> Access:
    """Return what a secret link opens and let the page speak its author's language; 404 for any other link.

    ``to_act`` locks the piece's row where the database locks rows.
    """
    found = author_by_token(session(), token)
    if found is None:
        abort(404)
    submission, byline = found
    if to_act:
        submission = find(session(), submission.id)
    prefer(byline.locale)
    return Access(
        token=token,
        submission=submission,
        byline=byline,
        actor=author_actor(byline),
        desk=newsroom().desk(submission.desk),
        shown=shown_status(submission, newsroom().now()),
    )
