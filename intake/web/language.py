"""Which language a page speaks, and how it says dates and times there.

A page's language is, first that holds: the one the page must be in (``speak``) · ``?lang=`` · the cookie · the one the
view prefers (``prefer``) · the browser's. It translates no pieces and no letters: those keep their own language.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, get_locale, get_translations, gettext, ngettext, refresh
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from intake.web.transaction import newsroom
from intake.workflow import wording

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
TRANSLATIONS = Path(__file__).parent / "translations"
YEAR = timedelta(days=365)
SOON = timedelta(hours=24)


class Choice(NamedTuple):
    """One link of a switch: a language or an appearance, on the page that is open."""

    code: str
    name: str
    href: str
    current: bool
    direction: str = "ltr"


def init_language(app: Flask, locales: tuple[str, ...] = ("en", "ar")) -> None:
    """Set the app's languages up; the first is the fallback. Adds the filters and globals that templates use."""
    app.config["LOCALES"] = locales
    Babel(
        app,
        default_locale=locales[0],
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_selected,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # jinja2.ext.i18n's own
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, number: _catalogue().unpgettext(context, one, many, number),
    )
    # The extension's own goes through three calls of the template's context and a format for every string.
    app.jinja_env.globals.update({"_": _told, "gettext": _told, "ngettext": _counted})
    app.after_request(_keep)
    app.context_processor(lambda: {"locale": current(), "direction": direction(current())})
    app.jinja_env.globals["language_links"] = language_links
    filters: dict[str, Callable[..., Any]] = {
        "when": when,
        "day": day,
        "city": city,
        "month_name": month_name,
        "relative": relative,
        "left": left,
        "urgency": urgency,
        "iso": iso,
        "direction": direction,
        "language_name": language_name,
        "size": size,
    }
    app.jinja_env.filters.update(filters)


def _catalogue() -> Any:
    """Return the page's translations, looked up once a page: Flask-Babel finds its way to them for every string."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


@pass_context
def _told(context: Context, text: str, /, **values: object) -> str:
    """Return a template's string in the page's language with its values, escaped where the template is."""
    found = _catalogue().ugettext(text)
    said = Markup(found) if context.eval_ctx.autoescape else str(found)  # noqa: S704 - the catalogue is ours
    return said % values if "%" in said else said


@pass_context
def _counted(context: Context, one: str, many: str, num: int, /, **values: object) -> str:
    """Return a template's string for a number, as ``_told`` does; the number is the value ``num`` of it."""
    found = _catalogue().ungettext(one, many, num)
    said = Markup(found) if context.eval_ctx.autoescape else str(found)  # noqa: S704 - the catalogue is ours
    return said % {"num": num, **values}


def _turn() -> None:
    """Forget what was found for the language the page had."""
    g.pop("catalogue", None)
    g.pop("spoken", None)
    refresh()


def speak(locale: str) -> None:
    """Put the page into one language whatever the visitor chose: a published article speaks its own."""
    g.page_language = locale
    _turn()


def prefer(locale: str) -> None:
    """Put the page into a person's own language, unless the visitor chose another by hand."""
    g.locale = locale
    _turn()


def current() -> str:
    """Return the code of the language the page speaks."""
    found: str | None = g.get("spoken")
    if found is None:
        found = g.spoken = str(get_locale() or "en")
    return found


def direction(locale: str) -> Literal["ltr", "rtl"]:
    """Return the writing direction of a language code."""
    return "rtl" if locale.partition("-")[0].partition("_")[0] in RIGHT_TO_LEFT else "ltr"


def language_links() -> list[Choice]:
    """Return one link for each language of the app, to the page that is open."""
    return [Choice(code, _own_name(code), here(lang=code), code == current(), direction(code)) for code in _locales()]


def here(**changed: str) -> str:
    """Return the open page's address with some of its query replaced. After a POST, the query is only ``changed``."""
    kept = request.args.to_dict(flat=False) if request.method == "GET" and request.query_string else {}
    query = {key: values for key, values in kept.items() if key not in ("lang", "theme")} | {
        key: [value] for key, value in changed.items()
    }
    return f"{quote(request.script_root + request.path)}?{urlencode(query, doseq=True)}"


def language_name(code: str) -> str:
    """Return a language's name in the page's language: «العربية», "Arabic"."""
    return _named(code, current())


def size(count: int) -> str:
    """Return a number of bytes as people say it in the page's language: bytes, kB (1,000) or MB (1,000,000)."""
    if count < 1000:
        return str(ngettext("%(num)s byte", "%(num)s bytes", count))
    thousands = round(count / 1000)
    if thousands < 1000:
        return str(gettext("%(number)s kB", number=thousands))
    return str(gettext("%(number)s MB", number=format_decimal(count / 1_000_000, "#,##0.#", current())))


@lru_cache(maxsize=256)
def _named(code: str, language: str) -> str:
    return str(Locale.parse(code).get_display_name(language) or code)


def when(moment: datetime, place: object = None) -> str:
    """Say a moment in full: "Thursday 26 November, 17:00 (Tripoli time)". ``place`` is a desk, a zone or its name.

    The year is said when it is not the present one. Raises ValueError for a moment without a zone.
    """
    return wording.when(_aware(moment), _zone(place), current())


def day(moment: datetime | date, place: object = None) -> str:
    """Say a day, or the day of a moment: "26 November 2026". Raises ValueError for a moment without a zone."""
    told = _aware(moment) if isinstance(moment, datetime) else moment
    return wording.day(told, _zone(place), current())


def city(place: object) -> str:
    """Say where the clock of a desk stands: "Tripoli", «طرابلس»."""
    return wording.city(_zone(place), current())


def house_name() -> str:
    """Return the publication's name for pages of no one desk: that of the first desk of the page's language."""
    desks = newsroom().desks.every
    return next((desk for desk in desks if desk.language == current()), desks[0]).publication


def month_name(moment: datetime) -> str:
    """Say the month of a moment, in the moment's own zone: "November 2026"."""
    return str(format_skeleton("yMMMM", _aware(moment), tzinfo=moment.tzinfo, locale=current()))


def relative(moment: datetime) -> str:
    """Say how long ago or ahead a moment is: "3 hours ago". Show the full one beside it."""
    gap = _aware(moment) - datetime.now(UTC)
    return format_timedelta(gap, granularity="minute", add_direction=True, locale=current())


def left(moment: datetime) -> str:
    """Say what is left until a moment, or how long it has passed: "5 h left", "2 days late"."""
    gap = _aware(moment) - datetime.now(UTC)
    late = gap < timedelta(0)
    minutes = int(abs(gap).total_seconds() // 60)
    hours, days = minutes // 60, minutes // (60 * 24)
    if days >= 2:
        return _late_days(days) if late else _left_days(days)
    if hours >= 1:
        return _late_hours(hours) if late else _left_hours(hours)
    return str(gettext("%(num)s min late", num=minutes) if late else gettext("%(num)s min left", num=minutes))


def urgency(moment: datetime) -> Literal["late", "soon", "fine"]:
    """Tell whether a moment has passed, comes within 24 hours, or later."""
    gap = _aware(moment) - datetime.now(UTC)
    if gap < timedelta(0):
        return "late"
    return "soon" if gap < SOON else "fine"


def iso(moment: datetime) -> str:
    """Return the moment for a ``datetime`` attribute: RFC 3339, UTC, whole seconds."""
    return _aware(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _left_days(days: int) -> str:
    return str(ngettext("%(num)s day left", "%(num)s days left", days))


def _late_days(days: int) -> str:
    return str(ngettext("%(num)s day late", "%(num)s days late", days))


def _left_hours(hours: int) -> str:
    return str(ngettext("%(num)s h left", "%(num)s h left", hours))


def _late_hours(hours: int) -> str:
    return str(ngettext("%(num)s h late", "%(num)s h late", hours))


def _locales() -> tuple[str, ...]:
    locales: tuple[str, ...] = current_app.config["LOCALES"]
    return locales


def _selected() -> str:
    locales = _locales()
    asked = (
        g.get("page_language"),
        request.args.get("lang"),
        request.cookies.get("lang"),
        g.get("locale"),
        *(tag.partition("-")[0].lower() for tag in request.accept_languages.values()),
    )
    return next((code for code in asked if code in locales), locales[0])


def _keep(response: Response) -> Response:
    """Remember a language chosen by hand for a year."""
    asked = request.args.get("lang")
    if asked in _locales():
        response.set_cookie("lang", asked, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    return response


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _zone(place: object) -> tzinfo:
    if isinstance(place, str):
        return ZoneInfo(place)
    if isinstance(place, tzinfo):
        return place
    calendar = getattr(place, "calendar", None)
    return ZoneInfo(calendar.time_zone) if calendar else UTC
