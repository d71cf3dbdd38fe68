"""The piece page: what it tells, what it keeps sealed, which acts it offers, and the small acts themselves."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from intake.domain.proposal import AuthorDetails
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry, AuditText
from intake.storage.submissions import Submission, ThreadEntry
from intake.workflow import editing, review
from tests import factories
from tests.web.desk.browser import submit_form
from tests.web.desk.conftest import SignIn
from tests.web.desk.mailbag import held, mail

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HIDDEN = AuthorDetails(
    name="Real Name",
    address="hidden@author.example",
    phone="+218910000001",
    pseudonym="A dock worker",
    pseudonym_reason="My employer would dismiss me for this.",
)


def piece(newsroom: Newsroom, ref: str) -> Submission:
    with newsroom.reading() as session:
        return session.scalars(select(Submission).where(Submission.ref == ref)).one()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.AUDITOR])
def test_a_sealed_name_is_on_no_page(sign_in: SignIn, newsroom: Newsroom, role: Role) -> None:
    client, _actor = sign_in(role)
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom, author=HIDDEN).ref
    pages = client.get(f"/desk/{ref}").text + client.get("/desk/").text
    assert "A dock worker" in pages
    assert [secret for secret in (HIDDEN.name, HIDDEN.address, HIDDEN.phone) if secret in pages] == []


def test_a_chief_opens_a_seal_once_with_a_reason_that_is_kept(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom, author=HIDDEN).ref
    page = client.get(f"/desk/{ref}")
    refused = submit_form(client, page, "/seal", {"text": " "})
    assert (refused.status_code, HIDDEN.name in refused.text) == (422, False)
    opened = submit_form(client, page, "/seal", {"text": "A court has asked."})
    assert (opened.status_code, opened.headers["Cache-Control"]) == (200, "no-store")
    assert all(secret in opened.text for secret in (HIDDEN.name, HIDDEN.address, HIDDEN.phone))
    assert HIDDEN.name not in client.get(f"/desk/{ref}").text
    with newsroom.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sealed")).one()
        assert (entry.actor_id, session.get_one(AuditText, entry.id).body) == (actor.id, "A court has asked.")


def test_what_came_in_since_the_claim_is_said_at_the_top(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        made = factories.in_review(session, newsroom, actor)
        ref = made.ref
    assert "Something new came in" not in client.get(f"/desk/{ref}").text
    newsroom.clock.move(minutes=5)  # type: ignore[attr-defined]  # the tests' clock
    with newsroom.transaction() as session:
        made = session.get_one(Submission, made.id)
        editing.revise(session, newsroom, made, factories.author(made), factories.text(headline="Shorter"), "Cut it.")
    page = client.get(f"/desk/{ref}").text
    assert "Something new came in" in page
    assert "The author offers a new text" in page
    assert "Cut it." in page


def test_secret_links_are_veiled_in_the_thread(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom).ref
    page = client.get(f"/desk/{ref}").text
    assert "[private link]" in page
    assert ("/a/" in page, "\ue000" in page) == (False, False)


def test_notes_are_marked_as_the_desks_own_and_earlier_pieces_are_listed(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        earlier = factories.received(session, newsroom, text=factories.text(headline="The earlier one")).ref
        factories.received(session, newsroom, language="ar")
        made = factories.in_review(session, newsroom, actor)
        ref = made.ref
        review.note(session, newsroom, made, actor, "Check page 4.", made.version)
        review.note(session, newsroom, made, factories.author(made), "Thank you!", None)
    page = client.get(f"/desk/{ref}").text
    assert page.index("is-note") < page.index("Check page 4.") < page.index("from-author") < page.index("Thank you!")
    assert f'href="/desk/{earlier}"' in page


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.READER, {"unclaim": False, "note": True, "recommend": True, "as=accept": False, "merge": False}),
        (Role.EDITOR, {"unclaim": False, "note": True, "recommend": True, "as=accept": True, "merge": True}),
        (Role.CHIEF, {"unclaim": True, "note": True, "recommend": True, "as=accept": True, "merge": True}),
        (Role.AUDITOR, {"unclaim": False, "note": False, "recommend": False, "as=accept": False, "merge": False}),
    ],
)
def test_only_what_the_role_may_do_is_offered(
    sign_in: SignIn, newsroom: Newsroom, role: Role, offered: dict[str, bool]
) -> None:
    client, _actor = sign_in(role)
    with newsroom.transaction() as session:
        ref = factories.in_review(session, newsroom, factories.person(session, newsroom)).ref
    page = client.get(f"/desk/{ref}").text
    assert {act: f'{act}"' in page for act in offered} == offered


def test_an_empty_note_and_a_wrong_reference_come_back_with_words(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        arabic = factories.received(session, newsroom, language="ar").ref
        ref = factories.received(session, newsroom).ref
    page = client.get(f"/desk/{ref}")
    empty = submit_form(client, page, "/note", {"text": " \n "})
    assert (empty.status_code, "Write the note first." in empty.text) == (422, True)
    away = submit_form(client, page, "/merge", {"kept": arabic})
    assert (away.status_code, f"There is no piece {arabic} on this desk" in away.text) == (422, True)
    itself = submit_form(client, page, "/merge", {"kept": ref.lower()})
    assert (itself.status_code, "Name another piece of this desk" in itself.text) == (422, True)
    with newsroom.reading() as session:
        assert session.scalars(select(ThreadEntry)).all() == []


def test_more_time_is_asked_on_the_desks_clock(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        made = factories.in_review(session, newsroom, actor)
        ref, promised = made.ref, made.reply_by
    page = client.get(f"/desk/{ref}")
    far = submit_form(client, page, "/extension", {"until": "2027-06-01T12:00"})
    assert (far.status_code, "at most 14 days on" in far.text, "2027-06-01T12:00" in far.text) == (422, True, True)
    assert submit_form(client, page, "/extension", {"until": "2026-12-02T12:00"}).status_code == 302
    after = piece(newsroom, ref)
    assert after.extension_until is not None
    assert (after.extension_until.isoformat(), after.reply_by) == ("2026-12-02T10:00:00+00:00", promised)
    assert "/extension" not in client.get(f"/desk/{ref}").text


def test_hidden_fields_that_are_not_the_forms_are_not_taken(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        ref = factories.received(session, newsroom).ref
    page = client.get(f"/desk/{ref}")
    submit_form(
        client, page, "/note", {"text": "Hello", "status": "published", "desk": "rai", "internal": "", "id": "9"}
    )
    after = piece(newsroom, ref)
    assert (after.status, after.desk) == ("received", "opinion")
    with newsroom.reading() as session:
        assert session.scalars(select(ThreadEntry.internal)).all() == [True]


def test_a_piece_that_a_desk_offered_waits_for_its_author(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    with newsroom.transaction() as session:
        made = factories.in_review(session, newsroom, actor)
        review.decline(session, newsroom, made, actor, made.version, "no_room")
        review.offer(session, newsroom, made, actor, made.version)
        ref = made.ref
    page = client.get(f"/desk/{ref}")
    assert "take-offer" not in page.text
    assert "Take the offer back" in page.text
    assert submit_form(client, page, "/refuse-offer").status_code == 302
    assert piece(newsroom, ref).status == "declined"


def near_copies(newsroom: Newsroom) -> tuple[str, str]:
    """Return the references of a piece and of its near copy by the same author: a word of each run of 200 is new."""
    with newsroom.transaction() as session:
        words = [f"w{number}" for number in range(204)]
        kept, copy = " ".join(words), " ".join([*words[:100], "new", *words[101:]])
        first, second = (
            factories.received(
                session, newsroom, text=replace(factories.text(), body_text=body, body_html=f"<p>{body}</p>")
            )
            for body in (kept, copy)
        )
        return first.ref, second.ref


def test_a_near_copy_is_shown_and_merged_into_its_piece_in_one_step(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    kept, copy = near_copies(newsroom)
    queue = client.get("/desk/").text
    assert queue.count(f'Near copy of <bdi dir="ltr">{kept}</bdi>') == queue.count("Near copy of") == 1
    page = client.get(f"/desk/{copy}")
    assert f'Nearly the same as <bdi dir="ltr">{kept}</bdi></h2>' in page.text
    assert f'يكاد يطابق المقال <bdi dir="ltr">{kept}</bdi></h2>' in client.get(f"/desk/{copy}?lang=ar").text
    first = client.get(f"/desk/{kept}?lang=en").text
    assert ("nearly the same as this one" in first, "Nearly the same as" in first) == (True, False)
    assert submit_form(client, client.get(f"/desk/{copy}"), "/merge").status_code == 302
    merged, stays = piece(newsroom, copy), piece(newsroom, kept)
    assert (merged.status, merged.merged_into) == ("merged", stays.id)
    with newsroom.reading() as session:
        offered = session.get_one(Submission, stays.id).revisions[-1]
        assert (offered.number, offered.standing, " new " in offered.body_text) == (2, False, True)
    assert "Nearly the same" not in client.get(f"/desk/{copy}").text


def test_a_near_copy_may_be_merged_without_its_text_or_left_alone(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    kept, copy = near_copies(newsroom)
    with newsroom.transaction() as session:
        stays = session.scalars(select(Submission).where(Submission.ref == kept)).one()
        review.claim(session, newsroom, stays, actor, stays.version)
        review.accept(session, newsroom, stays, actor, stays.version)
    page = client.get(f"/desk/{copy}")
    refused = submit_form(client, page, "/merge", {"offer": "y"})
    assert (refused.status_code, f"{kept} takes no new text as it stands." in refused.text) == (422, True)
    assert submit_form(client, page, "/merge").status_code == 302
    assert (piece(newsroom, copy).status, piece(newsroom, kept).status) == ("merged", "accepted")


@pytest.mark.parametrize("role", [Role.READER, Role.AUDITOR])
def test_whoever_may_not_merge_sees_the_near_copy_without_a_form(
    sign_in: SignIn, newsroom: Newsroom, role: Role
) -> None:
    client, _actor = sign_in(role)
    kept, copy = near_copies(newsroom)
    page = client.get(f"/desk/{copy}").text
    assert (f'Nearly the same as <bdi dir="ltr">{kept}</bdi>' in page, "/merge" in page) == (True, False)


def test_a_near_copy_of_a_piece_that_is_closed_stands_alone(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, actor = sign_in()
    kept, copy = near_copies(newsroom)
    with newsroom.transaction() as session:
        closed = session.scalars(select(Submission).where(Submission.ref == kept)).one()
        review.claim(session, newsroom, closed, actor, closed.version)
        review.decline(session, newsroom, closed, actor, closed.version, "no_room")
    assert "Near copy" not in client.get("/desk/").text
    assert "Nearly the same" not in client.get(f"/desk/{copy}").text


@pytest.mark.parametrize(
    ("locale", "kind", "size"), [("en", "Word document (.docx)", "5 bytes"), ("ar", "مستند وورد", "5 بايتات")]
)
def test_a_file_is_listed_by_its_name_with_its_kind_in_words(
    sign_in: SignIn, newsroom: Newsroom, locale: str, kind: str, size: str
) -> None:
    client, _actor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        message = held(session, newsroom, mail("Op-Ed: water", "word " * 200, (("piece.docx", DOCX, b"PK\3\4."),)))
        ref = session.get_one(Submission, message.submission_id).ref
        message.attachments[0].media_type = DOCX
    for address in (f"/desk/{ref}", f"/desk/message/{message.id}"):
        page = client.get(f"{address}?lang={locale}").text
        line = page.partition("piece.docx</bdi>")[2].partition("</li>")[0]
        assert (kind in line, size in line, DOCX in page) == (True, True, False)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("trap", "مُلئ حقل النموذج المخفي الذي لا يراه الناس"),
        ("rules: 6 of 5", "بلغ مجموع قواعدنا 6، ويكفي 5"),
        ("rspamd 12", "rspamd 12"),
    ],
)
def test_why_a_piece_looks_like_spam_is_said_in_words(sign_in: SignIn, newsroom: Newsroom, why: str, said: str) -> None:
    client, _actor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        found = factories.received(session, newsroom)
        found.suspected, ref = why, found.ref
    assert f"يبدو هذا رسالة مزعجة: {said}." in client.get(f"/desk/{ref}?lang=ar").text
