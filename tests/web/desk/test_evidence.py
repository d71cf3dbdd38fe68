"""What was found about a sender stands beside the author, in both languages, with how it was found folded away."""

import pytest
from sqlalchemy.orm import Session

from intake.newsroom import Newsroom
from intake.storage.evidence import MessageEvidence
from intake.storage.messages import InboundMessage
from tests.web.desk.conftest import SignIn
from tests.web.desk.mailbag import held, mail
from tests.workflow.arrivals import arrived, written

DETAIL = {
    "by": "",
    "domain": "author.example",
    "ignored": ["evil.example"],
    "arc": {"sets": 0, "sealer": ""},
    "spf": {"result": "unknown", "domain": "", "why": "<script>alert(1)</script>"},
    "dkim": [{"result": "fail", "domain": "author.example", "selector": "s1", "why": "text was changed"}],
    "dmarc": {"result": "fail", "policy": "reject", "organisation": "author.example", "why": "nothing speaks for it"},
}


def found(session: Session, newsroom: Newsroom, message: InboundMessage, verdict: str) -> None:
    session.add(
        MessageEvidence(message_id=message.id, kind="sender", verdict=verdict, detail=DETAIL, found_at=newsroom.now())
    )


@pytest.mark.parametrize(
    ("verdict", "english", "arabic"),
    [
        ("pass", "Verified domain", "نطاق مؤكد"),
        ("fail", "Failed", "لم يجتز التحقق"),
        ("none", "Unverified", "غير مؤكد"),
        ("temperror", "Unverified", "غير مؤكد"),
    ],
)
def test_the_verdict_stands_on_piece_message_and_tray(
    sign_in: SignIn, newsroom: Newsroom, verdict: str, english: str, arabic: str
) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        message, waiting = arrived(session, newsroom, written()), arrived(session, newsroom, written("Hello"))
        found(session, newsroom, message, verdict)
        found(session, newsroom, waiting, verdict)
        ref = session.get_one(InboundMessage, message.id).submission_id
        assert ref is not None
        from intake.storage.submissions import Submission

        address = f"/desk/{session.get_one(Submission, ref).ref}"
    for page in (address, f"/desk/message/{message.id}", "/desk/held"):
        shown = client.get(page).text
        assert english in shown, page
        assert "<script>alert" not in shown
    assert "A pass shows the domain, not the person." in client.get(address).text
    assert "text was changed" in client.get(f"/desk/message/{message.id}").text
    assert arabic in client.get(f"{address}?lang=ar").text


def test_a_message_that_nobody_asked_about_says_so(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        message = arrived(session, newsroom, written("Hello"))
    assert "Not checked" in client.get(f"/desk/message/{message.id}").text


def test_a_file_of_a_mail_with_a_virus_is_handed_only_to_who_insists(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        message = held(session, newsroom, mail("Hello", files=(("a.txt", "text/plain", b"some words"),)))
        session.add(
            MessageEvidence(
                message_id=message.id,
                kind="virus",
                verdict="found",
                detail={"by": "ClamAV", "found": ["Eicar"]},
                found_at=newsroom.now(),
            )
        )
    page = client.get(f"/desk/message/{message.id}").text
    assert "A virus was found" in page
    assert "Eicar" in page
    address = f"/desk/message/{message.id}/part/0"
    assert f"{address}?despite=virus" in page
    refused = client.get(address)
    assert (refused.status_code, b"some words" in refused.data) == (409, False)
    insisted = client.get(f"{address}?despite=virus")
    assert (insisted.status_code, insisted.data.strip()) == (200, b"some words")
    assert insisted.headers["Content-Disposition"].startswith("attachment")
