"""What stands beside a document's text, to the editors of its desk: on the message and the piece, in both languages."""

from typing import Any

import pytest
from sqlalchemy import select

from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage
from intake.storage.submissions import Submission
from tests import factories
from tests.factories_marked import BESIDE, marked
from tests.web.desk.browser import tree
from tests.web.desk.conftest import SignIn
from tests.web.desk.mailbag import held, mail

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def with_document(newsroom: Newsroom, subject: str = "Op-Ed: Move the road", content: bytes = b"") -> int:
    """File a mail with a document and return the message's number."""
    files = (("piece.docx", DOCX, content or marked()),)
    with newsroom.transaction() as session:
        return held(session, newsroom, mail(subject, "Please find it attached.", files)).id


def seen(page: str) -> str:
    """Return the words of a page, spaces as one."""
    return " ".join(" ".join(tree(page).itertext()).split())


@pytest.mark.parametrize("subject", ["Op-Ed: Move the road", "A text"])
def test_it_is_kept_with_what_was_read(newsroom: Newsroom, subject: str) -> None:
    number = with_document(newsroom, subject)
    with newsroom.reading() as session:
        reading = session.scalars(select(InboundMessage.reading).where(InboundMessage.id == number)).one()
    assert reading is not None
    assert {name: reading[name] for name in BESIDE} == BESIDE


def test_the_message_and_the_piece_show_it(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    number = with_document(newsroom)
    with newsroom.reading() as session:
        ref = session.scalars(select(Submission.ref)).one()
    for path in (f"/desk/message/{number}", f"/desk/{ref}"):
        said = seen(client.get(path).text)
        for words in (
            "the text is read as if all were accepted.",
            "stand apart from the text (2).",
            "Press Office Say who paid for the wall.",
            "سامي هل نحذف هذه الفقرة؟",
            "Company Harbour Consulting",
            "Made on 2 January 2026",
            "Changed on 3 February 2026",
        ):
            assert words in said, (path, words)


def test_the_arabic_pages_say_it_in_arabic(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    page = client.get(f"/desk/message/{with_document(newsroom)}?lang=ar").text
    assert "وقُرئ النص كأنها قُبلت كلها." in page
    assert "في المستند تعليقات فُصلت عن النص (عددها 2)." in page
    assert "accepted" not in page


def test_nothing_is_shown_where_nothing_was_found(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        number = held(session, newsroom).id
    assert "Beside the text" not in client.get(f"/desk/message/{number}").text


def test_a_reading_of_before_is_shown_without_it(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    number = with_document(newsroom)
    with newsroom.transaction() as session:
        message = session.get_one(InboundMessage, number)
        message.reading = {name: value for name, value in (message.reading or {}).items() if name not in BESIDE}
    assert "Beside the text" not in client.get(f"/desk/message/{number}").text


def test_a_pen_name_hides_whoever_the_document_names(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
        piece.revisions[0].beside = {**BESIDE, "file": "Nadia Clerk.docx"}
        piece.bylines[0].sealed = newsroom.vault.seal({"name": "H", "phone": "", "other": ""})
        piece.bylines[0].name, ref = "A Harbour Hand", piece.ref
    side: Any = tree(client.get(f"/desk/{ref}").text).xpath("//aside[@class='review-side']")[0].text_content()
    assert "Say who paid for the wall." in side
    assert [name for name in ("Nadia Clerk", "Press Office", "Harbour Consulting", "سامي") if name in side] == []


def test_markup_in_it_stays_text(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    hostile = "<script>alert(1)</script>"
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
        piece.revisions[0].beside = {
            "file": hostile,
            "warnings": [hostile],
            "comments": [{"author": hostile, "text": hostile}],
            "properties": {"author": hostile, "created": hostile},
        }
        ref = piece.ref
    page = client.get(f"/desk/{ref}").text
    assert (page.count("&lt;script&gt;alert(1)"), hostile in page) == (6, False)
