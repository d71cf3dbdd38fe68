"""Your piece and its facts: the text, why now, what backs it, whom it accuses. Limits of length are the desk's."""

from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, StringField, TextAreaField, URLField, ValidationError

from intake.domain.body import paragraphs
from intake.domain.desk import Desk
from intake.domain.text import count_words
from intake.domain.traces import shortcodes
from intake.manuscripts import from_plain
from intake.web.forms.fields import Choice, Day, http_link, length, line, needed, prose, unless_empty

MOST_SOURCES = 25
MOST_CHARACTERS = 40_000
"""Of a pasted text: far more than any desk's words, so that a hostile one is refused before it is counted."""


class TextFields:
    """Your piece: headline, standfirst, body."""

    headline = StringField(
        _l("Headline"),
        [needed(_l("Give the piece a headline.")), length(120, 5)],
        filters=[line],
        description=_l("The editor may change it, and you will see it before anything is published."),
    )
    standfirst = StringField(
        _l("One sentence under the headline"),
        [unless_empty, length(200)],
        filters=[line],
        description=_l("What the piece argues, in at most 200 characters."),
    )
    body = TextAreaField(
        _l("Your piece"),
        [needed(_l("Paste your piece here, or read it in from a file.")), length(MOST_CHARACTERS)],
        filters=[prose],
    )

    def validate_body(self, field: Any) -> None:
        """Refuse a text outside the desk's limits, of one paragraph, or with shortcodes in it."""
        desk: Desk = self.desk  # type: ignore[attr-defined]  # mixed into a DeskForm
        _refuse_words(count_words(field.data), desk)
        if paragraphs(from_plain(field.data)) < 2:
            raise ValidationError(gettext("The piece is one single paragraph. Part it with blank lines."))
        found = shortcodes(field.data)
        if found:
            raise ValidationError(
                gettext("The text holds code of a website, %(code)s. Take it out: readers would see it.", code=found[0])
            )

    def validate_headline(self, field: Any) -> None:
        """Refuse shortcodes in the headline."""
        if shortcodes(field.data):
            raise ValidationError(gettext("The headline holds code of a website in square brackets. Take it out."))


def _refuse_words(words: int, desk: Desk) -> None:
    if words < desk.min_words:
        raise ValidationError(
            ngettext(
                "The piece has %(num)s word; this desk needs at least %(least)s.",
                "The piece has %(num)s words; this desk needs at least %(least)s.",
                words,
                least=desk.min_words,
            )
        )
    if words > desk.max_words:
        raise ValidationError(
            ngettext(
                "The piece has %(num)s word; this desk takes at most %(most)s.",
                "The piece has %(num)s words; this desk takes at most %(most)s.",
                words,
                most=desk.max_words,
            )
        )


class Source(Form):
    """One claim and the link that backs it; both or neither."""

    claim = StringField(_l("What it backs"), [length(200)], filters=[line])
    link = URLField(_l("Link"), [http_link], filters=[line])

    def validate_claim(self, field: Any) -> None:
        """Refuse a claim without a link, and a link without a claim."""
        if field.data and not self.link.data:
            raise ValidationError(gettext("Add the link that backs this, or empty the line."))
        if self.link.data and not field.data:
            raise ValidationError(gettext("Say in a few words what this link backs."))


class FactsFields:
    """Facts: why now, until when, what backs it, whom it accuses."""

    why_now = TextAreaField(
        _l("Why now?"),
        [needed(_l("Say in a sentence why readers should read this now.")), length(280)],
        filters=[prose],
        description=_l("What makes it timely, in at most 280 characters."),
    )
    useless_after = Day(
        _l("After which day would it be too late?"),
        description=_l("Leave it empty if there is none."),
    )
    sources = FieldList(FormField(Source), _l("Sources"), min_entries=2, max_entries=MOST_SOURCES)
    allegation = Choice(
        _l("Does the piece accuse a named person or organisation of doing wrong?"),
        _l("Say whether the piece accuses anyone by name."),
    )
    evidence = TextAreaField(
        _l("What is the evidence?"),
        [length(1000)],
        filters=[prose],
        description=_l("At most 1,000 characters. Only editors see it."),
    )
    asked = Choice(_l("Have those accused been asked for their side?"), "")

    def validate_useless_after(self, field: Any) -> None:
        """Refuse a day that has passed."""
        if field.data and field.data < date.today():  # noqa: DTZ011 - a day early or late does no harm here
            raise ValidationError(gettext("This day has passed. Choose a later one, or leave it empty."))

    def validate_evidence(self, field: Any) -> None:
        """Ask for evidence where there is an allegation."""
        if self.allegation.data == "yes" and not field.data:
            raise ValidationError(gettext("You said that the piece accuses someone. Say what the evidence is."))
