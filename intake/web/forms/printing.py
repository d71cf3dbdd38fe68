"""The forms between an accepted piece and a printed one. What is not a field here is not taken from a request."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from intake.domain.body import text_of
from intake.domain.errors import TooLarge
from intake.domain.gate import FIRM, Line
from intake.domain.proposal import Text
from intake.domain.text import clean, count_words, one_line, sentences
from intake.manuscripts.canonical import canonical
from intake.manuscripts.plain import from_plain
from intake.storage.submissions import Byline, Revision
from intake.web.forms.desk import TOO_LONG, ActForm

HEADLINE, STANDFIRST, NOTE, BIO_WORDS, BIO_SENTENCES = (5, 120), 200, 500, 60, 2


def _line(text: str | None) -> str:
    return one_line(text or "")


def _prose(text: str | None) -> str:
    return clean(text or "").strip()


def offered(choices: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Return values and their words as the choices of a field."""
    return [SelectChoice(value, words) for value, words in choices]


def laid_out(html: str) -> str:
    """Return a canonical body with one block a line, as a person can read it in a text field."""
    for end in ("</p>", "</h2>", "</h3>", "</blockquote>", "</ul>", "</ol>", "</li>", "<ul>", "<ol>", "<hr>"):
        html = html.replace(end, end + "\n")
    return html.strip()


class EditForm(ActForm):
    """The text of a piece as an editor changes it."""

    headline = StringField(
        _l("Headline"),
        [
            DataRequired(_l("Write the headline.")),
            Length(*HEADLINE, message=_l("A headline has %(min)d to %(max)d characters.")),
        ],
        filters=[_line],
    )
    standfirst = StringField(_l("Standfirst"), [Optional(), Length(max=STANDFIRST, message=TOO_LONG)], filters=[_line])
    body = TextAreaField(_l("Text"), [DataRequired(_l("Write the text. A piece cannot be empty."))])
    note = TextAreaField(
        _l("Note on the edit"),
        [Optional(), Length(max=NOTE, message=TOO_LONG)],
        description=_l("Kept with the revision, so that others see why."),
        filters=[_prose],
    )

    def validate_body(self, field: Field) -> None:
        """Make what the browser sent canonical, whatever it sent; refuse what leaves no text."""
        typed = field.data or ""
        try:
            self.html = canonical(typed) if "<" in typed else from_plain(typed)
        except TooLarge as error:
            raise ValidationError(_(str(error))) from None
        if not count_words(text_of(self.html)):
            raise ValidationError(_("Write the text. A piece cannot be empty."))
        field.data = laid_out(self.html)

    def written(self) -> Text:
        """Return the text of a form that was found whole."""
        plain = text_of(self.html)
        return Text(str(self.headline.data), str(self.standfirst.data or ""), self.html, plain, count_words(plain))

    def fill(self, revision: Revision) -> None:
        """Write a revision into an empty form."""
        self.headline.data, self.standfirst.data = revision.headline, revision.standfirst
        self.body.data = laid_out(revision.body_html)


def _public_note() -> TextAreaField:
    return TextAreaField(
        _l("Public note"),
        [
            DataRequired(_l("Write the note. Readers see it, and the author is told.")),
            Length(max=NOTE, message=TOO_LONG),
        ],
        description=_l("Readers see it on the page; the author gets it by mail."),
        filters=[_prose],
    )


class CorrectForm(EditForm):
    """The corrected text of a published piece, with the note readers see."""

    note = _public_note()


class PublicNoteForm(ActForm):
    """Removing or restoring a published piece: the note readers see."""

    note = _public_note()


class TakeOverForm(ActForm):
    """Making an author's offered revision the text."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


def _short_bio(_form: FlaskForm, field: Field) -> None:
    if count_words(field.data) > BIO_WORDS or sentences(field.data) > BIO_SENTENCES:
        raise ValidationError(
            _("A biography has at most %(words)s words in %(sentences)s sentences. Shorten it.", words=60, sentences=2)
        )


def lines_form(bylines: Iterable[Byline], **given: Any) -> ActForm:
    """Return the form of the printed lines of these authors: name, biography and disclosure of each."""
    fields: dict[str, Any] = {}
    for byline in bylines:
        fields |= {f"{name}_{byline.id}": field for name, field in _lines_of(byline).items()}
    made: ActForm = type("LinesForm", (ActForm,), fields)(**given)
    return made


def _lines_of(byline: Byline) -> dict[str, Any]:
    return {
        "name": StringField(
            _l("Name as printed"),
            [DataRequired(_l("A byline needs a name.")), Length(max=120, message=TOO_LONG)],
            default=byline.name,
            filters=[_line],
        ),
        "bio": TextAreaField(
            _l("Biography"),
            [Optional(), Length(max=600, message=TOO_LONG), _short_bio],
            description=_l("At most 60 words in 2 sentences."),
            default=byline.bio,
            filters=[_line],
        ),
        "disclosure": StringField(
            _l("Disclosure"),
            [Optional(), Length(max=200, message=TOO_LONG)],
            description=_l("Printed under the piece: what readers must know of the author’s interests."),
            default=byline.disclosure,
            filters=[_line],
        ),
    }


GENRE_NAMES = {
    "opinion": _l("Opinion"),
    "column": _l("Column"),
    "letter": _l("Letter"),
    "editorial": _l("Editorial"),
    "news": _l("News (no disclaimer, not printed here)"),
    "analysis": _l("Analysis (no disclaimer, not printed here)"),
    "interview": _l("Interview (no disclaimer, not printed here)"),
    "sponsored": _l("Sponsored (no disclaimer, not printed here)"),
}


class GenreForm(ActForm):
    """What kind of piece it is."""

    genre = SelectField(_l("Genre"), choices=offered(GENRE_NAMES.items()))


class ApproveForm(ActForm):
    """A chief's approval for one author, with the evidence. ``piece_hash`` is the proof that was looked at."""

    piece_hash = StringField(widget=HiddenInput(), validators=[InputRequired()])
    byline = RadioField(_l("Author"), coerce=int, validators=[InputRequired(_l("Choose the author who agreed."))])
    evidence = TextAreaField(
        _l("Evidence"),
        [
            DataRequired(_l("Write when and how the author agreed to this very text.")),
            Length(max=NOTE, message=TOO_LONG),
        ],
        description=_l("When and how the author agreed to this very text. It is kept and counted."),
        filters=[_prose],
    )


class OverrideForm(ActForm):
    """A chief's written word that lets one line of the gate pass."""

    line = RadioField(
        _l("Line"),
        choices=offered((line.value, line.value) for line in Line if line not in FIRM),
        validators=[InputRequired(_l("Choose the line to let pass."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Write the reason: it is kept with the act, and overrides are counted.")),
            Length(max=NOTE, message=TOO_LONG),
        ],
        filters=[_prose],
    )


class ScheduleForm(ActForm):
    """When a piece is to appear, on the clock of the desk's own zone."""

    at = DateTimeLocalField(_l("Day and time"), [InputRequired(_l("Choose the day and time."))])

    def at_in(self, zone: ZoneInfo) -> datetime:
        """Return the chosen moment, which is meant in the desk's zone, as UTC."""
        naive: Any = self.at.data
        chosen: datetime = naive.replace(tzinfo=zone)
        return chosen.astimezone(UTC)
