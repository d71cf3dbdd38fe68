"""Small parts of every form an author fills in: kinds of fields, and rules that say cause and cure.

Their words are plain strings when a page shows them (a lazy one is no string to a template). They know no desk.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from intake.domain.addresses import normalise_address
from intake.domain.text import clean, count_words, one_line, sentences

YES_NO = (("yes", _l("Yes")), ("no", _l("No")))

Rule = Callable[[Form, Field], None]


def line(value: str | None) -> str:
    """Return what was typed into one line, cleaned; nothing as an empty string."""
    return one_line(value or "")


def prose(value: str | None) -> str:
    """Return what was typed over several lines, cleaned; nothing as an empty string."""
    return clean(value or "").strip()


class Choice(RadioField):
    """Radio buttons with words of our own for "none chosen"; anything but an offered value counts as that."""

    def __init__(self, label: Any, told: Any, choices: Any = YES_NO, **more: Any) -> None:
        """Take the label, what is said when nothing is chosen, and the choices."""
        super().__init__(label, choices=[SelectChoice(*choice) for choice in choices], validate_choice=False, **more)
        self._told = told

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep an offered value only."""
        choices: Any = self.choices
        offered = {choice.value for choice in choices}
        self.data = valuelist[0] if valuelist and valuelist[0] in offered else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a question that was left open."""
        if self.data is None:
            raise StopValidation(str(self._told))


class Day(DateField):
    """A date that may be left empty, with words of our own."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read year-month-day. Raises ValueError with cause and cure."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = date.fromisoformat(valuelist[0].strip())
            except ValueError:
                raise ValueError(
                    gettext("This is no date. Choose one, or write it as year-month-day, such as 2026-11-24.")
                ) from None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Stop at the reading's own error."""
        if self.process_errors:
            raise StopValidation()


def needed(told: Any) -> Rule:
    """Refuse an empty field, saying ``told``."""

    def rule(_form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(told))

    return rule


def unless_empty(_form: Form, field: Field) -> None:
    """Ask no further rules of an empty field."""
    if not field.data:
        field.errors = []
        raise StopValidation()


unless_empty.field_flags = {"optional": True}  # type: ignore[attr-defined]  # where WTForms looks for it


def length(most: int, least: int = 0) -> Rule:
    """Refuse text of fewer or more characters."""

    def rule(_form: Form, field: Field) -> None:
        size = len(field.data or "")
        if size > most:
            raise ValidationError(
                gettext("This has %(size)s characters; at most %(most)s fit. Shorten it.", size=size, most=most)
            )
        if size < least:
            raise ValidationError(
                gettext("This has %(size)s characters; at least %(least)s are needed.", size=size, least=least)
            )

    return rule


def http_link(_form: Form, field: Field) -> None:
    """Refuse anything but an http or https address with a host; nothing is none."""
    if not field.data:
        return
    told = gettext("This is no web link. It must begin with https:// or http://, such as https://example.org/report.")
    try:
        parts = urlsplit(field.data)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".")
    except ValueError:
        good = False
    if not good or any(sign.isspace() for sign in field.data) or len(field.data) > 500:
        raise ValidationError(told)


def mail_address(_form: Form, field: Field) -> None:
    """Refuse what is no mail address, and write a good one as it is compared."""
    try:
        field.data = normalise_address(field.data)
    except ValueError:
        raise ValidationError(
            gettext("This is no complete e-mail address. Write it as name@example.org, without spaces.")
        ) from None


def phone(_form: Form, field: Field) -> None:
    """Refuse what cannot be called from abroad, and write a good number in E.164 (ITU-T), such as +218912345678."""
    if not field.data:
        return
    import phonenumbers  # a twentieth of a second that the start of the pages need not wait for

    typed = "+" + field.data[2:] if field.data.startswith("00") else field.data
    try:
        number = phonenumbers.parse(typed)
        possible = phonenumbers.is_possible_number(number)
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise ValidationError(
            gettext("We cannot call this number. Begin with + and the country’s code, such as +218 91 234 5678.")
        )
    field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def biography(_form: Form, field: Field) -> None:
    """Refuse a biography of more than 60 words or two sentences."""
    counted, said = count_words(field.data), sentences(field.data)
    if counted > 60:
        raise ValidationError(
            ngettext(
                "The biography has %(num)s word; at most 60 fit.",
                "The biography has %(num)s words; at most 60 fit.",
                counted,
            )
        )
    if said > 2:
        raise ValidationError(gettext("The biography may be two sentences long. Keep the two that matter most."))
