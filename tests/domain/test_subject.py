from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.subject import matches, strip

ARABIC = ("مقال رأي", "مقالة رأي", "رأي")

PRODUCT_PAGE_HITS = (
    "Op-Ed",
    "OP-ED:",
    "op ed",
    "OpEd",
    "Op\u2011Ed",
    "Op\u2013Ed",
    "Op\u2014Ed",
    "Op_Ed",
    "[Op-Ed]",
    "Re: Fwd: Op-Ed",
    "FW: Op-Ed",
    "رد: Op-Ed",
)
PRODUCT_PAGE_MISSES = (
    "Opened",
    "co-op education",
    "op-edit",
    "top-edge",
    "stop ed",
    "Operation Edge",
    "Co-op Ed",
)
OWN_HITS = (
    "Op-Ed: The dam that was never safe",
    "op-ed submission",
    "Op-Eds for your page",
    "Our OPED on water",
    "Op/Ed: fuel prices",
    "OP.ED.",
    "O\u200bp-Ed: hidden space",
    "\u202aOp-Ed\u202c: turned",
    "Op\u00ad-Ed soft hyphen",
    "\uff2f\uff50\uff0d\uff25\uff44 full width",
    "Op\u2010Ed U+2010",
    "Op\u2012Ed figure dash",
    "Op\u2212Ed minus",
    "Op - Ed spaced",
    "Op\tEd tab",
    "Op\u00a0Ed no-break space",
    "My_Op_Ed_final",
    "(op-ed) Who pays?",
    "Who pays? | Op-Ed",
    "“Op-Ed”",
    "[External] Op-Ed: Tripoli's port",
    "Op-Ed's second draft",
    "Guest Op-Ed, 800 words",
    "Op-Ed/مقال",
    "مقال للنشر Op-Ed",
    "AW: WG: Op-Ed",
    "Submission—Op-Ed—Water",
)
ARABIC_HITS = (
    "مقال رأي: السد الذي لم يكن آمنا",
    "مقالة رأي",
    "رأي",
    "راي: بلا همزة",
    "مقـــال رأي",
    "مَقالُ رَأيٍ",
    "مقالة رأي للنشر",
    "مقاله رأي",
    "مقال رأى",
    "مقال-رأي",
    "\u202bمقال رأي\u202c",
    "رد: مقال رأي",
    "إعادة توجيه: رأي",
    "[رأي] من يدفع؟",
    "Re: رأي",
    "مقال\u00a0رأي",
)
OWN_MISSES = (
    "",
    "Op",
    "Ed",
    "Operated",
    "Cooped up",
    "TOP EDITOR",
    "Co-operated",
    "Coop ed.",
    "co op ed",
    "post-op education",
    "Post-op ed",
    "photo-op ed",
    "Open education",
    "OpEdit 3.0",
    "adopted",
    "Hop Ed",
    "Ed-Op",
    "opinion piece",
    "Shop-Ed",
    "Option: Ed",
)
ARABIC_MISSES = ("الرأي العام", "رأى الوزير", "رأيت البحر", "مقال عن الماء", "آراء", "مقال", "قراءة")


@pytest.mark.parametrize("subject", PRODUCT_PAGE_HITS + OWN_HITS)
def test_the_convention_is_kept(subject: str) -> None:
    assert matches(subject, ()).hit


@pytest.mark.parametrize("subject", PRODUCT_PAGE_MISSES + OWN_MISSES)
def test_the_convention_is_not_kept(subject: str) -> None:
    assert matches(subject, ARABIC).hit is False


@pytest.mark.parametrize("subject", ARABIC_HITS)
def test_an_arabic_desk_word_keeps_it(subject: str) -> None:
    assert matches(subject, ARABIC).hit
    assert matches(subject, ()).hit is False


@pytest.mark.parametrize("subject", ARABIC_MISSES)
def test_arabic_that_is_no_desk_word(subject: str) -> None:
    assert matches(subject, ARABIC).hit is False


def test_the_phrase_is_given_as_it_was_written() -> None:
    found = matches("Re: [O\u200bP\u2014Ed] Water", ())
    assert found.phrase == "O\u200bP\u2014Ed"
    assert found.why == 'the subject holds "Op-Ed"'
    assert matches("رد: مقـال رأي", ARABIC).phrase == "مقـال رأي"
    assert matches("Water", ()).phrase is None


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("Op-Ed: The dam that was never safe", "The dam that was never safe"),
        ("[Op-Ed] The dam", "The dam"),
        ("Re: Fwd: Op-Ed: The dam", "The dam"),
        ("RE[2]: [EXTERNAL] OP-ED - The dam", "The dam"),
        ("Op\u2014Ed \u2014 The dam", "The dam"),
        ("Op-Ed submission: The dam", "The dam"),
        ("Op-Ed The dam", "The dam"),
        ("The dam (Op-Ed)", "The dam"),
        ("The dam | Op-Ed", "The dam"),
        ("The dam - op ed", "The dam"),
        ("Op-Ed", ""),
        ("Re:", ""),
        ("Op-Ed submission", ""),
        ("My op-ed on water", "My op-ed on water"),
        ("Op-ed on water", "Op-ed on water"),
        ("The dam: who pays?", "The dam: who pays?"),
        ("رد: مقال رأي: من يدفع؟", "من يدفع؟"),
        ("رأي | من يدفع؟", "من يدفع؟"),
        ("[رأي] من يدفع؟", "من يدفع؟"),
        ("رأي الناس في الماء", "رأي الناس في الماء"),
        ("إعادة توجيه: من يدفع؟", "من يدفع؟"),
        ("\u202bمقال رأي\u202c: من يدفع؟", "من يدفع؟"),
        ("Op-Ed: مقال رأي: من يدفع؟", "من يدفع؟"),
    ],
)
def test_a_headline_is_the_subject_without_its_labels(subject: str, headline: str) -> None:
    assert strip(subject, ARABIC) == headline


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(chain(PRODUCT_PAGE_HITS, ARABIC_HITS))),
    st.text(alphabet="abcXYZ اءب\u200b\u202e\n", max_size=8),
    st.sampled_from(["Re: ", "[External] ", "FW: ", ""]),
)
def test_words_round_the_convention_do_not_hide_it(phrase: str, rest: str, prefix: str) -> None:
    assert matches(f"{prefix}{phrase} : {rest}", ARABIC).hit


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered_and_stripping_is_stable(subject: str) -> None:
    found = matches(subject, ARABIC)
    assert found.hit is (found.phrase is not None)
    assert strip(strip(subject, ARABIC), ARABIC) == strip(subject, ARABIC)
