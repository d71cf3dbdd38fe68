import base64
from html import escape

import pytest

from intake.inbox.surroundings import Mark, trim
from tests.inbox.letters import ARABIC_PIECE, PARAGRAPHS, PIECE, docx, judged, mail, multipart
from tests.inbox.mail_habits import FOOTERS, NOTICES

BOUND = "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=piece.docx\n\n"
COVER = "Content-Type: text/plain; charset=utf-8\n\nDear editor,\n\nPlease find my op-ed attached.\n\nBest,\nSalma"


def with_document(paragraphs: list[str], cover: str = COVER, heading: str = "", subject: str = "Op-Ed") -> bytes:
    return multipart(cover, BOUND + base64.encodebytes(docx(paragraphs, heading)).decode(), subject=subject)


def test_a_long_document_wins_and_the_body_is_its_cover_note() -> None:
    found = judged(with_document(PARAGRAPHS, heading="Grain must pay"))
    assert (found["source"], found["headline"]) == ("piece.docx", "Grain must pay")
    assert found["body_text"] == PIECE.replace(". \n", ".\n").strip()
    assert found["cover_note"] == "Dear editor,\n\nPlease find my op-ed attached.\n\nBest,\nSalma"
    assert found["words"] > 250


def test_a_short_document_beside_a_long_body_leaves_the_body() -> None:
    found = judged(with_document(PARAGRAPHS[:1], cover=f"Content-Type: text/plain\n\n{PIECE}"))
    assert found["source"] == "body"
    assert found["body_text"].startswith("Part 1.")


def test_of_a_short_body_and_a_document_of_fewer_words_the_body_is_the_piece() -> None:
    cover = f"Content-Type: text/plain\n\n{PARAGRAPHS[0]}"
    caption, whole = judged(with_document(["Harbour walls"], cover=cover)), judged(with_document(PARAGRAPHS[:1]))
    assert (caption["source"], caption["body_text"][:7], caption["disposition"]) == ("body", "Part 1.", "submit")
    assert (whole["source"], whole["disposition"]) == ("piece.docx", "submit")
    same = judged(with_document(PARAGRAPHS[:1], cover=cover))
    assert same["source"] == "piece.docx"


def test_the_headline_comes_from_heading_then_subject_then_a_short_first_line() -> None:
    assert judged(with_document(PARAGRAPHS, subject="Op-Ed: From the subject"))["headline"] == "From the subject"
    assert judged(mail())["headline"] == "Who pays for the harbour"
    found = judged(mail(f"Grain must pay\n\n{PIECE}", subject="Op-Ed"))
    assert (found["headline"], found["body_text"].split("\n")[0][:7]) == ("Grain must pay", "Part 1.")
    page = f"<h1>Grain must pay</h1><p>{PIECE}</p>"
    found = judged(mail(page, content_type="text/html; charset=utf-8"))
    assert (found["headline"], "Grain must pay" in found["body_text"]) == ("Grain must pay", False)


def test_greeting_closing_and_bio_are_marked_and_kept() -> None:
    body = (
        f"Dear editors,\n\nI am submitting an op-ed for your page.\n\n{PIECE}\n\n"
        "Best regards,\nSalma Idris\n+218 91 000\n\n"
        "About the author: Salma Idris ran the harbour office for ten years.\n\nSent from my phone\n"
    )
    found = judged(mail(body))
    assert found["body_text"].startswith("Part 1.")
    assert found["body_text"].endswith("for its walls.")
    assert found["bio"] == "Salma Idris ran the harbour office for ten years."
    assert [mark["kind"] for mark in found["marks"]] == ["greeting", "cover", "closing", "bio", "footer"]
    assert found["marks"][2]["text"] == "Best regards,\nSalma Idris\n+218 91 000"
    assert found["text"] == body


def test_arabic_surroundings_too() -> None:
    body = (
        f"السلام عليكم ورحمة الله،\n\nأرسل إليكم مقالا للنشر.\n\n{ARABIC_PIECE}\n\n"
        "نبذة عن الكاتب: سلمى إدريس، مديرة الميناء.\n\n"
        "مع خالص التحية،\nسلمى"
    )
    found = judged(mail(body, subject="مقال رأي: من يدفع؟").replace(b"oped@post", b"rai@post"))
    assert found["headline"] == "من يدفع؟"
    assert found["bio"] == "سلمى إدريس، مديرة الميناء."
    assert found["body_text"] == ARABIC_PIECE
    assert (found["language"], found["desk"], found["disposition"]) == ("ar", "rai", "submit")
    assert [mark["kind"] for mark in found["marks"]] == ["greeting", "cover", "bio", "closing"]


@pytest.mark.parametrize("name", FOOTERS)
def test_what_a_program_adds_is_no_part_of_the_piece(name: str) -> None:
    footer = FOOTERS[name].replace("\n", " ")
    found = judged(mail(f"{PIECE}\n\n{footer}\n"))
    assert found["body_text"].endswith("for its walls.")
    assert [(mark["kind"], mark["text"]) for mark in found["marks"]] == [("footer", footer)]


def test_a_footer_s_words_above_a_paragraph_of_the_piece_stay() -> None:
    whole = f"<p>{PARAGRAPHS[0].strip()}</p><p>Typed on a train.</p><p>{PARAGRAPHS[1].strip()}</p>"
    assert trim(whole).html == whole
    assert trim(f"{whole}<p>Typed on a train.</p>").marks == (Mark("footer", "Typed on a train."),)


def test_an_authors_own_last_words_are_never_taken() -> None:
    for last in (
        "Thank you for the bread, my grandmother used to say, and so should everyone who has eaten from this harbour.",
        "Best regards, is how most letters end, and that is the trouble with them: they hide the anger well.",
        "Confidential is what they called it. It was only embarrassing.",
        "Caution is a virus of the mind, the minister said, and he ought to know: his whole office has it.",
        "Sent from the front, his letters took nine weeks and told us more than any of the bulletins had.",
        "Sent from a cell in the south, his letters shamed every minister who read them.",
        "أُرسلت من هاتف قديم رسالة واحدة، قرأها أهل الحي كلهم ثم طووها ولم يعودوا إليها أبدًا.",
    ):
        whole = f"<p>{PARAGRAPHS[0].strip()}</p><p>{last}</p>"
        assert trim(whole).html == whole


PARTED = {"en, titled", "en, ruled", "mailman"}
"""Notices of several paragraphs, or below a rule that is none of a piece's paragraphs."""


@pytest.mark.parametrize("footer", [NOTICES[name] for name in NOTICES if name not in PARTED])
def test_notices_are_marked_at_the_end_only(footer: str) -> None:
    first, last = f"<p>{PARAGRAPHS[0].strip()}</p>", "<p>Nobody had asked the dockers, and nobody will.</p>"
    marked = f"<p>{escape(footer).replace(chr(10), '<br>')}</p>"
    found = trim(first + marked)
    assert (found.html, [mark.kind for mark in found.marks]) == (first, ["footer"])
    assert trim(first + marked + last).html == first + marked + last


def test_a_body_of_surroundings_only_stays_whole() -> None:
    assert trim("<p>Dear editor,</p>").html == "<p>Dear editor,</p>"


def test_nothing_readable_gives_an_empty_piece() -> None:
    found = judged(mail("", subject="Op-Ed"))
    assert (found["words"], found["headline"], found["body_html"], found["disposition"]) == (0, "", "", "enquiry")
