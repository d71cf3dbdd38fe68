import base64
import quopri

import pytest

from intake.inbox.forwarded import in_text
from intake.inbox.message import part, read
from tests.inbox.letters import ARABIC_PIECE, PARAGRAPHS, PIECE, docx, judged, mail, multipart

COVER = "Dear colleagues,\n\nthis reached me instead of you.\n\nOmar"
FORMS = {
    "Gmail": (
        "Fwd: Op-Ed: Grain",
        "---------- Forwarded message ---------\nFrom: Salma Idris <salma@author.example>\nDate: Tue, Mar 3, 2026 at "
        "10:00 AM\nSubject: Op-Ed: Grain\nTo: Omar <omar@other.example>, Another With A Long\nName "
        "<another@other.example>\n\n\n",
    ),
    "Gmail in Arabic": (
        "Fwd: Op-Ed: Grain",
        "---------- رسالة مُعاد توجيهها ---------\n\u200fمن: Salma Idris <salma@author.example>\u200f\n"
        "Date: الثلاثاء، ٣ مارس ٢٠٢٦ في ١٠:٠٠ ص\nSubject: Op-Ed: Grain\nTo: <omar@other.example>\n\n\n",
    ),
    "Gmail in French": (
        "Fwd: Op-Ed: Grain",
        "---------- Message transféré ---------\nDe : Salma Idris <salma@author.example>\nDate : mar. 3 mars 2026\n"
        "Objet : Op-Ed: Grain\nÀ : omar@other.example\n\n",
    ),
    "Outlook": (
        "FW: Op-Ed: Grain",
        "________________________________\nFrom: Salma Idris <salma@author.example>\nSent: Tuesday, March 3, 2026 "
        "10:00 AM\nTo: Omar; Another <another@other.example>\nSubject: Op-Ed: Grain\n\n",
    ),
    "old Outlook": (
        "FW: Op-Ed: Grain",
        "-----Original Message-----\nFrom: Salma Idris [mailto:salma@author.example]\nSent: Tuesday\nTo: Omar\n"
        "Subject: Op-Ed: Grain\n\n",
    ),
    "Outlook in German": (
        "WG: Op-Ed: Grain",
        "Von: Salma Idris <salma@author.example>\nGesendet: Dienstag, 3. März 2026 10:00\nAn: Omar\n"
        "Betreff: Op-Ed: Grain\n\n",
    ),
    "Outlook in Arabic": (
        "إعادة توجيه: Op-Ed: Grain",
        "________________________________\nمن: Salma Idris <salma@author.example>\nتم الإرسال: ٣ مارس ٢٠٢٦\nإلى: عمر\n"
        "الموضوع: Op-Ed: Grain\n\n",
    ),
    "Outlook in Spanish": (
        "RV: Op-Ed: Grain",
        "De: Salma Idris <salma@author.example>\nEnviado el: martes, 3 de marzo de 2026\nPara: Omar\n"
        "Asunto: Op-Ed: Grain\n\n",
    ),
    "Outlook in Turkish": (
        "İLT: Op-Ed: Grain",
        "Kimden: Salma Idris <salma@author.example>\nGönderildi: 3 Mart 2026 Salı\nKime: Omar\nKonu: Op-Ed: Grain\n\n",
    ),
    "Apple": (
        "Fwd: Op-Ed: Grain",
        "Begin forwarded message:\n\nFrom: Salma Idris <salma@author.example>\nSubject: Op-Ed: Grain\nDate: 3 March "
        "2026 at 10:00:00 EET\nTo: omar@other.example\n\n",
    ),
    "Apple in Italian": (
        "Fwd: Op-Ed: Grain",
        "Inizio messaggio inoltrato:\n\nDa: Salma Idris <salma@author.example>\n\nOggetto: Op-Ed: Grain\n\nData: 3 "
        "marzo 2026\n\nA: omar@other.example\n\n",
    ),
    "Thunderbird in German": (
        "Fwd: Op-Ed: Grain",
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tOp-Ed: Grain\nDatum: \tTue, 3 Mar 2026\n"
        "Von: \tSalma Idris <salma@author.example>\nAn: \tomar@other.example\n\n",
    ),
    "bold labels": (
        "Fwd: Op-Ed: Grain",
        "---------- Forwarded message ---------\n*From:* *Salma Idris* <salma@author.example>\n*Sent:* Tuesday\n"
        "*Subject:* Op-Ed: Grain\n\n",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_author_of_a_forwarded_piece_is_suggested(name: str) -> None:
    subject, block = FORMS[name]
    found = judged(mail(f"{COVER}\n\n{block}{PIECE}", subject=subject, sender="Omar <omar@other.example>"))
    assert (found["from_name"], found["from_address"]) == ("Omar", "omar@other.example")
    whose = found["forwarded"]
    assert (whose["name"], whose["address"], whose["subject"]) == (
        "Salma Idris",
        "salma@author.example",
        "Op-Ed: Grain",
    )
    assert whose["date"]
    assert found["body_text"].split()[:3] == ["Part", "1.", "The"]
    assert found["body_text"].split()[-2:] == ["its", "walls."]
    assert (found["cover_note"], found["source"]) == (COVER, "forwarded message")
    assert COVER in found["text"]
    assert block.splitlines()[1] in found["text"]


def test_a_quoted_forward_is_unquoted() -> None:
    quoted = "\n".join(f"> {line}" for line in (FORMS["Apple"][1].partition("\n\n")[2] + PIECE).split("\n"))
    found = judged(mail(f"{COVER}\n\nBegin forwarded message:\n\n{quoted}\n", subject="Fwd: Op-Ed"))
    assert found["body_text"].startswith("Part 1.")
    assert ">" not in found["body_text"]


SALMA = "Salma Idris &lt;<a href='mailto:salma@author.example'>salma@author.example</a>&gt;"
HTML_FORMS = {
    "Gmail": (
        '<div dir="ltr">{cover}<br><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message '
        f"---------<br>From: {SALMA}<br>Date: Tue<br>Subject: Op-Ed: Grain<br>To: &lt;omar@other.example&gt;<br></div>"
        "<br>{piece}</div></div>"
    ),
    "Outlook": (
        f"<div>{{cover}}</div><hr><div><p class=MsoNormal><b>From:</b> {SALMA}<br><b>Sent:</b> Tuesday<br>"
        "<b>To:</b> Omar<br><b>Subject:</b> Op-Ed: Grain<o:p></o:p></p></div>{piece}"
    ),
    "Apple": (
        "<div>{cover}<br><blockquote type='cite'><div>Begin forwarded message:</div><br>"
        f"<div><b>From: </b>{SALMA}</div><div><b>Subject: </b>Op-Ed: Grain</div><div><b>Date: </b>3 March</div>"
        "<div><b>To: </b>omar@other.example</div><br><div>{piece}</div></blockquote></div>"
    ),
}


@pytest.mark.parametrize("name", HTML_FORMS)
def test_a_piece_forwarded_as_html_keeps_its_form(name: str) -> None:
    paragraphs = "".join(f"<p>{text} <em>Really.</em></p>" for text in PARAGRAPHS)
    page = HTML_FORMS[name].format(cover="See below.", piece=paragraphs)
    found = judged(mail(page, subject="FW: Op-Ed", content_type="text/html; charset=utf-8"))
    assert found["forwarded"]["address"] == "salma@author.example"
    assert found["body_text"].startswith("Part 1.")
    assert found["body_html"].count("<em>Really.</em>") == len(PARAGRAPHS)
    assert found["headline"] == "Grain"


def test_a_reply_that_quotes_is_no_forward() -> None:
    block = FORMS["Outlook"][1]
    assert in_text(f"I agree.\n\n{block}{PIECE}", "RE: Op-Ed: Grain") is None
    assert in_text(f"{PIECE}\n\nFrom: the harbour\nTo: the city\n", "Op-Ed: Grain") is None
    assert in_text(f"From: the harbour to the city, the road is long.\n\n{PIECE}", "Op-Ed: Grain") is None


def test_an_authors_own_long_text_stays_the_piece() -> None:
    found = judged(mail(f"{PIECE}\n\n{FORMS['Gmail'][1]}Older words.", subject="Op-Ed: Grain"))
    assert found["source"] == "body"
    assert "Older words." in found["body_text"]


def test_a_forward_of_a_forward_names_the_innermost_author() -> None:
    inner = FORMS["Gmail"][1]
    outer = inner.replace("Salma Idris <salma@author.example>", "Huda <huda@other.example>").replace(
        "Op-Ed", "Fwd: Op-Ed"
    )
    found = judged(mail(f"See below.\n\n{outer}From a friend.\n\n{inner}{PIECE}", subject="Fwd: Fwd: Op-Ed"))
    assert found["forwarded"]["address"] == "salma@author.example"
    assert found["cover_note"] == "See below.\n\nFrom a friend."
    assert found["body_text"].startswith("Part 1.")


WORD = (
    "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
    "Content-Disposition: attachment; filename="
)
TEXT = "Content-Type: text/plain; charset=utf-8\n\n"


def attached(inner: bytes, cover: str = "See attached.", subject: str = "Fwd: Op-Ed") -> bytes:
    part_ = b"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n" + inner.replace(b"edge", b"inner")
    return multipart(TEXT + cover, part_, subject=subject, sender="Omar <omar@other.example>")


def test_an_attached_message_gives_its_text_and_author() -> None:
    found = judged(attached(mail(PIECE)))
    assert found["forwarded"] == {
        "name": "Salma Idris",
        "address": "salma@author.example",
        "subject": "Op-Ed: Who pays for the harbour",
        "date": "2026-03-03T10:00:00+02:00",
    }
    assert (found["disposition"], found["headline"], found["cover_note"]) == (
        "submit",
        "Who pays for the harbour",
        "See attached.",
    )
    assert found["body_text"].startswith("Part 1.")
    assert found["text"] == "See attached."


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_document_inside_attached_messages_is_the_piece(depth: int) -> None:
    word = docx(PARAGRAPHS, heading="Grain must pay")
    raw = multipart(TEXT + "My piece.", f"{WORD}piece.docx\n\n{base64.encodebytes(word).decode()}")
    for level in range(depth):
        raw = attached(raw.replace(b"edge", f"edge{level}".encode()).replace(b"inner", b"in"))
    found = judged(raw)
    assert (found["source"], found["headline"]) == ("piece.docx", "Grain must pay")
    assert found["forwarded"]["address"] == "salma@author.example"
    files = [*found["attachments"], *found["inner_files"]]
    place = next(place for place, file in enumerate(files) if file["filename"] == "piece.docx")
    assert base64.b64decode(part(raw, place)["data"]) == word


def test_deeper_than_three_is_kept_but_not_opened() -> None:
    raw = mail(PIECE)
    for level in range(4):
        raw = attached(raw.replace(b"edge", f"edge{level}".encode()).replace(b"inner", b"in"))
    message = read(raw)
    assert [file.media_type for file in message.inner_files] == ["message/rfc822"] * 3


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_an_attached_message_that_was_encoded_is_read(encoding: str) -> None:
    inner = mail(PIECE)
    coded = base64.encodebytes(inner) if encoding == "base64" else quopri.encodestring(inner)
    head = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    found = judged(multipart(TEXT + "See.", head + coded, subject="Op-Ed"))
    assert found["forwarded"]["address"] == "salma@author.example"
    assert found["body_text"].startswith("Part 1.")


def test_a_message_saved_as_a_file_is_read() -> None:
    inner = base64.encodebytes(mail(ARABIC_PIECE, sender="سلمى إدريس <salma@author.example>")).decode()
    found = judged(multipart(TEXT + "See.", f"{WORD}piece.eml\n\n{inner}", subject="Op-Ed"))
    assert found["forwarded"]["name"] == "سلمى إدريس"
    assert found["body_text"] == ARABIC_PIECE


def test_a_returned_message_is_no_forward() -> None:
    inner = b"Content-Type: message/rfc822\n\n" + mail(PIECE)
    raw = multipart(TEXT + "It failed.", inner, subject="Undelivered mail", sender="MAILER-DAEMON@mx.example")
    assert judged(raw.replace(b"MIME-Version", b"X-Failed-Recipients: a@b\nMIME-Version"))["forwarded"] is None
