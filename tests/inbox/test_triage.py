import base64

import pytest

from intake.inbox import suspicion
from intake.inbox.triage import RULES
from tests.inbox.letters import ARABIC_PIECE, DESKS, PARAGRAPHS, PIECE, docx, judged, mail, multipart

SHORT = "Would you be interested in a piece about the harbour?"
WORD = "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; "
LOCKED = f"{WORD}filename=piece.doc\n\n{base64.b64encode(bytes.fromhex('d0cf11e0a1b11ae1') + b'x' * 50).decode()}"
READABLE = f"{WORD}filename=piece.docx\n\n{base64.encodebytes(docx(PARAGRAPHS[:1])).decode()}"
TEXT = f"Content-Type: text/plain; charset=utf-8\n\n{SHORT}"
REPORT = 'multipart/report; report-type=delivery-status; boundary="x"'

CASES = {
    "a piece": (mail(), "submit", "piece"),
    "a piece in Arabic": (
        mail(ARABIC_PIECE, subject="مقال رأي: من يدفع").replace(b"oped@post", b"rai@post"),
        "submit",
        "piece",
    ),
    "a piece sent through a list": (mail(extra="List-Id: <oped.post.example>\nPrecedence: list\n"), "submit", "piece"),
    "a piece sent as a reply": (mail(subject="Re: Fwd: Op-Ed", extra="In-Reply-To: <a@b>\n"), "submit", "piece"),
    "a short document": (multipart(TEXT, READABLE), "submit", "piece"),
    "a question": (mail(SHORT), "enquiry", "short"),
    "a link": (mail(f"{SHORT} https://docs.example/d/1"), "link_only", "bare_link"),
    "a link under the signature": (mail(f"{SHORT}\n\n-- \nSalma\nhttps://salma.example\n"), "enquiry", "short"),
    "a phone's link": (mail(f"{SHORT}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"), "enquiry", "short"),
    "a document nobody can read": (multipart(TEXT, LOCKED), "unreadable", "unread_document"),
    "no convention": (mail(subject="An article for you"), "hold", "without_convention"),
    "no subject": (mail(subject=""), "hold", "without_convention"),
    "an answer": (mail(SHORT, subject="Re: your letter", extra="In-Reply-To: <a@b>\n"), "reply", "answer"),
    "out of office": (mail(SHORT, subject="رد تلقائي: خارج المكتب"), "automatic", "automatic"),
    "Auto-Submitted": (mail(extra="Auto-Submitted: auto-replied\n"), "automatic", "automatic"),
    "a report of delivery": (mail("--x--", content_type=REPORT, sender="<>"), "bounce", "delivery_report"),
    "an old bounce": (
        mail(subject="Undelivered mail", sender="MAILER-DAEMON@mx.example", extra="Return-Path: <>\n"),
        "bounce",
        "delivery_report",
    ),
    "our own letter": (mail(sender="The Desk <OPED@post.example>"), "loop", "own_address"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_disposition_has_its_rule(name: str) -> None:
    raw, disposition, rule = CASES[name]
    found = judged(raw)
    assert (found["disposition"], found["hits"][0].partition(":")[0]) == (disposition, rule)


def test_every_rule_is_a_hit_or_a_miss() -> None:
    found = judged(mail())
    hits = [hit.partition(":")[0] for hit in found["hits"]]
    assert hits == ["piece"]
    assert sorted(hits + found["misses"]) == sorted(
        [*(rule.name for rule in RULES), *(rule.name for rule in suspicion.RULES)]
    )
    assert found["hits"] == ['piece: the subject holds "Op-Ed", and there is a manuscript']


@pytest.mark.parametrize(
    "extra",
    ["List-Id: <a.b>\n", "Precedence: bulk\n", "X-Auto-Response-Suppress: All\n", "Return-Path: <>\n"],
)
def test_what_must_not_be_answered_is_still_a_piece(extra: str) -> None:
    found = judged(mail(extra=extra))
    assert (found["disposition"], found["automatic"], found["answerable"]) == ("submit", False, False)
    assert judged(mail())["answerable"] is True


def test_the_desk_is_told_by_envelope_then_recipients_then_words() -> None:
    assert judged(mail())["desk"] == "opinion"
    assert judged(mail(), desk="rai")["desk"] == "rai"
    assert judged(mail(extra="Delivered-To: rai@post.example\n").replace(b"To: oped@post", b"To: x@y"))["desk"] == "rai"
    assert judged(mail().replace(b"To: oped@post", b"To: rai+tag@post"))["desk"] == "rai"
    unaddressed = mail(ARABIC_PIECE, subject="رأي: الميناء").replace(b"To: oped@post", b"To: x@y")
    assert judged(unaddressed)["desk"] == "rai"
    assert judged(mail().replace(b"To: oped@post", b"To: x@y"))["desk"] == DESKS[0]["slug"]


def test_own_addresses_may_be_more_than_the_desks() -> None:
    assert judged(mail(), own_addresses=["Salma@author.example"])["disposition"] == "loop"


def test_attachments_carry_their_bytes_on_demand_only() -> None:
    raw = multipart(f"Content-Type: text/plain\n\n{PIECE}", READABLE)
    assert "data" not in judged(raw)["attachments"][0]
    carried = judged(raw, include_data=1)["attachments"][0]
    assert len(base64.b64decode(carried["data"])) == carried["bytes"]
