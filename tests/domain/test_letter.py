"""How a letter is read, judged, rendered, filled and edited. The shipped texts have a file of their own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.errors import SettingsError
from intake.domain.letter import (
    LINK_MARKS,
    Fault,
    Letter,
    LetterFault,
    Rendered,
    Template,
    as_html,
    check,
    close_after_editing,
    declared,
    fill,
    links_in,
    open_for_editing,
    parse,
    render,
    unparse,
    veil,
)

LINK = LINK_MARKS["link"]
M4 = Letter(
    "M4", {"en": "Question"}, "author", "answer", frozenset({"publication", "headline", "ref", "question", "link"})
)
GOOD = Template("About your piece [{ref}]", "“{headline}”: {question}\n\n{link}\n\n{publication}")
TOML = 'title = {en = "T"}\nto = "author"\nlink = "none"\nplaceholders = ["ref"]\n'


def body(text: str, language: str = "en", **values: str) -> str:
    return render(Template("S", text, language), values).body


def test_a_file_is_subject_empty_line_and_body() -> None:
    template = parse("Subject: Hello [{ref}]\r\n\r\nOne\r\n\r\nTwo\r\n", "ar")

    assert template == Template("Hello [{ref}]", "One\n\nTwo", "ar")
    assert parse(unparse(template), "ar") == template


@pytest.mark.parametrize("text", ["", "Hello\n\nBody", "Subject: Hello\nBody"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(LetterFault):
        parse(text)


def test_a_declaration_is_read() -> None:
    text = '[M1]\ntitle = {en = "Confirm", ar = "تأكيد"}\nto = "author"\nlink = "confirm"\n'
    letters = declared(text + 'placeholders = ["ref", "link"]\nautomatic = true\n')

    assert letters == {
        "M1": Letter("M1", {"en": "Confirm", "ar": "تأكيد"}, "author", "confirm", frozenset({"ref", "link"}), True)
    }
    assert (letters["M1"].title("ar"), letters["M1"].title("fr")) == ("تأكيد", "Confirm")
    assert letters["M1"].links == {"link"}


@pytest.mark.parametrize(
    "text",
    [
        "[M1",
        "M1 = 3",
        "[M1]\n" + TOML.replace('to = "author"', 'to = "reader"'),
        "[M1]\n" + TOML.replace('"none"', '"elsewhere"'),
        "[M1]\n" + TOML.replace('"ref"', '"password"'),
        "[M1]\n" + TOML + "colour = 1",
        "[M1]\n" + TOML.replace('to = "author"\n', ""),
    ],
)
def test_a_wrong_declaration_names_file_and_cure(text: str) -> None:
    with pytest.raises(SettingsError, match=r"config/letters\.toml"):
        declared(text)


def test_a_good_template_has_no_fault() -> None:
    assert check(M4, GOOD) == []


@pytest.mark.parametrize(
    ("subject", "text", "fault"),
    [
        ("", GOOD.body, Fault("subject")),
        (GOOD.subject, " ", Fault("body")),
        (GOOD.subject, GOOD.body + "{url}", Fault("unknown", "{url}")),
        (GOOD.subject, GOOD.body + "{headline!r}", Fault("braces", "{headline!r}")),
        (GOOD.subject, GOOD.body + "{0.__class__}", Fault("braces", "{0.__class__}")),
        (GOOD.subject, GOOD.body + "{{7*7}}", Fault("braces", "{7*7}")),
        (GOOD.subject, "{question}", Fault("no_link", "{link}")),
        (GOOD.subject, GOOD.body + "{link}", Fault("links", "{link}")),
        (GOOD.subject + "{link}", GOOD.body, Fault("link_in_subject", "{link}")),
        ("About your piece", GOOD.body, Fault("ref", "{ref}")),
        (GOOD.subject, GOOD.body + " It was carefully reviewed.", Fault("hollow", "carefully review")),
        (GOOD.subject, GOOD.body + " بعد دراسة متأنية", Fault("hollow", "دراسة متأنية")),
        (GOOD.subject, GOOD.body + " شكرًا لـ{publication}", Fault("glued", "لـ{publication}")),
        (GOOD.subject, GOOD.body + LINK, Fault("private")),
    ],
)
def test_a_fault_is_named(subject: str, text: str, fault: Fault) -> None:
    assert fault in check(M4, Template(subject, text))
    assert str(fault)


@pytest.mark.parametrize(
    "hostile",
    ["{link}", "{ref}", "{{7*7}}", "{0.__class__}", "{headline}", "%(link)s", "${link}", r"\1 \g<0>", "<b>&amp;", "}{"],
)
def test_a_value_is_never_expanded(hostile: str) -> None:
    assert body("{headline} {ref} {link}", headline=hostile, ref="OP-1") == f"{hostile} OP-1 {LINK}"


def test_a_value_cannot_make_a_link_mark() -> None:
    rendered = body("{headline}", headline=LINK_MARKS["link_yes"])

    assert (rendered, links_in(rendered)) == ("link_yes", ())


def test_a_link_among_the_values_is_not_used() -> None:
    assert body("{link}", link="https://example.org/secret") == LINK


def test_the_subject_is_one_line() -> None:
    rendered = render(
        Template("On {headline} [{ref}]", "x"), {"headline": "A\r\nBcc: b@example.org\x00\u2028\x85!", "ref": "1"}
    )

    assert rendered == Rendered("On A Bcc: b@example.org ! [1]", "x")


def test_long_answers_keep_their_lines_and_others_do_not() -> None:
    values = {"question": " One?\r\n\r\nTwo?\u2028Three\x07? ", "headline": "A\nB\ud800"}

    assert body("{question}|{headline}", **values) == "One?\n\nTwo?\nThree?|A B"


@pytest.mark.parametrize(
    ("language", "headline", "shown"),
    [
        ("en", "Water", "Water"),
        ("en", "ماء طرابلس", "\u2068ماء طرابلس\u2069"),
        ("ar", "ماء طرابلس", "ماء طرابلس"),
        ("ar", "COP29 في دبي بعد عام", "COP29 في دبي بعد عام"),
        ("ar", "Water", "\u2068Water\u2069"),
        ("ar", "2026", "2026"),
        ("en", "Wa\u202eter\u2069", "Water"),
    ],
)
def test_a_headline_of_the_other_direction_is_isolated(language: str, headline: str, shown: str) -> None:
    assert body("{headline}", language, headline=headline) == shown


def test_a_missing_value_is_named() -> None:
    with pytest.raises(LetterFault, match="headline, ref"):
        render(GOOD, {"publication": "P", "question": "Q"})


@settings(max_examples=60)
@given(st.text(), st.text())
def test_any_value_leaves_the_frame_of_the_letter_alone(headline: str, question: str) -> None:
    rendered = render(GOOD, {"headline": headline, "question": question, "ref": "OP-1", "publication": "P"})

    assert links_in(rendered.body) == ("link",)
    assert rendered.subject == "About your piece [OP-1]"
    assert rendered.body.startswith("“")
    assert rendered.body.endswith(f"\n\n{LINK}\n\nP")
    (rendered.subject + rendered.body).encode("utf-8")
    assert close_after_editing(open_for_editing(rendered.body), {"link"}) == rendered.body


def test_links_are_filled_and_veiled() -> None:
    text = f"Yes {LINK_MARKS['link_yes']} no {LINK_MARKS['link_no']}"

    assert fill(text, {"link_yes": "https://e.org/{link}", "link_no": r"https://e.org/\1"}) == (
        r"Yes https://e.org/{link} no https://e.org/\1"
    )
    assert veil(text, "[private link]") == "Yes [private link] no [private link]"
    with pytest.raises(LetterFault, match="link_no"):
        fill(text, {"link_yes": "https://e.org"})


def test_an_editor_sees_and_moves_the_link() -> None:
    opened = open_for_editing(f"“{{link}}” {LINK}")

    assert opened == "“{{link}}” {link}"
    assert close_after_editing("Here: {link}\r\n“{{link}}”", {"link"}) == f"Here: {LINK}\n“{{link}}”"


def test_an_editor_cannot_add_a_link_the_letter_has_not() -> None:
    with pytest.raises(LetterFault, match="link_no"):
        close_after_editing("{link_no}", {"link"})
    assert close_after_editing(LINK, {"link"}) == "link"


def test_the_page_says_the_same_and_nothing_runs() -> None:
    page = as_html('A <script>“b”</script>\nc\n\n\nSee https://e.org/?a=1&b="2". End', "ar", "<T>")

    assert '<html lang="ar" dir="rtl">' in page
    assert "<title>&lt;T&gt;</title>" in page
    assert "<p>A &lt;script&gt;“b”&lt;/script&gt;<br>\nc</p>\n<p>See " in page
    assert '<a href="https://e.org/?a=1&amp;b=" dir="ltr">https://e.org/?a=1&amp;b=</a>&quot;2&quot;. End</p>' in page
    assert "<img" not in page


@pytest.mark.parametrize("tail", [".", "،", ")", "؟", "”", "»", "\u2069"])
def test_punctuation_after_an_address_is_not_part_of_it(tail: str) -> None:
    assert f">https://e.org/a</a>{tail}</p>" in as_html(f"https://e.org/a{tail}", "en", "T")


def test_only_web_addresses_become_links() -> None:
    assert "<a " not in as_html("javascript:alert(1) data:text/html,x ftp://e.org", "en", "T")
