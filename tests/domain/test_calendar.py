from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.calendar import WEEKDAYS, WorkingCalendar

TRIPOLI = ZoneInfo("Africa/Tripoli")
BERLIN = ZoneInfo("Europe/Berlin")
LIBYA = WorkingCalendar("Africa/Tripoli", ("sun", "mon", "tue", "wed", "thu"))
EUROPE = WorkingCalendar("Europe/Berlin", ("mon", "tue", "wed", "thu", "fri"))
NIGHT_DESK = WorkingCalendar("Europe/Berlin", WEEKDAYS, time(0), time(23))


def tripoli(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TRIPOLI)


def berlin(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (tripoli(11, 23, 10), 3, tripoli(11, 26, 17)),  # Monday to Thursday
        (tripoli(11, 25, 10), 3, tripoli(11, 30, 17)),  # Wednesday, over the free Friday and Saturday
        (tripoli(11, 27, 10), 1, tripoli(11, 29, 17)),  # a free Friday: Sunday is the first
        (utc(11, 25, 22, 30), 1, tripoli(11, 29, 17)),  # in Tripoli it is Thursday already
    ],
)
def test_a_libyan_promise_rests_on_friday_and_saturday(start: datetime, days: int, expected: datetime) -> None:
    assert LIBYA.promise(start, days) == expected


def test_a_european_promise_rests_on_the_weekend_and_on_holidays() -> None:
    easter = WorkingCalendar("Europe/Berlin", EUROPE.days, holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
    assert EUROPE.promise(berlin(4, 2, 12), 1) == berlin(4, 3, 17)
    assert easter.promise(berlin(4, 2, 12), 1) == berlin(4, 7, 17)


# Berlin's clocks: on 29 March 2026 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00. Both are Sundays.


def test_a_promise_keeps_the_wall_clock_over_a_clock_change() -> None:
    reply_by = EUROPE.promise(berlin(3, 27, 9), 1)
    assert reply_by == utc(3, 30, 15)
    assert (reply_by.hour, reply_by.utcoffset()) == (17, timedelta(hours=2))
    assert EUROPE.promise(berlin(10, 23, 9), 1) == utc(10, 26, 16)


def test_a_closing_time_that_the_clocks_skip_is_a_real_moment() -> None:
    early = WorkingCalendar("Europe/Berlin", WEEKDAYS, time(1), time(2, 30))
    assert early.promise(berlin(3, 28, 9), 1).isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize("days", [0, -1])
def test_a_promise_of_no_day_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        LIBYA.promise(tripoli(11, 23), days)


def test_minutes_count_working_hours_only() -> None:
    assert LIBYA.minutes_between(tripoli(11, 26, 16), tripoli(11, 29, 10)) == 120
    assert LIBYA.minutes_between(tripoli(11, 27), tripoli(11, 28, 23, 59)) == 0
    assert LIBYA.minutes_between(tripoli(11, 23, 7), tripoli(11, 23, 23)) == 480
    assert LIBYA.minutes_between(tripoli(11, 23, 10), tripoli(11, 23, 10) + timedelta(seconds=119)) == 1


def test_a_holiday_holds_no_minutes() -> None:
    feast = WorkingCalendar("Africa/Tripoli", LIBYA.days, holidays=frozenset({date(2026, 12, 24)}))
    assert feast.minutes_between(tripoli(12, 23, 16), tripoli(12, 27, 10)) == 120
    assert feast.add_minutes(tripoli(12, 23, 16), 90) == tripoli(12, 27, 9, 30)


def test_an_end_before_the_start_holds_no_minutes() -> None:
    assert LIBYA.minutes_between(tripoli(11, 23, 12), tripoli(11, 23, 10)) == 0
    assert LIBYA.minutes_between(tripoli(11, 25, 12), tripoli(11, 23, 10)) == 0


@pytest.mark.parametrize(
    ("month", "day", "hours"),
    [(3, 28, 23), (3, 29, 22), (10, 24, 23), (10, 25, 24)],
)
def test_minutes_count_what_really_passes_when_the_clocks_change(month: int, day: int, hours: int) -> None:
    assert NIGHT_DESK.minutes_between(berlin(month, day), berlin(month, day + 1)) == hours * 60


def test_added_minutes_really_pass_when_the_clocks_change() -> None:
    assert NIGHT_DESK.add_minutes(berlin(3, 29, 1, 30), 60).isoformat() == "2026-03-29T03:30:00+02:00"
    assert NIGHT_DESK.add_minutes(berlin(10, 25, 2, 30), 60).isoformat() == "2026-10-25T02:30:00+01:00"


def test_adding_goes_over_nights_and_free_days() -> None:
    assert LIBYA.add_minutes(tripoli(11, 26, 16, 30), 30) == tripoli(11, 26, 17)
    assert LIBYA.add_minutes(tripoli(11, 26, 16, 30), 31) == tripoli(11, 29, 9, 1)
    assert LIBYA.add_minutes(tripoli(11, 27, 12), 4 * 60) == tripoli(11, 29, 13)


def test_adding_nothing_is_the_same_moment_even_on_a_free_day() -> None:
    friday = tripoli(11, 27, 12)
    assert LIBYA.add_minutes(friday, 0) == friday
    assert LIBYA.add_minutes(friday.astimezone(UTC), 0).tzinfo == TRIPOLI


def test_minutes_are_not_taken_away() -> None:
    with pytest.raises(ValueError, match="cannot be taken away"):
        LIBYA.add_minutes(tripoli(11, 23), -1)


def test_the_search_for_working_time_ends() -> None:
    first = date(2026, 1, 1)
    always_free = frozenset(first + timedelta(days=ahead) for ahead in range(5000))
    never = WorkingCalendar("Africa/Tripoli", ("mon",), holidays=always_free)
    with pytest.raises(ValueError, match="within ten years"):
        never.add_minutes(tripoli(1, 1), 1)
    with pytest.raises(ValueError, match="within ten years"):
        never.promise(tripoli(1, 1), 1)
    with pytest.raises(ValueError, match="within ten years"):
        LIBYA.add_minutes(tripoli(1, 1), 10**9)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001  # the very thing that is refused
    with pytest.raises(ValueError, match="no time zone"):
        LIBYA.promise(naive, 1)
    with pytest.raises(ValueError, match="no time zone"):
        LIBYA.add_minutes(naive, 0)
    with pytest.raises(ValueError, match="no time zone"):
        LIBYA.minutes_between(tripoli(11, 22), naive)


def test_a_calendar_needs_days_hours_and_a_zone() -> None:
    with pytest.raises(ValueError, match="days must name"):
        WorkingCalendar("Africa/Tripoli", ())
    with pytest.raises(ValueError, match="days must name"):
        WorkingCalendar("Africa/Tripoli", ("Monday",))
    with pytest.raises(ValueError, match="opens must be earlier"):
        WorkingCalendar("Africa/Tripoli", ("mon",), time(17), time(9))
    with pytest.raises(ValueError, match="is no IANA time zone"):
        WorkingCalendar("Africa/Atlantis", ("mon",))


CALENDARS = st.builds(
    WorkingCalendar,
    st.sampled_from(["Africa/Tripoli", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7).map(tuple),
    st.times(max_value=time(11, 59)),
    st.times(min_value=time(12)),
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  # hypothesis wants naive bounds
    datetime(2027, 12, 31),  # noqa: DTZ001  # the same
    timezones=st.sampled_from([UTC, TRIPOLI, BERLIN, timezone(timedelta(hours=-9, minutes=-30))]),
)


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 3000))
def test_minutes_added_are_the_minutes_between(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    end = calendar.add_minutes(start, minutes)
    assert end.astimezone(UTC) >= start.astimezone(UTC)
    assert calendar.minutes_between(start, end) == minutes


@settings(max_examples=50, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(1, 10))
def test_a_promise_ends_later_on_a_working_day(calendar: WorkingCalendar, start: datetime, days: int) -> None:
    reply_by = calendar.promise(start, days)
    assert reply_by.astimezone(UTC) > start.astimezone(UTC)
    assert calendar.works_on(reply_by.date())
