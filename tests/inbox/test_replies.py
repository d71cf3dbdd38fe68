import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.inbox.replies import Cut, reply_of, reply_text
from tests.inbox.letters import judged, mail
from tests.inbox.mail_habits import BLOCKS, DESK, FOOTERS, NOTICES, QUOTED, SENTENCES, UNQUOTED

YES = "Yes, I agree.\n\nSalma"
NAAM = "نعم، أوافق.\n\nسلمى"
SAID = pytest.mark.parametrize("said", [YES, NAAM])


@pytest.mark.parametrize("name", SENTENCES)
@SAID
def test_a_quotation_below_its_sentence_is_cut(name: str, said: str) -> None:
    assert reply_text(f"{said}\n\n{SENTENCES[name]}\n\n{QUOTED}") == said


@pytest.mark.parametrize("name", SENTENCES)
@SAID
def test_an_unmarked_letter_below_a_program_s_sentence_is_cut(name: str, said: str) -> None:
    assert reply_text(f"{said}\n{SENTENCES[name]}\n\n{UNQUOTED}") == said


@pytest.mark.parametrize("name", SENTENCES)
def test_an_answer_below_the_quotation_is_kept(name: str) -> None:
    assert reply_text(f"{SENTENCES[name]}\n\n{QUOTED}\n{YES}\n") == YES


@pytest.mark.parametrize("name", SENTENCES)
def test_answers_inside_the_quotation_are_kept_with_their_questions(name: str) -> None:
    between = "> Is it yours?\n\nIt is.\n\n> Is it new?\n\nIt is."
    assert reply_text(f"Below.\n\n{SENTENCES[name]}\n\n{between}\n\n> The desk\n") == f"Below.\n\n{between}"


@pytest.mark.parametrize("name", BLOCKS)
@SAID
def test_what_follows_a_header_block_is_cut(name: str, said: str) -> None:
    assert reply_text(f"{said}\n\n{BLOCKS[name]}") == said


@pytest.mark.parametrize("name", FOOTERS)
@SAID
def test_a_phone_s_footer_is_cut_at_the_end_and_above_the_quotation(name: str, said: str) -> None:
    assert reply_of(f"{said}\n\n{FOOTERS[name]}\n").cuts == (Cut("footer", FOOTERS[name]),)
    assert reply_text(f"{said}\n\n{FOOTERS[name]}\n\n{SENTENCES['en gmail']}\n\n{QUOTED}") == said
    assert (
        reply_text(f"{said}\n\n{FOOTERS[name]}\n\nOne thing more.") == f"{said}\n\n{FOOTERS[name]}\n\nOne thing more."
    )


@pytest.mark.parametrize("name", NOTICES)
@SAID
def test_a_notice_is_cut_at_the_end(name: str, said: str) -> None:
    assert reply_of(f"{said}\n\n{NOTICES[name]}\n").cuts == (Cut("notice", NOTICES[name]),)
    assert reply_of(f"{said}\n\n{NOTICES[name]}\n").text == said


@SAID
def test_a_signature_is_cut_below_its_delimiter(said: str) -> None:
    for delimiter in ("-- ", "--", "—"):
        assert reply_text(f"{said}\n\n{delimiter}\nSalma Idris\nHarbour office, +000 1 234\n") == said
    assert reply_text(f"{said}\n\n-- \nSalma Idris\n\n{SENTENCES['en gmail']}\n\n{QUOTED}") == said


def test_all_that_was_cut_is_told_in_its_order() -> None:
    text = f"Yes.\n\n-- \nSalma\n\nSent from my iPhone\n\n{SENTENCES['en gmail']}\n\n{QUOTED}\n{NOTICES['en']}\n"
    assert reply_of(text).cuts == (
        Cut("signature", "-- \nSalma"),
        Cut("footer", "Sent from my iPhone"),
        Cut("quote", f"{SENTENCES['en gmail']}\n\n{QUOTED}".rstrip()),
        Cut("notice", NOTICES["en"]),
    )


OWN_WORDS = {
    "a date and a verb": "On 3 March 2026 the mayor wrote:\n\nWe will build walls.\n\nHe did not.",
    "a time and a request": "On 3 March 2026 at 10:30 the mayor wrote to me and others:\n\nWe build.\n\nHe did not.",
    "a memo": "From: the mayor\nTo: all\nSubject: silence\n\nThat was the whole text.",
    "a dash": "Two points.\n\n--\n\nThe first is that the quotation in the third part comes from a book and stays so.",
    "a list": "Change these:\n\n- the title\n- the date\n\nTo: is a typing error.",
    "a disclaimer": "Disclaimer: I am a member of the council.",
    "an address": "On Friday please write to Salma <s@a.example>:\n\nshe has the pictures.",
    "a phone": "The pictures were sent from the harbour by courier.",
    "a table": "| one | two |\n| 1 | 2 |",
    "Arabic": "في 3 مارس 2026 كتب الوزير:\n\nسنبني الأسوار.\n\nولم يبن شيئا.",
    "Arabic, a memo": "من: رئيس البلدية\nإلى: الجميع\nالموضوع: الصمت\n\nهذا كل النص.",
    "Arabic, sent": "أرسلت من قبل ثلاث صور ولم يصلني رد.",
}


@pytest.mark.parametrize("name", OWN_WORDS)
def test_a_person_s_own_words_are_kept_though_they_look_like_a_program_s(name: str) -> None:
    text = f"Thank you.\n\n{OWN_WORDS[name]}"
    assert (reply_of(text).text, reply_of(text).cuts) == (text, ())


def test_answers_between_quotations_are_kept() -> None:
    between = "> Is it yours?\n\nIt is.\n\n> Is it new?\n\nIt is."
    assert reply_text(between) == between


def test_the_last_words_of_a_paragraph_are_no_part_of_the_sentence_below_it() -> None:
    said = "I have time to test it in 2 weeks. I will tell\nyou then, at 10:00 or so"
    assert reply_text(f"{said}\n{SENTENCES['nl, wrapped']}\n\n{QUOTED}") == said


def test_a_quoted_line_that_was_broken_on_its_way_is_still_quoted() -> None:
    broken = (
        f"> {'The harbour was built for grain, and it is grain that must pay for the'}\nwalls of it all\n> and more"
    )
    assert reply_text(f"{SENTENCES['en gmail']}\n\n{broken}\n\n{YES}") == YES


def test_a_message_of_a_quotation_only_stays() -> None:
    assert reply_of(QUOTED) == reply_of(QUOTED.strip())
    assert reply_text(QUOTED) == QUOTED.strip()
    assert reply_of(f"{DESK} wrote on 3 March 2026 at 10:00:\n\n{QUOTED}").cuts == ()


def test_what_lies_beyond_the_part_that_is_read_goes_with_the_line_before_it() -> None:
    long = "word " * 50_000
    assert reply_text(f"Yes.\n\n{SENTENCES['en gmail']}\n\n> {long}end") == "Yes."
    assert reply_text(f"Yes.\n\n{long}end").endswith("word end")


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
    first = judged(mail(FIRST))
    assert (first["reply_text"], first["reply_cuts"]) == (FIRST, [])


def test_yahoo_s_own_number_in_the_references_makes_no_answer() -> None:
    own = "References: <1772525520.ref@mail.yahoo.com>\n"
    assert judged(mail(FIRST, extra=own))["reply_text"] == FIRST
    both = "References: <1772525520.ref@mail.yahoo.com>\n <letter@post.example>\n"
    assert judged(mail(FIRST, extra=both))["reply_text"] == "The minister promised walls."


SIGNED = "To: oped+r-41-abcdefghij234567@post.example\n"


def test_a_message_to_a_signed_address_is_an_answer_without_any_reference() -> None:
    assert judged(mail(FIRST), signed=True)["reply_text"] == "The minister promised walls."
    assert judged(mail(FIRST).replace(b"To: oped@post.example\n", SIGNED.encode()))["reply_text"] != FIRST
    assert judged(mail(FIRST).replace(b"To: oped@post.example\n", SIGNED.encode()), signed=False)["reply_text"] == FIRST


def test_the_judgement_of_an_answer_tells_what_was_cut() -> None:
    quote = f"{SENTENCES['en gmail']}\n\n{QUOTED}".rstrip()
    answer = judged(mail(f"{YES}\n\n{quote}\n", extra="In-Reply-To: <a@b>\n"))
    assert (answer["reply_text"], answer["reply_cuts"]) == (YES, [{"kind": "quote", "text": quote}])


WORDS = st.text(alphabet="abc dه و.,!?\n", min_size=1, max_size=300).filter(
    lambda text: text.strip() and not text.startswith((" ", "\n"))
)
LETTERS = st.sampled_from(
    [f"{lead}\n\n{quote}" for lead in SENTENCES.values() for quote in (QUOTED, UNQUOTED)] + list(BLOCKS.values())
)


@settings(max_examples=300, deadline=None)
@given(WORDS, LETTERS)
def test_what_a_person_wrote_above_a_letter_is_kept_whole(words: str, letter: str) -> None:
    assert reply_text(f"{words}\n\n{letter}") == words.strip("\n").rstrip()


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab >:-_\n@<.كتب1", max_size=120))
def test_kept_and_cut_lines_together_are_the_message(text: str) -> None:
    found = reply_of(text)
    told = "\n".join((found.text, *(cut.text for cut in found.cuts)))
    assert sorted(lines_of(told)) == sorted(lines_of(text))
    assert bool(found.text.strip()) == bool(text.strip())
