"""About you: names, ways to reach you, what is printed under the piece."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, FieldList, StringField, TelField, TextAreaField, URLField, ValidationError

from intake.web.forms.fields import biography, http_link, length, line, mail_address, needed, phone, prose, unless_empty

MOST_WORKS = 3


class AboutFields:
    """About you: names, ways to reach you, what is printed under the piece."""

    name = StringField(
        _l("Your name"),
        [needed(_l("Write your name.")), length(120)],
        filters=[line],
        description=_l("As it should be printed, in any script."),
        render_kw={"autocomplete": "name"},
    )
    other_spelling = StringField(
        _l("Your name in the other script"),
        [unless_empty, length(120)],
        filters=[line],
        description=_l("In Arabic letters if you wrote it in Latin ones above, or the other way round."),
    )
    email = EmailField(
        _l("E-mail address"),
        [needed(_l("Write your e-mail address: our answer goes there.")), mail_address],
        filters=[line],
        description=_l("We send a link there. Whoever has it can act for you, so use an address that only you read."),
        render_kw={"autocomplete": "email"},
    )
    phone = TelField(
        _l("Telephone"),
        [phone],
        filters=[line],
        description=_l("With the country’s code, such as +218 91 234 5678. Never printed; an editor may call."),
        render_kw={"autocomplete": "tel"},
    )
    no_call = BooleanField(_l("It is not safe to call me"))
    contact_otherwise = TextAreaField(
        _l("How else can we make sure that it is you?"),
        [length(300)],
        filters=[prose],
        description=_l("A messenger, a person who knows you, a time at which it is safe."),
    )
    city = StringField(
        _l("Town or city"),
        [needed(_l("Name the town or city you live in.")), length(80)],
        filters=[line],
        render_kw={"autocomplete": "address-level2"},
    )
    country = StringField(
        _l("Country"),
        [needed(_l("Name the country you live in.")), length(80)],
        filters=[line],
        render_kw={"autocomplete": "country-name"},
    )
    role = StringField(
        _l("What you do"),
        [unless_empty, length(120)],
        filters=[line],
        description=_l("Your profession or office, such as “harbour engineer”."),
    )
    organisation = StringField(_l("Organisation"), [unless_empty, length(160)], filters=[line])
    role_page = URLField(
        _l("A page that shows it"),
        [unless_empty, http_link],
        filters=[line],
        description=_l("A web page on which your organisation names you, so that we can check."),
    )
    bio = TextAreaField(
        _l("Biography to print"),
        [needed(_l("Write a line about yourself: it stands under the piece.")), length(600), biography],
        filters=[prose],
        description=_l("At most two sentences and 60 words. It stands under your name."),
    )
    earlier_works = FieldList(
        StringField("", [length(200)], filters=[line]),
        _l("Up to three earlier works"),
        min_entries=MOST_WORKS,
        max_entries=MOST_WORKS,
        description=_l("A title or a link each."),
    )
    pseudonym = StringField(
        _l("A pen name to print instead"),
        [length(120)],
        filters=[line],
        description=_l("Only if printing your name would harm you. Your real name is then kept sealed."),
    )
    pseudonym_reason = TextAreaField(_l("Why you need a pen name"), [length(500)], filters=[prose])

    def validate_pseudonym_reason(self, field: Any) -> None:
        """Ask why there is a pen name."""
        if self.pseudonym.data and len(field.data) < 30:
            raise ValidationError(gettext("Say in at least 30 characters what would happen if your name were printed."))

    def validate_contact_otherwise(self, field: Any) -> None:
        """Ask for one way or the other to reach the author."""
        if not self.no_call.data and not self.phone.data and not self.phone_is_sealed:
            raise ValidationError(
                gettext("Give a telephone number, or say that calling is not safe and name another way.")
            )
        if self.no_call.data and not field.data:
            raise ValidationError(gettext("Name another way in which we can make sure that it is you."))

    phone_is_sealed = False
    """True when the number is known and sealed with the real name."""
