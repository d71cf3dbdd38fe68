"""Full text: what is written is found in both languages, at once and only by its printed words."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.domain.proposal import Text
from intake.domain.roles import Actor
from intake.domain.stems import QUERY, phrases
from intake.newsroom import Newsroom
from intake.storage import search
from intake.storage.queries import queue
from intake.storage.queries.queue import Group, Wanted
from intake.storage.search import SearchText
from intake.storage.submissions import Submission
from intake.workflow import clock, editing, review
from tests import factories

BOTH = ("opinion", "rai")
ENGLISH = Text("Move the road", "", "<p>x</p>", "The harbour's old walls cost 1,250 dinars; two libraries closed.", 9)
ARABIC = Text(
    "انقلوا الطريق", "", "<p>x</p>", "قالت الحكومةُ إنّ المدارس في مصراتة بحاجة إلى ١٢٥٠ معلمًا والمعلمون قلة.", 12
)


def found(session: Session, words: str, group: Group = Group.ALL) -> list[int]:
    page = queue.page(session, Wanted(BOTH, None, group, words=phrases(words)))
    return [row.id for row in page.rows]


@pytest.fixture
def pieces(newsroom: Newsroom) -> tuple[int, int]:
    with newsroom.transaction() as session:
        english = factories.received(session, newsroom, text=ENGLISH)
        arabic = factories.received(session, newsroom, language="ar", address="b@author.example", text=ARABIC)
        return english.id, arabic.id


@pytest.mark.parametrize(
    "words",
    [
        "harbour",
        "HARBOUR",
        "wall",
        "library",
        "Libraries",
        "harbour’s",
        '"old walls"',
        "road closed",
        "cost dinar",
        "“move the road”",
        "Huda Mansouri",
        "1,250",
    ],
)
def test_english_words_find_the_english_piece(newsroom: Newsroom, pieces: tuple[int, int], words: str) -> None:
    with newsroom.reading() as session:
        assert found(session, words) == [pieces[0]]


@pytest.mark.parametrize(
    "words",
    [
        "حكومة",
        "الحكومة",
        "والحكومه",
        "الحُكُومَة",
        "مدارس",
        "طريق",
        "مصراته",
        "1250 معلم",
        "١٢٥٠ المعلمون",
        "إلى",
        "الى",
        "«انقلوا الطريق»",
        "هدى المنصوري",
    ],
)
def test_arabic_words_find_the_arabic_piece(newsroom: Newsroom, pieces: tuple[int, int], words: str) -> None:
    with newsroom.reading() as session:
        assert found(session, words) == [pieces[1]]


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("words", ['"walls old"', "harbour مصراتة", "ship", "huda@author.example", "+218912345678"])
def test_what_no_piece_prints_finds_none(newsroom: Newsroom, words: str) -> None:
    with newsroom.reading() as session:
        assert found(session, words) == []


@pytest.mark.parametrize(
    "words",
    [
        "NEAR(a b)",
        "a* -b ^c",
        "headline:x",
        "((((",
        "'; DROP TABLE x",
        "a AND OR NOT",
        "a & | ! <-> b",
        "\\",
        "a:*",
        "x\0y",
        '"',
        "\u202eharbour" * 3,
        "word " * 5000,
    ],
)
def test_no_character_breaks_a_search(newsroom: Newsroom, pieces: tuple[int, int], words: str) -> None:
    assert len(phrases(words)) <= 12
    assert sum(len(token) for phrase in phrases(words) for token in phrase) <= QUERY
    with newsroom.reading() as session:
        if phrases(words):
            assert set(found(session, words)) <= set(pieces)


def test_a_new_text_is_found_at_once_and_an_offered_one_is_not(newsroom: Newsroom, pieces: tuple[int, int]) -> None:
    with newsroom.transaction() as session:
        editor: Actor = factories.person(session, newsroom)
        piece = session.get_one(Submission, pieces[0])
        review.claim(session, newsroom, piece, editor, piece.version)
        offered = replace(ENGLISH, body_text="The lighthouse.")
        editing.revise(session, newsroom, piece, factories.author(piece), offered)
    with newsroom.reading() as session:
        assert (found(session, "lighthouse"), found(session, "harbour")) == ([], [pieces[0]])
    with newsroom.transaction() as session:
        piece = session.get_one(Submission, pieces[0])
        editing.edit(session, newsroom, piece, editor, replace(ENGLISH, body_text="The tide gauge."), piece.version)
    with newsroom.reading() as session:
        assert (found(session, "tide"), found(session, "harbour")) == ([pieces[0]], [])


def test_a_sealed_name_is_in_no_index(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        whole = factories.proposal()
        hidden = replace(whole.author, name="Salma Secretname", pseudonym="A Teacher", pseudonym_reason="r" * 40)
        piece = factories.received(session, newsroom, author=hidden).id
    with newsroom.reading() as session:
        assert (found(session, "secretname"), found(session, "teacher")) == ([], [piece])
        assert "secretname" not in "".join(session.scalars(select(SearchText.tokens)))


def test_a_purged_piece_leaves_the_index(newsroom: Newsroom) -> None:
    from intake.workflow import submit

    with newsroom.transaction() as session:
        submit.submit(session, newsroom, factories.proposal(text=ENGLISH), confirmed=False)
    factories.pass_time(newsroom, days=15)
    clock.tick(newsroom)
    with newsroom.reading() as session:
        assert (found(session, "harbour"), session.scalar(select(func.count(SearchText.submission_id)))) == ([], 0)


def test_common_words_are_asked_for_piece_by_piece(
    newsroom: Newsroom, pieces: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 0)
    with newsroom.reading() as session:
        assert (found(session, "harbour"), found(session, "حكومة")) == ([pieces[0]], [pieces[1]])
        assert found(session, "harbour", Group.CLOSED) == []


def test_pages_of_a_search_go_on_behind_the_mark(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        made = [
            factories.received(session, newsroom, address=f"a{n}@author.example", text=ENGLISH).id for n in range(5)
        ]
    wanted, after, seen = Wanted(BOTH, None, Group.ALL, words=phrases("harbour")), None, []
    with newsroom.reading() as session:
        while True:
            page = queue.page(session, wanted, after, size=2)
            seen += [row.id for row in page.rows]
            if (after := page.following) is None:
                break
    assert seen == made[::-1]


@pytest.mark.usefixtures("pieces")
def test_a_failed_act_indexes_nothing(newsroom: Newsroom) -> None:
    def make_and_fail() -> None:
        with newsroom.transaction() as session:
            factories.received(session, newsroom, address="c@author.example", text=replace(ENGLISH, headline="Lost"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        make_and_fail()
    with newsroom.reading() as session:
        assert found(session, "lost") == []
        assert session.scalar(text("SELECT count(*) FROM search_text")) == 2
