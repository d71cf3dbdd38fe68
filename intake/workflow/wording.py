"""Moments as people read them: in a desk's time zone, named, in the reader's language. It renders no letter."""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_location

_DAY = {"en": "EEEE d MMMM", "ar": "EEEE d MMMM"}
_IN_ZONE = {"en": "{day}, {time} ({city} time)", "ar": "{day}، {time} (بتوقيت {city})"}


def when(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return a moment such as "Thursday 26 November, 17:00 (Tripoli time)", with the year when it is another one."""
    return _when(moment.astimezone(UTC).replace(second=0, microsecond=0), zone, language, datetime.now(zone).year)


@lru_cache(maxsize=4096)
def _when(moment: datetime, zone: tzinfo, language: str, this_year: int) -> str:
    """Say a minute; lists say the same ones again and again, and Babel takes a hundred calls for each."""
    local = moment.astimezone(zone)
    locale = Locale(language)
    pattern = _DAY[language] + (" y" if local.year != this_year else "")
    return _IN_ZONE[language].format(
        day=format_datetime(local, pattern, locale=locale),
        time=format_time(local, "HH:mm", tzinfo=zone, locale=locale),
        city=city(zone, language),
    )


@lru_cache(maxsize=256)
def city(zone: tzinfo, language: str) -> str:
    """Return the name of the city a zone is called after, such as "Tripoli"."""
    return "UTC" if zone is UTC else get_timezone_location(zone, locale=Locale(language), return_city=True)


def day(moment: datetime | date, zone: tzinfo, language: str) -> str:
    """Return a day such as "26 November 2026", in the zone."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(zone).date()
    return format_date(moment, "d MMMM y", locale=Locale(language))
