"""The reader's sentences in both languages: every constant is found again in what was made of it."""

import re

import pytest
from flask_babel import force_locale

from intake.domain import faults, reasons
from intake.inbox.judgement import judge
from intake.newsroom import Newsroom
from intake.web import sentences
from tests.web.apps import quick_app

PLACED = {"fault": faults.UUENCODING, "file": "piece.docx"}
ARABIC = re.compile("[\u0621-\u064a]{2}")


def filled(message: str) -> str:
    return re.sub(r"%\((\w+)\)s", lambda found: f"a {found[1]}: (b)", message)


def test_every_constant_is_found_again_with_its_values() -> None:
    for message in sentences.KNOWN:
        found = sentences.constant_of(filled(message))
        assert found is not None, message
        assert (found[0], message % dict(found[1])) == (message, filled(message))


def test_every_constant_has_arabic_words(newsroom: Newsroom) -> None:
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        english = [message for message in sentences.KNOWN if not ARABIC.search(sentences.told(filled(message)))]
        assert english == []
        placed = [sentences.told(message % PLACED) for message in faults.AROUND]
        assert [said for said in placed if not ARABIC.search(said) or faults.UUENCODING in said] == []


@pytest.mark.parametrize("file", ["piece.docx", "Fwd: Op-Ed: water.eml", "a (attachment b).pdf", "50%"])
def test_a_fault_is_found_again_in_the_sentence_that_says_where_it_is(file: str) -> None:
    for message in faults.AROUND:
        values = {"fault": faults.UUENCODING, "file": file}
        found = sentences.constant_of(message % values)
        assert found is not None, message
        assert (found[0], found[0] % dict(found[1])) == (message, message % values)


def test_words_that_are_no_fault_are_left_alone_wherever_they_stand() -> None:
    assert sentences.constant_of("piece.docx: " * 80 + "words nobody knows") is None


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Comments in the document stand apart from the text (3).", "في المستند تعليقات فُصلت عن النص (عددها 3)."),
        ("The file is empty. Send the piece as .docx or .pdf, or in the mail itself. More.", ""),
        ("words nobody knows", ""),
        ("more than one sender: the first is shown", "للرسالة أكثر من مرسل: يُعرض الأول"),
        ("read as cp1256 though declared nothing", "قُرئ النص على أنه \u2068cp1256\u2069 ولم يُعلن أي ترميز"),
        ("The document is damaged (" + "x" * 1000 + ").", ""),
    ],
)
def test_a_sentence_is_told_or_left_alone(newsroom: Newsroom, sentence: str, said: str) -> None:
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        assert sentences.told(sentence) == said


def test_a_value_stands_in_a_direction_of_its_own(newsroom: Newsroom) -> None:
    told = "The file does not say its character set; it was read as cp1256. Check it against the original."
    with quick_app(newsroom).test_request_context(), force_locale("en"):
        assert sentences.told(told) == told.replace("cp1256", "\u2068cp1256\u2069")


def test_what_is_wrong_with_a_mail_is_told_in_arabic(newsroom: Newsroom) -> None:
    raw = (
        "From: A <a@one.example>, B <b@two.example>\nstray line\nTo: oped@paper.example\n"
        f"Subject: Op-Ed \u202eabc\nX-Long: {'x' * 20_000}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=no-such\n\nSalam\n"
        '--b\nContent-Type: text/html; name="n"\nContent-Disposition: attachment; filename="one.docx"\n'
        "Content-Transfer-Encoding: odd\n\nnone\n"
        '--b\nContent-Type: application/pdf; name="two.pdf"\nContent-Transfer-Encoding: base64\n\n!JVBERi0xLjQK\n'
    ).encode()
    found = judge(raw, [])["defects"]
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        assert [said for said in found if not ARABIC.search(sentences.told(said))] == []
    assert len(found) > 8, found


@pytest.mark.parametrize(
    ("head", "body", "hits"),
    [
        ("Subject: Op-Ed: water\nDate: Tue, 24 Nov 2026 09:00:00 +0000", "word " * 200, [reasons.PIECE, reasons.NO_ID]),
        ("Subject: Op-Ed", "https://one.example/piece", [reasons.BARE_LINK, reasons.SHORT, reasons.NEITHER]),
        ("Subject: Op-Ed\nIn-Reply-To: <a@b>", "Salam", [reasons.SHORT, reasons.ANSWER, reasons.NEITHER]),
        (
            "Subject: Hello\nX-Autoreply: yes\nMessage-ID: <a@b>",
            "Away.",
            [reasons.IS_SET, reasons.NO_WORD, reasons.NO_DATE],
        ),
        (
            "Subject: A guest post\nReply-To: c@three.example",
            "x",
            [reasons.NO_WORD, reasons.SELLING, reasons.ELSEWHERE],
        ),
    ],
)
def test_why_a_rule_hit_is_told_in_arabic(newsroom: Newsroom, head: str, body: str, hits: list[str]) -> None:
    raw = f"From: A <a@one.example>\nTo: oped@paper.example\n{head}\n\n{body}\n".encode()
    found = [hit.partition(": ")[2] for hit in judge(raw, [])["hits"]]
    assert [known[0] for known in map(sentences.constant_of, found) if known][: len(hits)] == hits
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        assert [why for why in found if not ARABIC.search(sentences.told(why))] == []


def test_a_reason_within_a_reason_is_told_too(newsroom: Newsroom) -> None:
    why = reasons.PIECE % {"reason": reasons.DESK_WORD % {"word": "opinion"}}
    with quick_app(newsroom).test_request_context(), force_locale("ar"):
        assert sentences.told(why) == "في الموضوع كلمة القسم «\u2068opinion\u2069»، ومعه مقال"
