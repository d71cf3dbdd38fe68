"""A desk's working time: when a promise ends on a calendar where, say, Friday and Saturday are free.

All moments are aware datetimes, and time is counted on the UTC line: two wall-clock times of one zone must not be
subtracted, because Python then ignores a clock change between them. It knows no holidays but those it is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST_DAYS = 3660
"""How far ahead a working moment is looked for: ten years of calendar days."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and hours in one time zone. ``days`` uses mon … sun; ``opens`` is before ``closes``."""

    time_zone: str
    days: tuple[str, ...]
    opens: time = time(9)
    closes: time = time(17)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(WEEKDAYS):
            raise ValueError("days must name at least one of " + ", ".join(WEEKDAYS))
        if self.opens >= self.closes:
            raise ValueError("opens must be earlier than closes")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, OSError) as unknown:  # OSError: a folder of the zone database
            raise ValueError(f"time_zone: {self.time_zone!r} is no IANA time zone") from unknown

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone."""
        return ZoneInfo(self.time_zone)

    def works_on(self, day: date) -> bool:
        """Tell whether the desk works on a day."""
        return WEEKDAYS[day.weekday()] in self.days and day not in self.holidays

    def promise(self, start: datetime, working_days: int) -> datetime:
        """Return the closing time, in the desk's zone, of the n-th working day after the day of ``start``.

        Raises ValueError for less than one day, a naive ``start``, or an end more than ten years off.
        """
        if working_days < 1:
            raise ValueError("a promise needs at least one working day")
        left = working_days
        for day in self._working_days(self._day(start) + timedelta(days=1)):
            left -= 1
            if left == 0:
                return self._local(self._moment(day, self.closes))
        raise ValueError(f"no {working_days} working days within ten years: look at the desk's days and holidays")

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from ``start`` to ``end``; 0 when ``end`` is not later.

        Raises ValueError for a naive moment.
        """
        total = timedelta()
        last = self._day(end)
        for number in range(self._day(start).toordinal(), last.toordinal() + 1):
            opens, closes = self._span(date.fromordinal(number), start)
            total += max(timedelta(), min(closes, end.astimezone(UTC)) - opens)
        return total // timedelta(minutes=1)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return the first moment, in the desk's zone, when ``minutes`` of working time have passed since ``start``.

        Raises ValueError for negative minutes, a naive ``start``, or an end more than ten years off.
        """
        if minutes < 0:
            raise ValueError("working minutes cannot be taken away")
        left, today = timedelta(minutes=minutes), self._day(start)
        if not left:
            return self._local(start)
        for day in self._working_days(today):
            opens, closes = self._span(day, start)
            if closes - opens >= left:
                return self._local(opens + left)
            left -= closes - opens
        raise ValueError(f"no {minutes} working minutes within ten years: look at the desk's days and holidays")

    def _working_days(self, first: date) -> Iterator[date]:
        days = (first + timedelta(days=ahead) for ahead in range(FARTHEST_DAYS))
        return (day for day in days if self.works_on(day))

    def _span(self, day: date, start: datetime) -> tuple[datetime, datetime]:
        """Return the day's working time from ``start`` on, in UTC; empty spans begin and end at once."""
        closes = self._moment(day, self.closes)
        opens = max(self._moment(day, self.opens), start.astimezone(UTC)) if self.works_on(day) else closes
        return min(opens, closes), closes

    def _day(self, moment: datetime) -> date:
        if moment.tzinfo is None:
            raise ValueError("the moment has no time zone")
        return moment.astimezone(self.zone).date()

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)
