"""The forms of held mail. What is not a field here is not taken from a request."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length


class SettleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Dealing with one held message: one button."""


class BulkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """The ticked messages of the tray."""

    message = SelectMultipleField(
        coerce=int, validate_choice=False, validators=[InputRequired(_l("Tick the messages first.")), Length(max=100)]
    )

    def ids(self) -> list[int]:
        """Return the ids that were ticked, each once."""
        return sorted(set(self.message.data or []))
