"""What an author declares: interests, help, exclusivity, terms. What a desk refuses is said on the spot."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, FormField, HiddenField, StringField, TextAreaField, ValidationError

from intake.domain.desk import Desk
from intake.web.forms.fields import Choice, length, line, prose

AI_LADDER = ("none", "assist", "research", "wrote")


def _question(label: Any, told: Any) -> "FormField[Form]":
    """Return one interest question: yes or no, and what exactly when it is a yes."""

    class Question(Form):
        answer = Choice(label, told)
        text = TextAreaField(_l("Who, what and when?"), [length(500)], filters=[prose])

        def validate_text(self, field: Any) -> None:
            """Ask for particulars of a yes."""
            if self.answer.data == "yes" and not field.data:
                raise ValidationError(gettext("Say in a sentence who, what and when."))

    return FormField(Question, label)


class InterestFields:
    """Interests and help: the six questions, the printed line, artificial intelligence."""

    funded = _question(
        _l("In the last 24 months, has anyone who gains from what you argue paid, employed or funded you?"),
        _l("Say whether anyone who gains from it has paid, employed or funded you."),
    )
    office = _question(
        _l("Do you hold or seek a public office, or belong to a party or movement that the piece is about?"),
        _l("Say whether you hold or seek an office, or belong to a party it is about."),
    )
    paid = _question(_l("Is anyone paying you for this piece?"), _l("Say whether anyone pays you for it."))
    asked_to = _question(_l("Did anyone ask you to write it?"), _l("Say whether anyone asked you to write it."))
    drafted = _question(_l("Did anyone else draft all or part of it?"), _l("Say whether anyone else drafted it."))
    tie = _question(
        _l("Are you related to, or in business or in dispute with, a person named in it?"),
        _l("Say whether you are tied to a person named in it."),
    )
    disclosure = StringField(
        _l("The line readers should see about this"),
        [length(200)],
        filters=[line],
        description=_l("Needed when you answered yes to any of the six: one sentence, at most 200 characters."),
    )
    ai_use = Choice(
        _l("Did you use artificial intelligence?"),
        _l("Say whether you used artificial intelligence, and what for."),
        choices=(
            ("none", _l("No")),
            ("assist", _l("For spelling, grammar or translation")),
            ("research", _l("For research or an outline")),
            ("wrote", _l("It wrote sentences that stand in the piece")),
        ),
    )
    ai_tool = StringField(_l("Which tool?"), [length(120)], filters=[line])

    def validate_disclosure(self, field: Any) -> None:
        """Ask for the printed line where there is something to declare."""
        said = [getattr(self, name).form.answer.data for name in QUESTIONS]
        if "yes" in said and not field.data:
            raise ValidationError(gettext("You answered yes to a question above. Write the line that tells readers."))

    def validate_ai_use(self, field: Any) -> None:
        """Refuse more help than the desk accepts."""
        desk: Desk = self.desk  # type: ignore[attr-defined]  # mixed into a DeskForm
        if AI_LADDER.index(field.data) > AI_LADDER.index(desk.ai_policy):
            raise ValidationError(
                gettext(
                    "This desk does not take such pieces. Write it in your own words, then send it: we will read it."
                )
            )

    def validate_ai_tool(self, field: Any) -> None:
        """Ask for the tool's name."""
        if self.ai_use.data not in (None, "none") and not field.data:
            raise ValidationError(gettext("Name the tool you used."))


QUESTIONS = {
    "funded": "funded",
    "office": "office",
    "paid": "paid",
    "asked_to": "asked",
    "drafted": "drafted",
    "tie": "tie",
}
"""Each interest question's field, and its key in a statement."""


class TermsFields:
    """Exclusivity and terms."""

    exclusivity = Choice(
        _l("Who else has this piece?"),
        _l("Say whether anyone else has the piece."),
        choices=(
            ("only", _l("Only you")),
            ("also", _l("I offered it elsewhere too")),
            ("published", _l("It has already been published, on paper or online")),
        ),
    )
    exclusivity_where = StringField(
        _l("Where?"),
        [length(500)],
        filters=[line],
        description=_l("The names of the others, or the link to where it stands."),
    )
    terms = BooleanField(_l("I have read the terms and agree to them"))
    terms_version = HiddenField()

    def validate_exclusivity(self, field: Any) -> None:
        """Refuse what the desk does not take."""
        desk: Desk = self.desk  # type: ignore[attr-defined]  # mixed into a DeskForm
        if field.data == "published":
            raise ValidationError(gettext("We do not publish what has already appeared. Send us a new piece instead."))
        if field.data == "also" and desk.exclusivity == "required":
            raise ValidationError(
                gettext("We only read pieces that nobody else has. Send it when the others have said no.")
            )

    def validate_exclusivity_where(self, field: Any) -> None:
        """Ask where else the piece is."""
        if self.exclusivity.data == "also" and not field.data:
            raise ValidationError(gettext("Name the others you offered it to."))

    def validate_terms(self, field: Any) -> None:
        """Refuse an unticked box, and agreement to terms that have changed since the page was opened."""
        desk: Desk = self.desk  # type: ignore[attr-defined]  # mixed into a DeskForm
        if not field.data:
            raise ValidationError(gettext("Tick the box if you agree to the terms; without that we cannot take it."))
        if self.terms_version.data != desk.terms_version:
            field.data, self.terms_version.data = False, desk.terms_version
            raise ValidationError(
                gettext("The terms changed while you were writing. Read them again, then tick the box.")
            )
