import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.inbox.replies import reply_text
from tests.inbox.letters import judged, mail

YES = "Yes, I agree.\n\nSalma"
NAAM = "نعم، أوافق.\n\nسلمى"
QUOTE = "> Do you agree to the new headline?\n> The desk\n"

ENDINGS = {
    "gmail": f"On Tue, Mar 3, 2026 at 10:00 AM The Desk <oped@post.example> wrote:\n\n{QUOTE}",
    "gmail, wrapped": f"On Tue, Mar 3, 2026 at 10:00 AM The Harbour Post <\noped@post.example> wrote:\n\n{QUOTE}",
    "apple": f"On 3 Mar 2026, at 10:00, The Desk <oped@post.example> wrote:\n\n{QUOTE}",
    "outlook": "From: The Desk <oped@post.example>\nSent: Tuesday, March 3, 2026\nTo: Salma\nSubject: Yours\n\nDo you?",
    "outlook, ruled": "____________________\nFrom: The Desk\nSent: Tuesday\nTo: Salma\nSubject: Yours\n\nDo you?",
    "original message": "-----Original Message-----\nDo you agree?",
    "forwarded": "---------- Forwarded message ---------\nFrom: The Desk\n\nDo you?",
    "bare quote": QUOTE,
    "signature": "-- \nSalma Idris\nHarbour office",
    "phone": "Sent from my iPhone",
    "gmail ar": (
        "في الثلاثاء، 3 مارس 2026 في 10:00 ص تمت كتابة ما يلي بواسطة \u202aThe Desk\u202c\u200f "
        f"<\u202aoped@post.example\u202c\u200f>:\n\n{QUOTE}"
    ),
    "apple ar": f"في ٣ مارس ٢٠٢٦، الساعة ١٠:٠٠ ص، كتب The Desk <oped@post.example>:\n\n{QUOTE}",
    "yahoo ar": "في الثلاثاء 3 مارس 2026 10:00:00 ص غرينتش+2، كتب The Desk <oped@post.example>:\n\n هل توافقين؟",
    "outlook ar": "من: The Desk <oped@post.example>\nتاريخ الإرسال: الثلاثاء\nإلى: سلمى\nالموضوع: مقالك\n\nهل توافقين؟",
    "samsung ar": "---- The Desk كتب ----\n\nهل توافقين؟",
    "original ar": "-------- الرسالة الأصلية --------\nهل توافقين؟",
    "forwarded ar": "---------- رسالة مُعاد توجيهها ---------\nهل توافقين؟",
    "phone ar": "مُرسل من الـ iPhone",
}


@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("said", [YES, NAAM])
def test_what_follows_an_answer_is_cut(name: str, said: str) -> None:
    assert reply_text(f"{said}\n\n{ENDINGS[name]}\n") == said


def test_an_answer_below_the_quotation_is_kept() -> None:
    assert reply_text(f"On 3 Mar 2026, The Desk <oped@post.example> wrote:\n{QUOTE}\n{YES}\n") == YES


def test_answers_between_quotations_are_kept() -> None:
    between = "> Is it yours?\n\nIt is.\n\n> Is it new?\n\nIt is."
    assert reply_text(between) == between


def test_a_message_of_a_quotation_only_stays() -> None:
    assert reply_text(QUOTE) == QUOTE.strip()


FIRST = """The minister promised walls.

On Tuesday, 3 March 2026, the minister <m@gov.example> wrote:

> We will build them.

--

From: the mayor
To: all
Subject: silence

Best regards,
"""


def test_a_first_submission_is_never_cut() -> None:
    assert judged(mail(FIRST))["reply_text"] == FIRST
    assert judged(mail(FIRST, extra="In-Reply-To: <a@b>\n"))["reply_text"] == "The minister promised walls."


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab >:-_\n@<.كتب", max_size=120))
def test_cutting_only_ever_takes_lines_away(text: str) -> None:
    kept = reply_text(text)
    rest = iter(line.rstrip() for line in text.split("\n"))
    assert all(any(line.rstrip() == other for other in rest) for line in kept.split("\n"))
    assert bool(kept.strip()) == bool(text.strip())
