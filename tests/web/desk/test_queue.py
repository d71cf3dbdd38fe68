"""The queue page: who sees which pieces, in which order, behind which filters."""

from cProfile import Profile
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.workflow import review
from tests import factories
from tests.web.desk.browser import submit_form, tree
from tests.web.desk.conftest import SignIn


def refs(client: FlaskClient, path: str) -> list[str]:
    """Return the references of the pieces a page of the queue lists, in its order."""
    rows = tree(client.get(path).text).iter("li")
    return [str(row.get("data-ref")) for row in rows if row.get("data-ref")]


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/desk/?state=spam")
    assert (answer.status_code, answer.location) == (302, "/account/login?next=/desk/?state%3Dspam")


def test_the_most_urgent_comes_first_and_filters_narrow(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        english = factories.received(session, newsroom, address="a@author.example")
        arabic = factories.received(session, newsroom, language="ar", address="b@author.example")
        late = factories.received(session, newsroom, address="c@author.example")
        late.reply_by = newsroom.now() - timedelta(hours=1)
        mine = factories.in_review(session, newsroom, actor, address="d@author.example")
        asked = factories.in_review(session, newsroom, actor, address="e@author.example")
        review.ask(session, newsroom, asked, actor, "Why?", asked.version)
        found = {
            "/desk/": [late.ref, english.ref, arabic.ref, mine.ref],
            "/desk/?claim=unclaimed": [late.ref, english.ref, arabic.ref],
            "/desk/?overdue=1": [late.ref],
            "/desk/?state=open&claim=mine": [mine.ref, asked.ref],
            "/desk/?state=author": [asked.ref],
            "/desk/?desk=rai": [arabic.ref],
            "/desk/?language=en": [late.ref, english.ref, mine.ref],
            "/desk/?state=closed": [],
            "/desk/?state=nonsense&claim=x&after=y": [late.ref, english.ref, arabic.ref, mine.ref],
        }
    assert {path: refs(client, path) for path in found} == found


def test_a_row_costs_few_calls(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()

    def calls(rows: range) -> int:
        with newsroom.transaction() as session:
            for number in rows:
                factories.received(session, newsroom, address=f"a{number}@author.example")
        client.get("/desk/")  # the first look finds the words of days and hours
        counted = Profile()
        assert counted.runcall(client.get, "/desk/").status_code == 200
        return sum(entry.callcount for entry in counted.getstats())

    few, more = calls(range(2)), calls(range(2, 12))
    assert (more - few) / 10 < 1400  # 1,276; 1,574 with dates said anew and the language looked up for each


def test_a_desk_that_may_not_be_read_is_not_there(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in(Role.READER, desks=("rai",))
    with newsroom.transaction() as session:
        factories.received(session, newsroom)
        arabic = factories.received(session, newsroom, language="ar").ref
    assert refs(client, "/desk/") == [arabic]
    assert refs(client, "/desk/?desk=opinion") == []


def test_pages_follow_one_another_without_gap_or_repeat(
    sign_in: SignIn, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from intake.storage.queries import queue

    monkeypatch.setattr(queue.page, "__defaults__", (None, 2))  # a page of two, instead of making a hundred pieces
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        made = [factories.received(session, newsroom, address=f"a{n}@author.example") for n in range(5)]
        made[3].reply_by = newsroom.now()
        wanted = [made[3].ref, *(piece.ref for piece in made if piece is not made[3])]
    seen, path = [], "/desk/"
    while path:
        page = tree(client.get(path).text)
        seen += [str(row.get("data-ref")) for row in page.iter("li") if row.get("data-ref")]
        following = page.find(".//a[@rel='next']")
        path = str(following.get("href")) if following is not None else ""
    assert seen == wanted


def test_a_row_says_what_an_editor_needs(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        other = factories.person(session, newsroom, Role.EDITOR, "Yusuf Zawi")
        first = factories.in_review(session, newsroom, other)
        first.suspected = "too fast"
        second = factories.received(session, newsroom)
    rows = {
        str(row.get("data-ref")): " ".join(row.text_content().split())
        for row in tree(client.get("/desk/").text).iter("li")
        if row.get("data-ref")
    }
    for word in (
        "In review",
        "Huda Mansouri",
        "First time",
        "Suspected",
        "English",
        "420 words",
        "by form",
        "Yusuf Zawi",
    ):
        assert word in rows[first.ref], word
    assert ("First time" in rows[second.ref], "Claim" in rows[second.ref]) == (False, True)


def test_claiming_from_the_list_opens_the_piece(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in(Role.READER)
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom).ref
    answer = submit_form(client, client.get("/desk/"), f"/desk/{ref}/claim")
    assert answer.location == f"/desk/{ref}"
    assert "You have it" in client.get(answer.location).text
    assert actor.name in client.get(answer.location).text


def test_the_list_needs_the_same_statements_for_one_piece_and_for_twenty(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    asked: list[str] = []
    event.listen(newsroom.database.engine, "before_cursor_execute", lambda _c, _x, sql, *_rest: asked.append(sql))
    numbers = []
    for count in (1, 19):
        with newsroom.transaction() as session:
            for number in range(count):
                factories.received(session, newsroom, address=f"p{count}-{number}@author.example")
        asked.clear()
        client.get("/desk/")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 8


def test_empty_places_say_what_comes(sign_in: SignIn) -> None:
    client, _actor = sign_in()
    assert "Everything is read" in client.get("/desk/").text
    assert "No piece fits these filters" in client.get("/desk/?state=spam").text


def test_a_search_finds_pieces_of_every_state_and_keeps_the_words(sign_in: SignIn, newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom)
        piece = factories.in_review(session, newsroom, editor, text=factories.text(headline="The tide gauge"))
        review.decline(session, newsroom, piece, editor, piece.version, "no_room")
        factories.received(session, newsroom, address="b@author.example", text=factories.text(headline="A new road"))
    client, _ = sign_in(Role.READER)
    page = client.get("/desk/?q=“Tide+gauges”").text
    assert ("The tide gauge" in page, "A new road" in page) == (True, False)
    assert 'value="“Tide gauges”"' in page
    assert "The tide gauge" not in client.get("/desk/?q=tide&state=read").text
    for nothing in ("zeppelin", "%22%22", "..."):
        assert "Nothing found" in client.get(f"/desk/?q={nothing}").text, nothing
    assert client.get("/desk/?q=" + "x" * 5000).status_code == 200
