"""The forms of held mail. What is not a field here is not taken from a request."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length


class SettleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Dealing with one held message: one button."""


class PutIntoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Putting one held message into a piece."""

    ref = StringField(
        _l("Reference of the piece"),
        [InputRequired(), Length(max=20)],
        filters=[lambda typed: (typed or "").strip().upper()],
    )


class BulkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """The ticked messages of the tray."""

    message = SelectMultipleField(
        coerce=int, validate_choice=False, validators=[InputRequired(_l("Tick the messages first.")), Length(max=100)]
    )
    act = SelectField(
        choices=[SelectChoice(act, act) for act in ("take_in", "answer", "spike")], validators=[InputRequired()]
    )

    def ids(self) -> list[int]:
        """Return the ids that were ticked, each once."""
        return sorted(set(self.message.data or []))
