"""The exclusivity clock of one piece: a fresh promise, stopped by a question, going on with what was left.

It writes ``reply_by`` and its companions only; what happens when a promise passes is in ``clock``.
"""

from intake.newsroom import Newsroom
from intake.storage.submissions import Submission

LEAST_LEFT = 4 * 60
"""Working minutes a promise has at least when an answered question starts the clock again."""


def promise(newsroom: Newsroom, submission: Submission) -> None:
    """Set a fresh ``reply_by`` by the desk's promise and calendar, and forget the old clock."""
    desk = newsroom.desk(submission.desk)
    submission.reply_by = desk.calendar.promise(newsroom.now(), desk.promise_days)
    submission.no_promise = submission.clock_left = submission.asked_at = submission.extension_until = None
    submission.extended = False


def stop(newsroom: Newsroom, submission: Submission) -> None:
    """Stop the clock for a question: keep the working minutes that were left."""
    calendar = newsroom.desk(submission.desk).calendar
    if submission.reply_by is not None:
        submission.clock_left = calendar.minutes_between(newsroom.now(), submission.reply_by)
    submission.asked_at = newsroom.now()


def resume(newsroom: Newsroom, submission: Submission) -> None:
    """Start the clock again with what was left, at least four working hours; a piece without promise gets none."""
    calendar = newsroom.desk(submission.desk).calendar
    if submission.clock_left is not None:
        submission.reply_by = calendar.add_minutes(newsroom.now(), max(submission.clock_left, LEAST_LEFT))
    submission.clock_left = submission.asked_at = None
