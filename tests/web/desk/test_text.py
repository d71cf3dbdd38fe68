"""The text at the desk: whatever a browser sends becomes canonical, a stale edit loses nothing, diffs are inert."""

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.submissions import Submission
from intake.workflow import editing
from tests import factories
from tests.web.desk.browser import submit_form
from tests.web.desk.conftest import SignIn

HOSTILE = (
    "<p onclick='alert(1)'>Kept <b>bold</b> <a href='javascript:alert(1)'>link</a>"
    "<img src=x onerror=alert(1)></p><script>alert(1)</script><style>p{}</style>"
    "<p dir=rtl style='color:red'>ثانية</p><iframe src='//evil.example'></iframe>"
)
CLEAN = '<p>Kept <strong>bold</strong> link</p><p dir="rtl">ثانية</p>'


def accepted(sign_in: SignIn, newsroom: Newsroom, language: str = "en") -> tuple[FlaskClient, str]:
    client, editor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        return client, factories.accepted(session, newsroom, editor, language=language).ref


def revision_of(newsroom: Newsroom, ref: str) -> tuple[int, str, str]:
    with newsroom.reading() as session:
        revision = session.scalars(select(Submission).where(Submission.ref == ref)).one().revision
        return revision.number, revision.headline, revision.body_html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (HOSTILE, CLEAN),
        ("First paragraph.\n\nSecond & last.", "<p>First paragraph.</p><p>Second &amp; last.</p>"),
        ("<h1>Head</h1><ul><li>one</ul>", "<h2>Head</h2><ul><li>one</li></ul>"),
    ],
)
def test_what_is_sent_becomes_canonical(sign_in: SignIn, newsroom: Newsroom, typed: str, kept: str) -> None:
    client, ref = accepted(sign_in, newsroom)
    answer = submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit", {"body": typed, "note": "Shorter."})
    assert answer.status_code == 302, answer.text
    assert revision_of(newsroom, ref) == (2, "Move the road and let the wall go", kept)


def test_the_field_holds_the_standing_text_and_saving_it_unchanged_keeps_it(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    client, ref = accepted(sign_in, newsroom)
    _number, _headline, before = revision_of(newsroom, ref)
    assert submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit").status_code == 302
    assert revision_of(newsroom, ref) == (2, "Move the road and let the wall go", before)


def test_a_form_that_is_not_whole_comes_back_with_what_was_typed(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    fields = {"headline": "No", "body": "<p>  </p><script>x</script>", "note": "typed before"}
    answer = submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit", fields)
    assert answer.status_code == 422
    assert "A headline has 5 to 120 characters." in answer.text
    assert "A piece cannot be empty." in answer.text
    assert "typed before" in answer.text
    assert answer.text.index("<title>Error:") > 0
    assert revision_of(newsroom, ref)[0] == 1


def test_a_text_too_large_is_refused_beside_its_field(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    answer = submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit", {"body": "<p>" + "a " * 110_000})
    assert answer.status_code == 422
    assert "200,000 characters" in answer.text


def test_a_stale_edit_is_409_with_both_texts(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    mine, theirs = client.get(f"/desk/{ref}/edit"), client.get(f"/desk/{ref}/edit")
    answer = submit_form(client, theirs, "/edit", {"body": "<p>What the other editor wrote.</p>"})
    assert answer.status_code == 302
    answer = submit_form(client, mine, "/edit", {"body": "<p>What I wrote.</p>", "headline": "My own headline"})
    assert answer.status_code == 409
    assert "What the other editor wrote." in answer.text
    assert "What I wrote." in answer.text
    assert "My own headline" in answer.text
    assert revision_of(newsroom, ref)[2] == "<p>What the other editor wrote.</p>"
    again = submit_form(client, answer, "/edit")
    assert again.status_code == 302, again.text
    assert revision_of(newsroom, ref) == (3, "My own headline", "<p>What I wrote.</p>")


def test_the_authors_revision_is_shown_as_a_difference_and_taken_over(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        piece = factories.in_review(session, newsroom, editor)
        text = factories.text(headline="Move the <i>road</i> & let the wall go")
        editing.revise(session, newsroom, piece, factories.author(piece), text, "I changed the headline.")
        ref = piece.ref
    page = client.get(f"/desk/{ref}/revisions")
    assert "I changed the headline." in page.text
    assert "<ins>&lt;i&gt;" in page.text
    assert "<i>road</i>" not in page.text
    assert submit_form(client, page, "/take-over").status_code == 302
    assert revision_of(newsroom, ref)[:2] == (3, "Move the <i>road</i> & let the wall go")


def test_any_two_revisions_are_compared_word_by_word(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    for body in ("<p>The sea takes the old road.</p>", "<p>The sea takes the new &lt;b&gt; road.</p>"):
        assert submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit", {"body": body}).status_code == 302
    page = client.get(f"/desk/{ref}/revisions?from=2&to=3").text
    assert '<p class="diff">The sea takes the <del>old </del><ins>new &lt;b&gt; </ins>road.</p>' in page
    assert "What changed from revision 1 to 3" in client.get(f"/desk/{ref}/revisions?from=1&to=3").text
    assert client.get(f"/desk/{ref}/revisions?from=77&to=x").status_code == 200


def test_one_revision_alone_is_compared_with_nothing(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    page = client.get(f"/desk/{ref}/revisions").text
    assert [said for said in ('type="radio"', "Compare", "unchanged") if said in page] == []
    assert submit_form(client, client.get(f"/desk/{ref}/edit"), "/edit", {"body": "<p>The sea.</p>"}).status_code == 302
    page = client.get(f"/desk/{ref}/revisions").text
    assert [said for said in ('type="radio"', "Compare", "unchanged") if said not in page] == []


def test_printed_lines_are_saved_and_an_unknown_byline_is_ignored(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    with newsroom.reading() as session:
        byline = session.scalars(select(Submission).where(Submission.ref == ref)).one().bylines[0].id
    page = client.get(f"/desk/{ref}/lines")
    fields = {f"name_{byline}": "Huda M.", f"disclosure_{byline}": "She advises the port.", "name_999": "Mallory"}
    assert submit_form(client, page, "/lines", fields).status_code == 302
    with newsroom.reading() as session:
        saved = session.scalars(select(Submission).where(Submission.ref == ref)).one().bylines
        assert [(each.name, each.disclosure) for each in saved] == [("Huda M.", "She advises the port.")]
    page = client.get(f"/desk/{ref}/lines")
    answer = submit_form(client, page, "/lines", {f"name_{byline}": " ", f"bio_{byline}": "One. Two. Three."})
    assert answer.status_code == 422
    assert "A byline needs a name." in answer.text
    assert "at most 60 words in 2 sentences" in answer.text


def test_the_genre_decides_the_disclaimer(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom)
    page = client.get(f"/desk/{ref}/lines")
    assert submit_form(client, page, "/genre", {"genre": "gossip"}).status_code == 422
    assert submit_form(client, page, "/genre", {"genre": "news"}).status_code == 302
    printed = client.get(f"/desk/{ref}/proof").text
    assert "article-explainer" not in printed
    assert "The genre has no disclaimer here" in printed


def test_an_arabic_piece_is_written_right_to_left(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, ref = accepted(sign_in, newsroom, "ar")
    page = client.get(f"/desk/{ref}/edit").text
    area = html.document_fromstring(page).find(".//textarea[@id='body']")
    assert area is not None
    assert (area.get("dir"), area.get("lang")) == ("rtl", "ar")
