"""A desk is found by its slug or by an inbound address, whatever tag or letter case that has."""

from dataclasses import replace

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


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("postmaster@post.example", EN),
        ("PostMaster@POST.example", EN),
        ("postmaster", EN),
        ("postmaster@other.example", None),
        ("postmaster+x@post.example", None),
        ("oped@post.example", None),
        ("", None),
    ],
)
def test_each_desks_domain_has_a_postmaster(address: str, found: Desk | None) -> None:
    assert DESKS.for_postmaster(address) == found


def test_mail_is_taken_for_desks_their_tags_and_the_postmaster() -> None:
    said = [
        "rai@post.example",
        "oped+r-1-x@post.example",
        "postmaster@post.example",
        "x@post.example",
        "oped@x.example",
    ]
    assert [DESKS.takes(address) for address in said] == [True, True, True, False, False]


def test_a_desk_at_the_postmasters_address_keeps_its_mail() -> None:
    desk = replace(EN, addresses=("postmaster@post.example",))
    assert Desks((desk,)).for_postmaster("postmaster@post.example") is None


def test_a_desk_is_found_by_slug() -> None:
    assert (DESKS["rai"], "rai" in DESKS, "sport" in DESKS) == (AR, True, False)
    with pytest.raises(KeyError):
        DESKS["sport"]


def test_letters_come_from_the_first_address_and_read_in_the_desks_direction() -> None:
    assert (EN.address, EN.direction, AR.direction) == ("oped@post.example", "ltr", "rtl")


def test_every_genre_has_a_disclaimer_or_has_none() -> None:
    assert set(GENRES_WITH_DISCLAIMER).isdisjoint(GENRES_WITHOUT)
    assert set(GENRES) == {*GENRES_WITH_DISCLAIMER, *GENRES_WITHOUT}
