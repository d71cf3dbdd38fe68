"""The form by which an author asks for the secret link again."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField

from intake.web.forms.fields import length, line, mail_address, needed


def reference(value: str | None) -> str:
    """Return a reference as it is kept: capitals, with its prefix, without brackets and spaces."""
    bare = line(value).strip("[]").replace(" ", "").upper()
    return bare if bare.startswith("OP-") or not bare else f"OP-{bare.removeprefix('OP')}"


class LinkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Address and reference."""

    email = EmailField(
        _l("E-mail address"),
        [needed(_l("Write the address you sent the piece from.")), mail_address],
        filters=[line],
        description=_l("The one you sent the piece from."),
        render_kw={"autocomplete": "email"},
    )
    ref = StringField(
        _l("Reference"),
        [needed(_l("Write the reference of your piece, such as OP-7K2M9Q.")), length(20)],
        filters=[reference],
        description=_l("It stands in brackets in the subject of every letter from us, such as OP-7K2M9Q."),
        render_kw={"dir": "ltr"},
    )
