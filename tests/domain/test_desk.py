"""A desk is found by its slug or by an inbound address, whatever tag or letter case that has."""

import pytest

from intake.domain.calendar import WorkingCalendar
from intake.domain.desk import GENRES, GENRES_WITH_DISCLAIMER, GENRES_WITHOUT, Desk, Desks

CALENDAR = WorkingCalendar("Africa/Tripoli", ("sun", "mon"))
EN = Desk("opinion", "Harbour Post", "Opinion", "en", ("oped@post.example", "Opinion@Post.example"), CALENDAR)
AR = Desk("rai", "بريد الميناء", "رأي", "ar", ("rai@post.example",), CALENDAR)
DESKS = Desks((EN, AR))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("oped@post.example", EN),
        (" OPED@Post.Example ", EN),
        ("opinion@post.example", EN),
        ("oped+r-7-abcdefghijklmnop@post.example", EN),
        ("rai@post.example", AR),
        ("rai@other.example", None),
        ("xoped@post.example", None),
        ("oped", None),
        ("", None),
    ],
)
def test_a_desk_is_found_by_address(address: str, found: Desk | None) -> None:
    assert DESKS.for_address(address) == found


def test_a_desk_is_found_by_slug() -> None:
    assert (DESKS["rai"], "rai" in DESKS, "sport" in DESKS) == (AR, True, False)
    with pytest.raises(KeyError):
        DESKS["sport"]


def test_letters_come_from_the_first_address_and_read_in_the_desks_direction() -> None:
    assert (EN.address, EN.direction, AR.direction) == ("oped@post.example", "ltr", "rtl")


def test_every_genre_has_a_disclaimer_or_has_none() -> None:
    assert set(GENRES_WITH_DISCLAIMER).isdisjoint(GENRES_WITHOUT)
    assert set(GENRES) == {*GENRES_WITH_DISCLAIMER, *GENRES_WITHOUT}
