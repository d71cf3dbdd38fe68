"""A desk's working time: when a promise ends on a calendar where, say, Friday and Saturday are free.

All moments are aware datetimes. It knows no holidays but those it is given.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
        ZoneInfo(self.time_zone)

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone."""
        return ZoneInfo(self.time_zone)

    def works_on(self, day: date) -> bool:
        """Tell whether the desk works on a day."""
        return WEEKDAYS[day.weekday()] in self.days and day not in self.holidays

    def promise(self, start: datetime, working_days: int) -> datetime:
        """Return the closing time of the n-th working day after the day of ``start``, in UTC offset of the zone."""
        day = start.astimezone(self.zone).date()
        left = working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.works_on(day)
        return datetime.combine(day, self.closes, self.zone)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from ``start`` to ``end``; 0 when ``end`` is not later."""
        total = timedelta()
        for opens, closes in self._spans(start, end):
            total += closes - opens
        return int(total.total_seconds() // 60)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return the moment at which ``minutes`` of working time have passed since ``start``."""
        left = timedelta(minutes=minutes)
        day = start.astimezone(self.zone).date()
        while True:
            span = self._span(day, start)
            if span is not None:
                length = span[1] - span[0]
                if length >= left:
                    return span[0] + left
                left -= length
            day += timedelta(days=1)

    def _spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        spans = []
        while day <= last:
            span = self._span(day, start)
            if span is not None and span[0] < end:
                spans.append((span[0], min(span[1], end)))
            day += timedelta(days=1)
        return spans

    def _span(self, day: date, start: datetime) -> tuple[datetime, datetime] | None:
        if not self.works_on(day):
            return None
        opens = max(datetime.combine(day, self.opens, self.zone), start)
        closes = datetime.combine(day, self.closes, self.zone)
        return (opens, closes) if opens < closes else None
