from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.inbox.plain import from_html
from intake.inbox.quoted_markup import LEAD, PERHAPS, QUOTED, Line, lines_of
from tests.inbox.letters import judged, mail, multipart
from tests.inbox.quoted_pages import BELOW, BETWEEN, CONTAINERS, RESTS, SAID, SPLIT

HTML = "text/html; charset=utf-8"
ANSWER = "In-Reply-To: <a@b>\n"
ABOVE = f'<div dir="ltr">{SAID}</div>'
BENEATH = f'<div dir="ltr">{BELOW}</div>'


def page(body: str) -> str:
    return f"<html><body>{body}</body></html>"


def reply(body: str) -> str:
    answer = judged(mail(page(body), content_type=HTML, extra=ANSWER))
    return "\n".join(line for line in str(answer["reply_text"]).split("\n") if line)


def cuts(body: str) -> str:
    return "\n".join(cut["text"] for cut in judged(mail(page(body), content_type=HTML, extra=ANSWER))["reply_cuts"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_quoted_letter_is_cut_by_its_markup_wherever_it_stands(name: str) -> None:
    letter = CONTAINERS[name]
    assert reply(f"{ABOVE}{letter}") == SAID
    assert reply(f"{letter}{BENEATH}") == BELOW
    assert reply(f"{ABOVE}{letter}{BENEATH}") == f"{SAID}\n{BELOW}"
    assert "new headline" in cuts(f"{ABOVE}{letter}{BENEATH}")
    assert ">" not in cuts(f"{ABOVE}{letter}").replace("<oped@post.example>", "")


@pytest.mark.parametrize("name", RESTS)
def test_a_letter_that_goes_on_to_the_end_is_cut_by_its_markup(name: str) -> None:
    assert reply(f"{ABOVE}{RESTS[name]}") == SAID
    assert reply(f"<div class=WordSection1><p class=MsoNormal>{SAID}</p>{RESTS[name]}</div>") == SAID
    assert "new headline" in cuts(f"{ABOVE}{RESTS[name]}")


@pytest.mark.parametrize("name", SPLIT)
def test_answers_between_the_questions_are_kept_with_them(name: str) -> None:
    assert reply(f"{ABOVE}{SPLIT[name]}") == f"{SAID}\n> Is it yours?\n{BETWEEN}\n{BELOW}"


def test_a_person_s_own_quotation_is_kept() -> None:
    for quotation in ("<blockquote>We build.</blockquote>", '<blockquote class="gmail_quote">We build.</blockquote>'):
        assert reply(f"{ABOVE}{quotation}") == f"{SAID}\n> We build."
        assert reply(f"{ABOVE}{quotation}{BENEATH}") == f"{SAID}\n> We build.\n{BELOW}"


def test_a_plain_quotation_below_a_known_sentence_is_cut_and_words_below_it_are_kept() -> None:
    letter = "<div>On 3/3/26 10:00, The Desk wrote:</div><blockquote>Do you agree?</blockquote>"
    assert reply(f"{ABOVE}{letter}{BENEATH}") == f"{SAID}\n{BELOW}"


def test_words_below_a_sentence_whose_letter_was_taken_out_are_kept() -> None:
    lead = '<div class="moz-cite-prefix">On 3/3/26 10:00, The Desk wrote:</div>'
    assert reply(f"{ABOVE}{lead}{BENEATH}") == f"{SAID}\n{BELOW}"


def test_a_line_and_no_header_lines_make_no_letter() -> None:
    box = "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><b>Note:</b> two things.</div>"
    assert reply(f"{ABOVE}{box}{BENEATH}") == f"{SAID}\nNote: two things.\n{BELOW}"


def test_a_message_of_a_quotation_only_stays() -> None:
    assert reply(CONTAINERS["thunderbird"]).endswith("Do you agree to the new headline?\nThe desk")


def test_the_plain_version_wins_where_both_are_whole() -> None:
    plain = f"Content-Type: text/plain\n\n{SAID}\n\n> Do you agree?\n\nSalma"
    rich = f"Content-Type: {HTML}\n\n{page(ABOVE + '<blockquote type=cite>Do you agree?</blockquote>Salma')}"
    answer = judged(multipart(plain, rich, kind="alternative", extra=ANSWER))
    assert answer["reply_text"] == f"{SAID}\n\n> Do you agree?\n\nSalma"
    stunted = "Content-Type: text/plain\n\nYes"
    answer = judged(multipart(stunted, rich, kind="alternative", extra=ANSWER))
    assert answer["reply_text"].split() == [*SAID.split(), "Salma"]


def test_a_first_submission_is_never_cut_by_its_markup() -> None:
    for letter in (*CONTAINERS.values(), *RESTS.values()):
        raw = mail(page(f"{ABOVE}{letter}{BENEATH}"), content_type=HTML)
        first = judged(raw)
        assert (first["reply_text"], first["reply_cuts"]) == (first["text"], [])


def test_lines_are_told_by_their_markup() -> None:
    markup = (
        '<p>a</p><div class="gmail_attr">b</div><blockquote type=cite>c<br>d</blockquote><blockquote>e</blockquote>'
    )
    told = [line for line in lines_of(markup) if line.text]
    assert told == [Line("a"), Line("b", LEAD), Line("c", QUOTED), Line("d", QUOTED), Line("e", PERHAPS)]


def test_signs_in_the_message_itself_tell_nothing() -> None:
    assert [line.kind for line in lines_of("<p>\ufdd0a</p><p>b\ufdd3</p>")] == [""] * 4


PIECES = (
    *CONTAINERS.values(),
    *RESTS.values(),
    *SPLIT.values(),
    *("<div>", "</div>", "<table><tr><td>", "</table>", "<blockquote type=cite>", "</blockquote>", "<p>", "<li>"),
    *("<div class=gmail_quote>", "word", "<b>x:</b>", "<!--", ">", "&#xfdd0;", "&#64979;"),
    *("<hr id=stopSpelling>", "<span id=OLK_SRC_BODY_SECTION>"),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_letter_is_lost_by_telling_lines(markup: str) -> None:
    plain = from_html(markup).translate(dict.fromkeys(range(0xFDD0, 0xFDD4)))
    said = "".join(line.text for line in lines_of(markup))
    assert Counter("".join(said.split())) == Counter("".join(plain.split()))
