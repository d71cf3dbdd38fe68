"""The forms an author fills in, made of the questions in ``piece``, ``about`` and ``declaration``."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from intake.domain.desk import Desk
from intake.web.forms.about import AboutFields
from intake.web.forms.declaration import InterestFields, TermsFields
from intake.web.forms.fields import length, needed, prose, unless_empty
from intake.web.forms.piece import FactsFields, TextFields


class DeskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form whose rules are those of one desk."""

    def __init__(self, desk: Desk, **more: Any) -> None:
        """Take the desk whose rules hold."""
        self.desk = desk
        super().__init__(**more)

    def __iter__(self) -> Iterator[Field]:
        """Go through the fields section by section, in the order in which the form names its sections."""
        sections = [vars(section) for section in type(self).__mro__]

        def place(field: Field) -> int:
            return next((number for number, names in enumerate(sections) if field.short_name in names), -1)

        return iter(sorted(super().__iter__(), key=place))


class _AllegationForm(DeskForm):
    """What every form with the facts asks beyond single fields."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask whether those accused were heard, only where someone is accused."""
        good = bool(super().validate(extra_validators))
        if self.allegation.data == "yes" and self.asked.data is None:
            self.asked.errors = [gettext("Say whether those accused have been asked for their side.")]
            return False
        return good


class PieceForm(_AllegationForm, TextFields, FactsFields, AboutFields, InterestFields, TermsFields):
    """The whole form of a new piece. ``website`` is a trap; ``form_key`` says when the form was opened.

    ``document`` carries what stood beside the text of the document that was read in (``web.beside``).
    """

    upload = FileField(_l("Is it in a document?"))
    website = StringField(_l("Leave this empty"))
    form_key = HiddenField()
    document = HiddenField()


class DetailsForm(_AllegationForm, FactsFields, AboutFields, InterestFields, TermsFields):
    """Everything but text and address, for a piece that came in without these answers."""

    email = None  # type: ignore[assignment]  # how WTForms takes a field out

    def keep_sealed(self) -> None:
        """Ask for name and number only to change them: those behind a pen name are sealed and not shown here."""
        self.phone_is_sealed = True
        self.name.validators = [unless_empty, length(120)]
        self.name.description = gettext("Kept sealed, so we do not show it here. Fill it in only to change it.")

    def validate_pseudonym(self, field: Any) -> None:
        """Refuse a piece without any name."""
        if not field.data and not self.name.data:
            raise ValidationError(gettext("Without a pen name we need the name to print. Write it above."))


class StatementForm(_AllegationForm, FactsFields, InterestFields, TermsFields):
    """What an author declares, without what is printed about them: asked while a proof is out."""


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One text to the editor: an answer, a message, what to change on the proof."""

    words = TextAreaField(_l("Your message"), [needed(_l("Write something first.")), length(4000)], filters=[prose])

    @property
    def said(self) -> str:
        """Return what was written."""
        return self.words.data or ""


class RevisionForm(DeskForm, TextFields):
    """A new version of the text."""

    note = TextAreaField(
        _l("What did you change?"),
        [unless_empty, length(500)],
        filters=[prose],
        description=_l("A word for the editor."),
    )
