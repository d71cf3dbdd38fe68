"""What strangers typed is inert on the queue and the piece page, whatever it holds."""

import re

import pytest
from sqlalchemy import select

from intake.domain.proposal import INTERESTS, AuthorDetails, Facts, Source
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.messages import Attachment, InboundMessage
from intake.storage.people import Person
from intake.storage.submissions import Submission
from intake.workflow import editing, review
from tests import factories
from tests.web.desk.browser import submit_form, tree
from tests.web.desk.conftest import SignIn

EVIL = "'\"></bdi></title></textarea><script>window.ran=1</script><img src=x onerror=window.ran=1>{{7*7}}\u202e"
LINK = 'javascript:window.ran=1//"><script>window.ran=1</script>'
ALLOWED = re.compile(r"/static/[0-9a-f]{12}/(?:queue|undo|words|theme|decide)\.js")


def fill(newsroom: Newsroom) -> str:
    """Return a piece whose every field a stranger filled with markup."""
    author = AuthorDetails(
        **dict.fromkeys(("name", "other_spelling", "city", "country", "role", "organisation", "bio"), EVIL[:80]),
        **dict.fromkeys(("phone", "contact_otherwise"), EVIL[:20]),
        address="evil@author.example",
        role_page=LINK,
        earlier_works=(LINK,),
    )
    facts = Facts(why_now=EVIL, sources=(Source(EVIL, LINK),), allegation=True, evidence=EVIL, asked=False)
    said = factories.statement(
        interests=dict.fromkeys(INTERESTS, (True, EVIL)), disclosure=EVIL, ai_tool=EVIL, exclusivity_where=EVIL
    )
    with newsroom.transaction() as session:
        editor = factories.person(session, newsroom, Role.CHIEF, "Evil Editor")
        session.get_one(Person, editor.id).name = EVIL[:100]
        text = factories.text(headline=EVIL)
        piece = factories.received(session, newsroom, author=author, facts=facts, statement=said, text=text)
        piece.suspected = EVIL[:40]
        review.claim(session, newsroom, piece, editor, piece.version)
        review.note(session, newsroom, piece, editor, EVIL, piece.version)
        review.note(session, newsroom, piece, factories.author(piece), EVIL, None)
        review.ask(session, newsroom, piece, editor, EVIL, piece.version)
        review.answer(session, newsroom, piece, factories.author(piece), EVIL)
        editing.revise(session, newsroom, piece, factories.author(piece), factories.text(headline=EVIL), EVIL)
        session.add(_message(newsroom, piece.id))
        return piece.ref


def _message(newsroom: Newsroom, piece: int) -> InboundMessage:
    plain = dict.fromkeys(("spool_key", "digest", "raw"), "0" * 64)
    message = InboundMessage(
        **plain, mail_from=EVIL, recipient="oped@desk.example", source="lmtp", desk="opinion", bytes=1,
        subject=EVIL, from_name=EVIL, from_address=EVIL, disposition="filed", submission_id=piece,
        received_at=newsroom.now(), filed_at=newsroom.now(),
    )  # fmt: skip
    message.attachments.append(Attachment(filename=EVIL, media_type=EVIL, bytes=1, role=EVIL[:16]))
    return message


def dangers(page: str) -> list[str]:
    """Return everything on a page that could run or fetch: scripts, pictures, handlers, odd links."""
    elements = tree(page)
    found = ["script" for script in elements.iter("script") if not ALLOWED.fullmatch(script.get("src", ""))]
    found += [each.tag for each in elements.iter("img", "iframe", "object", "embed", "base", "style")]
    for element in elements.iter():
        for name, value in element.attrib.items():
            leads = name in ("href", "src", "action", "formaction") and ":" in value.partition("/")[0]
            if name.startswith("on") or (leads and not value.startswith(("http://", "https://"))):
                found.append(f"{name}={value}")
    return found


@pytest.mark.parametrize("path", ["/desk/?state=open", "/desk/{ref}", "/desk/{ref}/decide?as=ask"])
def test_hostile_text_is_shown_and_does_nothing(sign_in: SignIn, newsroom: Newsroom, path: str) -> None:
    client, _actor = sign_in(Role.CHIEF)
    ref = fill(newsroom)
    page = client.get(path.format(ref=ref))
    assert page.status_code == 200
    assert "&lt;script&gt;window.ran=1" in page.text
    assert dangers(page.text) == []
    assert "{{7*7}}" in page.text


def test_the_search_for_dangers_finds_them() -> None:
    control = '<p onclick="x">a</p><script>1</script><img src=x><a href="javascript:1">b</a>'
    assert len(dangers(control)) == 4


def test_hostile_text_is_inert_on_the_stale_page(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in(Role.CHIEF)
    ref = fill(newsroom)
    page = client.get(f"/desk/{ref}")
    with newsroom.transaction() as session:
        piece = session.scalars(select(Submission).where(Submission.ref == ref)).one()
        review.note(session, newsroom, piece, factories.author(piece), EVIL, None)
    refused = submit_form(client, page, "/note", {"text": EVIL})
    assert refused.status_code == 409
    assert dangers(refused.text) == []
