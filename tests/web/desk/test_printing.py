"""From an accepted piece to a printed one, by HTTP alone: proof, approval, gate, publication, correction, removal."""

from dataclasses import replace

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from intake.domain.roles import Role
from intake.domain.states import Status
from intake.newsroom import Newsroom
from intake.storage.audit import AuditEntry
from intake.storage.messages import Letter
from intake.storage.publications import DisclaimerPolicy, DisclaimerVersion, GateOverride, Publication
from intake.storage.submissions import Submission
from intake.workflow import proof
from tests import factories
from tests.web.desk.browser import submit_form, token
from tests.web.desk.conftest import SignIn


def status_of(newsroom: Newsroom, ref: str) -> Status:
    with newsroom.reading() as session:
        return piece_of(session, ref).state


def piece_of(session: object, ref: str) -> Submission:
    found: Submission = session.scalars(select(Submission).where(Submission.ref == ref)).one()  # type: ignore[attr-defined]
    return found


def publications(newsroom: Newsroom) -> int:
    with newsroom.reading() as session:
        return session.scalar(select(func.count(Publication.id))) or 0


def test_the_whole_way_from_accepted_to_removed_and_back(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        ref = factories.accepted(session, newsroom, chief).ref
    page = client.get(f"/desk/{ref}/proof")
    assert page.text.count("do not necessarily reflect") == 1
    assert submit_form(client, page, f"/desk/{ref}/proof/send").location == f"/desk/{ref}/proof"
    assert status_of(newsroom, ref) is Status.APPROVAL
    assert "has not answered yet" in client.get(f"/desk/{ref}/proof").text
    with newsroom.transaction() as session:
        piece = piece_of(session, ref)
        standing = proof.current(session, piece)
        assert standing is not None
        proof.approve(session, newsroom, piece, factories.author(piece), standing.hash)
    page = client.get(f"/desk/{ref}/publish")
    assert submit_form(client, page, f"/desk/{ref}/publish").location == f"/desk/{ref}"
    assert status_of(newsroom, ref) is Status.PUBLISHED

    page = client.get(f"/desk/{ref}/correct")
    answer = submit_form(client, page, "/correct", {"headline": "Move the road", "note": "The headline was too long."})
    assert answer.status_code == 302, answer.text
    answer = submit_form(client, client.get(f"/desk/{ref}/remove"), "/remove", {"note": "Its author asked for it."})
    assert answer.status_code == 302, answer.text
    assert status_of(newsroom, ref) is Status.REMOVED
    assert "Its author asked for it." in client.get(f"/desk/{ref}").text
    answer = submit_form(client, client.get(f"/desk/{ref}/restore"), "/restore", {"note": "And changed their mind."})
    assert answer.status_code == 302, answer.text
    with newsroom.reading() as session:
        printed = session.scalars(select(Publication)).one()
        assert printed.headline == "Move the road"
        assert [correction.note for correction in printed.corrections] == [
            "The headline was too long.",
            "And changed their mind.",
        ]
        codes = session.scalars(select(Letter.code).where(Letter.code.in_(("M9", "M12", "M14")))).all()
        assert sorted(codes) == ["M12", "M14", "M14", "M14", "M9"]


def test_a_closed_gate_refuses_and_says_why(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    changed = factories.statement(exclusivity="also", exclusivity_where="A newspaper in Tunis")
    with newsroom.transaction() as session:
        piece = factories.approved(session, newsroom, chief, statement=changed)
        ref, version = piece.ref, piece.version
    page = client.get(f"/desk/{ref}/publish")
    assert "An author said that it appears or appeared elsewhere." in page.text
    assert "Publish now" not in page.text
    answer = client.post(
        f"/desk/{ref}/publish", data={"csrf_token": token(client, f"/desk/{ref}"), "seen": str(version)}
    )
    assert answer.status_code == 409
    assert "The gate is closed." in answer.text
    assert (status_of(newsroom, ref), publications(newsroom)) == (Status.APPROVED, 0)


def test_a_chief_lets_a_line_pass_in_writing_and_it_is_counted(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        piece = factories.approved(session, newsroom, chief, statement=factories.statement(exclusivity="also"))
        ref = piece.ref
    page = client.get(f"/desk/{ref}/proof")
    answer = submit_form(client, page, "/override", {"line": "exclusivity"})
    assert answer.status_code == 422
    assert "Write the reason" in answer.text
    answer = submit_form(client, page, "/override", {"line": "exclusivity", "reason": "Agreed with the Tunis paper."})
    assert answer.location == f"/desk/{ref}/proof"
    with newsroom.reading() as session:
        given = session.scalars(select(GateOverride)).one()
        assert (given.line, given.reason, given.person_id) == ("exclusivity", "Agreed with the Tunis paper.", chief.id)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "override")).one()
        assert entry.reason_code == "exclusivity"
    assert submit_form(client, client.get(f"/desk/{ref}/publish"), f"/desk/{ref}/publish").status_code == 302
    assert publications(newsroom) == 1


@pytest.mark.parametrize("line", ["disclaimer", "shortcode", "nothing"])
def test_nobody_lets_a_firm_line_pass(sign_in: SignIn, newsroom: Newsroom, line: str) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        ref = factories.accepted(session, newsroom, chief).ref
    page = client.get(f"/desk/{ref}/proof")
    answer = submit_form(client, page, "/override", {"line": line, "reason": "Because I can."})
    assert answer.status_code == 422
    with newsroom.reading() as session:
        assert session.scalars(select(GateOverride)).all() == []


def test_an_editor_neither_overrides_nor_publishes(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        piece = factories.approved(session, newsroom, editor)
        ref, data = piece.ref, {"seen": str(piece.version)}
    data["csrf_token"] = token(client, f"/desk/{ref}")
    for path, more in (
        ("publish", {}),
        ("publish/schedule", {"at": "2030-01-01T10:00"}),
        ("proof/override", {"line": "approval", "reason": "No."}),
    ):
        assert client.post(f"/desk/{ref}/{path}", data=data | more).status_code == 403, path
    assert status_of(newsroom, ref) is Status.APPROVED


def test_a_date_is_meant_on_the_desks_clock(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, publisher = sign_in(Role.PUBLISHER)
    with newsroom.transaction() as session:
        ref = factories.approved(session, newsroom, publisher).ref
    page = client.get(f"/desk/{ref}/publish")
    answer = submit_form(client, page, "/schedule", {"at": "2020-01-01T10:00"})
    assert answer.status_code == 422
    assert "Choose a time in the future" in answer.text
    assert submit_form(client, page, "/schedule", {"at": "soon"}).status_code == 422
    answer = submit_form(client, page, "/schedule", {"at": "2026-12-01T10:00"})
    assert answer.status_code == 302, answer.text
    with newsroom.reading() as session:
        planned = piece_of(session, ref).publish_at
        assert planned is not None
        assert planned.isoformat() == "2026-12-01T08:00:00+00:00"  # Tripoli is two hours ahead
    answer = submit_form(client, client.get(f"/desk/{ref}/publish"), "/unschedule")
    assert answer.status_code == 302, answer.text
    assert status_of(newsroom, ref) is Status.APPROVED


def test_a_chief_records_an_authors_approval_with_evidence(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, chief)
        proof.send(session, newsroom, piece, chief, piece.version)
        ref, byline = piece.ref, str(piece.bylines[0].id)
    page = client.get(f"/desk/{ref}/proof")
    assert submit_form(client, page, "/approve", {"byline": byline}).status_code == 422
    assert submit_form(client, page, "/approve", {"byline": "99", "evidence": "By phone."}).status_code == 422
    answer = submit_form(client, page, "/approve", {"byline": byline, "evidence": "By phone, Monday 10:00."})
    assert answer.status_code == 302, answer.text
    assert status_of(newsroom, ref) is Status.APPROVED
    assert "By phone, Monday 10:00." in client.get(f"/desk/{ref}/proof").text


def test_recalling_voids_the_proof(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    with newsroom.transaction() as session:
        ref = factories.approved(session, newsroom, editor).ref
    assert submit_form(client, client.get(f"/desk/{ref}"), "/recall").status_code == 302
    assert status_of(newsroom, ref) is Status.ACCEPTED
    assert "No proof is out." in client.get(f"/desk/{ref}/proof").text


def test_the_desks_proof_tells_of_a_withheld_name(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    pen = replace(factories.proposal().author, pseudonym="A dock worker", pseudonym_reason="They would dismiss me.")
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, editor, author=pen)
        ref, note = piece.ref, proof.assemble(session, newsroom, piece).author_note
    assert note
    page = client.get(f"/desk/{ref}/proof").text
    assert f'<p class="article-note">{escape(note)}</p>' in page


def test_the_proof_page_lists_what_must_go(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, editor = sign_in(Role.EDITOR)
    text = factories.text()
    pasted = "The views expressed in this article are the author's own and do not necessarily reflect our policy."
    with newsroom.transaction() as session:
        piece = factories.accepted(session, newsroom, editor)
        ref = piece.ref
    page = client.get(f"/desk/{ref}/edit")
    body = text.body_html + f'<p>[su_note note_color="#fefccb"]{pasted}[/su_note]</p>'
    assert submit_form(client, page, "/edit", {"body": body}).status_code == 302
    page = client.get(f"/desk/{ref}/proof")
    assert f'<mark lang="en" dir="ltr">{pasted.replace(chr(39), "&#39;")}' in page.text or "<mark" in page.text
    assert "[su_note" in page.text
    assert "A sentence reads like a disclaimer" in page.text


def test_a_correction_that_brings_in_a_second_disclaimer_is_refused(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        ref = factories.published(session, newsroom, chief).ref
    body = factories.text().body_html + "<p>The views expressed in this article are the author's own.</p>"
    page = client.get(f"/desk/{ref}/correct")
    answer = submit_form(client, page, "/correct", {"body": body, "note": "One more sentence."})
    assert answer.status_code == 409
    assert "a second disclaimer" in answer.text
    assert "One more sentence." in answer.text
    with newsroom.reading() as session:
        assert piece_of(session, ref).revision.number == 1
        assert session.scalars(select(Publication)).one().corrections == []


def test_a_newer_disclaimer_is_pointed_out_and_not_used(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, chief = sign_in(Role.CHIEF)
    with newsroom.transaction() as session:
        ref = factories.approved(session, newsroom, chief).ref
        used = session.scalars(
            select(DisclaimerVersion)
            .join(DisclaimerPolicy)
            .where(DisclaimerPolicy.language == "en", DisclaimerVersion.label == "Opinion")
        ).first()
        assert used is not None
        session.add(
            DisclaimerVersion(
                policy_id=used.policy_id,
                number=used.number + 1,
                label="Opinion",
                text="This is opinion. What it says is the author's own and not what {publication} holds.",
                placement="end",
                approved_at=newsroom.now(),
                created_at=newsroom.now(),
            )
        )
    page = client.get(f"/desk/{ref}/proof")
    assert "A newer disclaimer version exists" in page.text
    assert submit_form(client, client.get(f"/desk/{ref}/publish"), f"/desk/{ref}/publish").status_code == 302
    with newsroom.reading() as session:
        assert session.scalars(select(Publication)).one().disclaimer_version_id == used.id


def test_pieces_of_another_desk_do_not_exist(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _reader = sign_in(Role.CHIEF, name="Arabic Chief", desks=("rai",))
    with newsroom.transaction() as session:
        ref = factories.published(session, newsroom, factories.person(session, newsroom)).ref
        own = factories.received(session, newsroom, "ar", address="nur@author.example").ref
    pages = ("edit", "revisions", "lines", "proof", "publish", "correct", "remove", "restore")
    assert {name: client.get(f"/desk/{ref}/{name}").status_code for name in pages} == dict.fromkeys(pages, 404)
    data = {"csrf_token": token(client, f"/desk/{own}"), "seen": "1", "note": "x", "line": "approval", "reason": "x"}
    acts = (
        *("edit", "take-over", "lines", "genre", "proof/send", "proof/recall", "proof/approve", "proof/override"),
        *("publish", "publish/schedule", "publish/unschedule", "correct", "remove", "restore"),
    )
    assert {act: client.post(f"/desk/{ref}/{act}", data=data).status_code for act in acts} == dict.fromkeys(acts, 404)


def test_a_reader_opens_no_editor_but_sees_the_revisions(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _reader = sign_in(Role.READER)
    with newsroom.transaction() as session:
        ref = factories.accepted(session, newsroom, factories.person(session, newsroom)).ref
    assert [client.get(f"/desk/{ref}/{page}").status_code for page in ("edit", "lines", "revisions", "proof")] == [
        *(403, 403, 200, 200)
    ]
