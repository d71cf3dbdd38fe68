"""Language of a page, direction, and how dates and what is left of a promise are said."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from intake.domain.calendar import WorkingCalendar
from intake.domain.desk import Desk
from intake.web import language
from intake.web.appearance import init_appearance

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DESK = Desk(
    "ar",
    "ليبيا",
    "رأي",
    "ar",
    ("raay@example.org",),
    WorkingCalendar("Africa/Tripoli", ("sun", "mon", "tue", "wed", "thu")),
)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    language.init_language(app)
    init_appearance(app)

    @app.get("/page")
    def page() -> str:
        return render_template_string("{{ locale }} {{ direction }} {{ theme }}")

    @app.get("/author")
    def author() -> str:
        language.prefer("ar")
        return language.current()

    @app.get("/article")
    def article() -> str:
        language.speak("ar")
        return language.current()

    @app.route("/links", methods=["GET", "POST"])
    def links() -> str:
        return " ".join(link.href for link in language.language_links())

    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_browser_says_the_language_first(visitor: FlaskClient) -> None:
    assert visitor.get("/page", headers={"Accept-Language": "ar-LY,en;q=0.5"}).text == "ar rtl "
    assert visitor.get("/page", headers={"Accept-Language": "fr"}).text == "en ltr "


def test_a_choice_by_hand_is_kept_and_beats_the_authors_own(visitor: FlaskClient) -> None:
    assert visitor.get("/author").text == "ar"
    assert visitor.get("/author?lang=en").text == "en"
    assert visitor.get("/author").text == "en"
    assert visitor.get("/author?lang=xx").text == "en"


def test_an_article_speaks_its_own_language_whatever_was_chosen(visitor: FlaskClient) -> None:
    assert visitor.get("/article?lang=en").text == "ar"


def test_the_switch_keeps_the_query_of_a_get_and_drops_that_of_a_post(visitor: FlaskClient) -> None:
    assert (
        visitor.get("/links?q=%D9%85%D8%A7&lang=ar").text
        == "/links?q=%D9%85%D8%A7&lang=en /links?q=%D9%85%D8%A7&lang=ar"
    )
    assert visitor.post("/links?q=1").text == "/links?lang=en /links?lang=ar"


def test_the_appearance_is_kept_until_the_device_decides_again(visitor: FlaskClient) -> None:
    assert visitor.get("/page?theme=dark").text == "en ltr dark"
    assert visitor.get("/page").text == "en ltr dark"
    assert visitor.get("/page?theme=").text == "en ltr "
    assert visitor.get("/page").text == "en ltr "
    assert visitor.get("/page?theme=pink").text == "en ltr "


@pytest.mark.parametrize(
    ("locale", "moment", "said"),
    [
        ("en", datetime(2026, 11, 26, 15, 0, tzinfo=UTC), "Thursday 26 November, 17:00 (Tripoli time)"),
        ("ar", datetime(2026, 11, 26, 15, 0, tzinfo=UTC), "الخميس 26 نوفمبر، 17:00 (بتوقيت طرابلس)"),
        ("en", datetime(2027, 1, 3, 22, 30, tzinfo=UTC), "Monday 4 January 2027, 00:30 (Tripoli time)"),
    ],
)
def test_a_moment_is_said_in_the_desks_zone(app: Flask, locale: str, moment: datetime, said: str) -> None:
    with time_machine.travel(NOW, tick=False), app.test_request_context(f"/?lang={locale}"):
        assert language.when(moment, DESK) == said
        assert language.when(moment, "Africa/Tripoli") == said


@pytest.mark.parametrize(
    ("gap", "english", "arabic", "urgency"),
    [
        (timedelta(minutes=5), "5 min left", "بقيت 5 د", "soon"),
        (timedelta(hours=2), "2 h left", "بقيت ساعتان", "soon"),
        (timedelta(hours=47), "47 h left", "بقيت 47 ساعة", "fine"),
        (timedelta(days=3), "3 days left", "بقيت 3 أيام", "fine"),
        (timedelta(days=11), "11 days left", "بقي 11 يومًا", "fine"),
        (timedelta(days=100), "100 days left", "بقي 100 يوم", "fine"),
        (timedelta(hours=-1), "1 h late", "متأخر ساعة واحدة", "late"),
        (timedelta(days=-2), "2 days late", "متأخر يومين", "late"),
    ],
)
def test_what_is_left_of_a_promise(app: Flask, gap: timedelta, english: str, arabic: str, urgency: str) -> None:
    with time_machine.travel(NOW, tick=False):
        for locale, said in (("en", english), ("ar", arabic)):
            with app.test_request_context(f"/?lang={locale}"):
                assert (language.left(NOW + gap), language.urgency(NOW + gap)) == (said, urgency)


def test_days_relatives_names_and_attributes(app: Flask) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with time_machine.travel(NOW, tick=False), app.test_request_context("/?lang=ar"):
        assert language.day(late, DESK) == "24 نوفمبر 2026"
        assert language.relative(NOW - timedelta(hours=3)) == "قبل 3 ساعات"
        assert language.language_name("en") == "الإنجليزية"
        assert language.iso(late) == "2026-11-23T23:30:00Z"


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(ValueError, match="time zone"):
        language.when(NOW.replace(tzinfo=None), DESK)


@pytest.mark.parametrize(
    ("code", "expected"), [("ar", "rtl"), ("ar-LY", "rtl"), ("fa_IR", "rtl"), ("en", "ltr"), ("", "ltr")]
)
def test_the_direction_of_a_language(code: str, expected: str) -> None:
    assert language.direction(code) == expected


def test_a_plain_day_needs_no_zone(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert language.day(date(2026, 11, 26)) == "26 November 2026"


@pytest.mark.parametrize(("locale", "name"), [("en", "Tripoli"), ("ar", "طرابلس")])
def test_the_clock_of_a_desk_is_named_after_its_city(app: Flask, locale: str, name: str) -> None:
    with app.test_request_context(f"/?lang={locale}"):
        assert language.city(DESK) == name


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (1, "1 byte", "بايت واحد"),
        (289, "289 bytes", "289 بايت"),
        (999, "999 bytes", "999 بايت"),
        (1000, "1 kB", "1 كيلوبايت"),
        (84_499, "84 kB", "84 كيلوبايت"),
        (999_499, "999 kB", "999 كيلوبايت"),
        (999_500, "1 MB", "1 ميغابايت"),
        (26_214_400, "26.2 MB", "26.2 ميغابايت"),
    ],
)
def test_a_number_of_bytes_is_said_in_the_pages_language(app: Flask, count: int, english: str, arabic: str) -> None:
    for locale, said in (("en", english), ("ar", arabic)):
        with app.test_request_context(f"/?lang={locale}"):
            assert language.size(count) == said
