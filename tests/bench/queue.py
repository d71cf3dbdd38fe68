"""S5: the queue page behind every filter and at depth, with 1,000 pieces and with 100,000, on both databases.

Server time only: the application answers in this process, signed in, and no network is between.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import create_engine, insert

from intake.newsroom import Newsroom
from intake.storage.submissions import Author, Byline, Submission
from tests import databases, factories
from tests.bench.frame import Row, by_turns, percentile
from tests.web.apps import quick_app
from tests.web.conftest import add_person, browser_of

FEW, MANY, BATCH, LOOKS = 1_000, 100_000, 5_000, 3
FILTERS = (
    "",
    "?claim=unclaimed",
    "?overdue=1",
    "?state=open&claim=mine",
    "?state=author",
    "?state=accepted",
    "?state=published",
    "?state=closed",
    "?state=unconfirmed",
    "?state=spam",
    "?language=ar",
    "?desk=rai&overdue=1",
)
MIX = (
    *("received",) * 20,
    *("in_review",) * 5,
    "needs_author",
    "accepted",
    "approval",
    "scheduled",
    *("published",) * 40,
    *("declined",) * 25,
    "released",
    "withdrawn",
    "unconfirmed",
    "spiked",
)


def fill(newsroom: Newsroom, count: int) -> None:
    """Put generated pieces into a newsroom: one author and one byline each, states mixed as in a busy year."""
    now = datetime.now(UTC)
    for start in range(1, count + 1, BATCH):
        numbers = range(start, min(start + BATCH, count + 1))
        with newsroom.transaction() as session:
            session.execute(insert(Author), [_author(number, now) for number in numbers])
            session.execute(insert(Submission), [_piece(number, now) for number in numbers])
            session.execute(insert(Byline), [_byline(number) for number in numbers])


def _author(number: int, now: datetime) -> dict[str, object]:
    return {"id": number, "address": f"{number}@author.example", "locale": "en", "created_at": now}


def _piece(number: int, now: datetime) -> dict[str, object]:
    status, arabic = MIX[number * 7919 % len(MIX)], number % 3 == 0
    promised = status in ("received", "in_review", "needs_author")
    return {
        "id": number,
        "ref": f"OP-{number:07}",
        "desk": "rai" if arabic else "opinion",
        "language": "ar" if arabic else "en",
        "genre": "opinion",
        "channel": "mail",
        "status": status,
        "version": 1,
        "created_at": now - timedelta(minutes=number),
        "changed_at": now - timedelta(minutes=number),
        "reply_by": now + timedelta(minutes=number % 9000 - 1000) if promised else None,
        "publish_at": now + timedelta(days=1) if status == "scheduled" else None,
        "decline_reason": "no_room" if status == "declined" else None,
        "extended": False,
        "headline": f"Move the road and let the wall go, part {number}",
        "words": 800,
        "why_now": "",
        "sources": [],
        "allegation_evidence": "",
    }


def _byline(number: int) -> dict[str, object]:
    empty = dict.fromkeys(
        ("other_spelling", "phone", "contact_otherwise", "city", "country", "role", "organisation", "role_page"), ""
    )
    more = {"bio": "", "earlier_works": [], "disclosure": "", "ai_tool": "", "exclusivity_where": ""}
    return (
        empty
        | more
        | {
            "submission_id": number,
            "author_id": number,
            "position": 0,
            "locale": "en",
            "name": "Huda Mansouri",
            "link_generation": 1,
            "link_hash": f"{number:064}",
        }
    )


@contextmanager
def house(count: int, postgresql: bool) -> Iterator[FlaskClient]:
    """Yield a chief's browser on a newsroom with so many pieces."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        os.environ[databases.CHOSEN] = "postgresql" if postgresql else "sqlite"
        newsroom = factories.make_newsroom(Path(folder), **databases.settings_for(Path(folder)))
        try:
            fill(newsroom, count)
            if postgresql:
                with create_engine(newsroom.settings.database_url, isolation_level="AUTOCOMMIT").connect() as own:
                    own.exec_driver_sql("VACUUM ANALYZE")
            app = quick_app(newsroom)
            yield browser_of(app, add_person(app))
        finally:
            newsroom.database.close()
            databases.drop(Path(folder))


def looks(browser: FlaskClient) -> list[float]:
    """Return how long each look took, in milliseconds of server time: every filter, its first page to its third."""
    took = []
    for filtered in FILTERS:
        address: str | None = f"/desk/{filtered}"
        for _ in range(3):
            for _look in range(LOOKS):
                start = time.perf_counter()
                answer = browser.get(address)
                took.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, answer.text
            found = answer.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            address = found.replace("&amp;", "&") if 'rel="next"' in answer.text else address
    return took


def p99(browser: FlaskClient) -> float:
    """Return the slowest look but one in a hundred, in milliseconds."""
    return percentile(looks(browser), 0.99)


def rows() -> list[Row]:
    """Measure on SQLite, and on PostgreSQL where one answers."""
    databases.begin()
    found = []
    for name, postgresql in (("SQLite", False), ("PostgreSQL", True)):
        if postgresql and databases.unreachable():
            continue
        with house(FEW, postgresql) as few, house(MANY, postgresql) as many:
            small, large = by_turns(lambda b=few: p99(b), lambda b=many: p99(b))  # type: ignore[misc]
        work = f"queue page, p99 at {MANY:,} pieces, {name}"
        found.append(Row("S5", work, large, "ms", 1.5, "less", f"at {FEW:,}", small))
        found.append(Row("S5", f"{work}, absolute", large, "ms", 50, "less"))
    os.environ[databases.CHOSEN] = "sqlite"
    return found
