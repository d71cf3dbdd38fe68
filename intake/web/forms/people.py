"""Forms for accounts: an invitation, roles by desk, one's own profile."""

from collections.abc import Mapping
from typing import Self, cast

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from intake.domain.desk import Desk
from intake.domain.roles import Role
from intake.web.forms.accounts import address_line, name_line

ROLES = {
    "": lazy_gettext("No role"),
    Role.READER.value: lazy_gettext("Reader: reads and recommends"),
    Role.EDITOR.value: lazy_gettext("Editor: decides and edits"),
    Role.PUBLISHER.value: lazy_gettext("Publisher: also publishes"),
    Role.CHIEF.value: lazy_gettext("Chief: also corrects, removes and overrides"),
    Role.STANDARDS.value: lazy_gettext("Standards: signs allegations"),
    Role.AUDITOR.value: lazy_gettext("Auditor: reads all, changes nothing"),
}
LANGUAGES = [SelectChoice("en", "English"), SelectChoice("ar", "العربية")]


class Roles(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """A person's role on each desk; ``for_desks`` makes the form with its fields."""

    desks: tuple[Desk, ...] = ()

    @classmethod
    def for_desks(cls, desks: tuple[Desk, ...], held: Mapping[str, str]) -> Self:
        """Return the form with one field for each desk, set to the role that is held there."""
        fields = {
            f"role_{desk.slug}": SelectField(
                f"{desk.publication} – {desk.name}",
                choices=[SelectChoice(*role) for role in ROLES.items()],
                default=held.get(desk.slug, ""),
            )
            for desk in desks
        }
        return cast(Self, type(cls.__name__, (cls,), {**fields, "desks": desks})())

    @property
    def role_fields(self) -> list[Field]:
        """Return the desks' fields, in order."""
        return [self[f"role_{desk.slug}"] for desk in self.desks]

    @property
    def chosen(self) -> dict[str, Role]:
        """Return the role chosen on each desk that has one."""
        picked = {desk.slug: self[f"role_{desk.slug}"].data for desk in self.desks}
        return {slug: Role(role) for slug, role in picked.items() if role}


class Invitation(Roles):
    """A new account: whose, in which language, with which roles."""

    name = name_line()
    email = address_line()
    locale = SelectField(lazy_gettext("Language of letters and pages"), choices=LANGUAGES)


class Act(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """A button: nothing but its token."""


class Profile(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """What a person decides about themselves."""

    name = name_line()
    locale = SelectField(lazy_gettext("Language of letters and pages"), choices=LANGUAGES)
    shortcuts = BooleanField(lazy_gettext("Single keys act on the queue and on pieces"))
