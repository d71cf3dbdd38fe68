"""The forms of the desk. Each carries the version its sender saw; what is not a field here is not taken."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from intake.domain.text import clean, one_line

TEXT_MOST, REASON_MOST, LETTER_MOST = 4000, 500, 10_000
TOO_LONG = _l("Write at most %(max)d characters.")

REASONS = (
    ("not_for_us", _l("Not for us")),
    ("no_room", _l("No room, or the moment has passed")),
    ("duplicate", _l("We have this already")),
    ("terms", _l("It does not meet our terms")),
    ("letter", _l("It is a letter to the editor")),
)
"""Each reason of a decline as an editor reads it, in the order of ``DECLINE_REASONS``."""


def _cleaned(text: str | None) -> str:
    return clean(text or "").strip()


def _single(text: str | None) -> str:
    return one_line(text or "")


def _text(label: Any, cure: Any, most: int = TEXT_MOST, **kwargs: Any) -> TextAreaField:
    """Return a required field of several lines; ``cure`` is said when it is empty."""
    return TextAreaField(label, [DataRequired(cure), Length(max=most, message=TOO_LONG)], filters=[_cleaned], **kwargs)


class ActForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """An act that needs no words: one button."""

    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class NoteForm(ActForm):
    """An internal note."""

    text = _text(_l("Note for the desk"), _l("Write the note first."))


class RecommendForm(ActForm):
    """A reader's recommendation to those who decide."""

    text = _text(_l("Your recommendation"), _l("Say what you recommend, and why."))


class ReasonForm(ActForm):
    """An act that wants a written reason."""

    text = _text(_l("Reason"), _l("Write the reason: it is kept with the act."), REASON_MOST)


class SealForm(ReasonForm):
    """Opening the seal of one author."""

    byline = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MergeForm(ActForm):
    """Closing a piece as a copy of another one."""

    kept = StringField(
        _l("Reference of the piece to keep"),
        [DataRequired(_l("Write the reference of the piece to keep, such as OP-7K3M9Q."))],
        filters=[_single, str.upper],
    )
    offer = BooleanField(_l("Offer the text of this piece there as the author’s new revision"))


class ExtensionForm(ActForm):
    """Asking for more time, on the clock of the desk's own zone."""

    until = DateTimeLocalField(
        _l("New time"), [InputRequired(_l("Choose the day and time until which you want to keep the piece."))]
    )

    def until_in(self, zone: Any) -> datetime:
        """Return the chosen moment, which is meant in the desk's zone, as UTC."""
        naive = self.until.data
        assert naive is not None  # noqa: S101 - the field is required
        return naive.replace(tzinfo=zone).astimezone(UTC)


def _words(label: Any, hint: Any, *others: Any) -> TextAreaField:
    return TextAreaField(
        label, [*others, Length(max=TEXT_MOST, message=TOO_LONG)], filters=[_cleaned], description=hint
    )


class DecideForm(ActForm):
    """A decision with its letter open for editing. ``words`` stands where the letter has its placeholder."""

    words: TextAreaField
    letter = TextAreaField(_l("Letter to the author"), [Length(max=LETTER_MOST, message=TOO_LONG)], filters=[_cleaned])
    drafted = StringField(widget=HiddenInput(), filters=[_single])
    """Which letter the text field was filled with: another reason makes it another letter."""
    why: TextAreaField | None = None


class AskForm(DecideForm):
    """A question to the author."""

    words = _words(
        _l("Your question"), _l("It stands where the letter says {question}. The clock stops until the author answers.")
    )


class AcceptForm(DecideForm):
    """Accepting a piece; ``why`` is for a chief who accepts a piece of their own."""

    words = _words(_l("What the author does next"), _l("It stands where the letter says {todo}."), Optional())
    why = _words(
        _l("Why you decide on a piece of your own"), _l("Only a chief may, and the reason is kept with the decision.")
    )


class DeclineForm(DecideForm):
    """Declining a piece for one of the reasons; ``why`` as in accepting."""

    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(code, name) for code, name in REASONS],
        validators=[InputRequired(_l("Choose a reason: the author’s letter and the figures rest on it."))],
    )
    words = _words(
        _l("The reason in plain words"),
        _l("Only for a piece that does not meet the terms: it stands where the letter says {reason_plain}."),
        Optional(),
    )
    why = _words(
        _l("Why you decide on a piece of your own"), _l("Only a chief may, and the reason is kept with the decision.")
    )
