"""Traces of what was pasted by hand: disclaimer-like sentences, calls for submissions, raw shortcodes.

It points at them for a person to judge; it never removes anything. Texts are plain text, not HTML.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from intake.domain.disclaimer import PLACEHOLDER
from intake.domain.folding import Word, words


@dataclass(frozen=True, slots=True)
class Found:
    """A disclaimer-like sentence: ``text`` is the body's ``[start:end]``, ``why`` names what it matches."""

    start: int
    end: int
    text: str
    why: str


KNOWN = "a disclaimer used before"
_ANY_NAME = "anypublicationname"

# Written over folded words: one space between words, no marks or quotes, 's dropped, ى as ي, ة as ه, no hamza.
_EN_WRITER = "(?:author|writer|columnist|contributor|opinionist)s?"
_EN_VIEWS = "(?:views?|opinions?|positions?)(?: (?:and|or) (?:views?|opinions?|positions?|conclusions?))?"
_AR_WRITER = "(?:ال)?(?:كاتب|كتاب|صاحب|اصحاب|مولف|كاتبه|كاتبات)(?:ها|ه|هم|يها)?"
_AR_SAY = "(?:تعكس|يعكس|تعبر|يعبر|تمثل|يمثل|تتبني|يتبني|تلزم|يلزم|تعني|تتفق|يتفق)"
_AR_VIEW = "(?:راي|اراء|وجهه نظر|وجهات نظر|موقف|مواقف)"
_AR_HOUSE = "(?:سياسه|السياسه|سياستها|سياسته|سياستنا|موقف|راي|توجه|توجهات|وجهه نظر)"
_AR_PAPER = "(?:ال)?(?:تحرير|تحريريه|صحيفه|جريده|مجله|موقع|موسسه|قناه|شبكه|وكاله|ناشر)"

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "do not necessarily reflect",
        r"(?:not|dont|doesnt|cannot)(?: \S+){0,2} (?:necessarily(?: \S+)?"
        r" (?:reflect|represent|express|mirror|state|coincide|agree|align)\S*|always (?:reflect|represent))",
    ),
    (
        "not necessarily those of",
        r"not necessarily (?:those|that|the (?:views?|opinions?|position|policy)|shared) ?\S*",
    ),
    (
        "views expressed",
        rf"{_EN_VIEWS} (?:expressed|stated|presented|voiced|contained|set out|put forward)"
        rf" (?:in|here|herein|above|below|are|is|on this|within|belong|by (?:the |our |a )?(?:guest )?{_EN_WRITER})",
    ),
    (
        "the author's own",
        rf"(?:{_EN_VIEWS}|article|piece|column)(?: \S+){{0,4}} (?:are|is|remains?|belongs? to|reflects?)"
        rf"(?: \S+){{0,3}} {_EN_WRITER}(?: \S+)? (?:own|alone|only|personal|views?|opinions?)",
    ),
    ("views are my own", rf"{_EN_VIEWS} (?:are|is) (?:entirely |solely )?(?:my|his|her|their) own"),
    ("this is an opinion article", r"(?:this|the following) is an? (?:guest )?opinion (?:article|piece|column|essay)"),
    (
        "not responsible for the views",
        rf"(?:not (?:responsible|liable)|no responsibility|not endorse)(?: \S+){{0,3}} (?:{_EN_VIEWS}|content|article)",
    ),
    ("لا تعكس بالضرورة", rf"[وف]?لا {_AR_SAY}(?: \S+){{0,5}} بالضروره"),
    (
        "ليست بالضرورة رأي",
        rf"[وف]?(?:ليس|ليست) بالضروره(?: \S+){{0,2}} (?:{_AR_HOUSE}|معبره|معبرا|انعكاسا|تعبيرا)",
    ),
    (
        "تعبّر عن رأي كاتبها",
        rf"[وف]?(?:تعبر|يعبر|تمثل|يمثل|تعكس|يعكس)(?: (?:فقط|حصرا|وحسب))?"
        rf"(?: عن(?: {_AR_VIEW})?| {_AR_VIEW}) {_AR_WRITER}",
    ),
    ("الآراء الواردة", r"[وف]?(?:ال|لل|بال)?(?:اراء|افكار|مقالات) (?:الوارده|المنشوره|المعبر عنها|المطروحه) ?\S*"),
    ("لا تعكس سياسة التحرير", rf"[وف]?لا {_AR_SAY}(?: \S+){{0,3}} {_AR_HOUSE} {_AR_PAPER}"),
    ("على مسؤولية كاتبها", rf"(?:علي )?(?:ال)?مسووليه {_AR_WRITER}"),
    ("هذا مقال رأي", r"هذ[اه] (?:ال)?(?:مقال|مقاله|ماده) راي"),
)
CALLS: tuple[tuple[str, str], ...] = (
    (
        "how to submit",
        r"how to (?:submit|send|write|pitch)(?: us)?(?: an?| your)?(?: guest)? (?:op ed|oped|opinion|article)\S*",
    ),
    ("submissions may be sent to", r"(?:submissions?|articles?|op eds?)(?: \S+)? (?:be (?:sent|mailed|submitted)) to"),
    ("include Op-Ed in the subject line", r"(?:include|write|put|mention)(?: \S+){0,3} in the subject(?: line)?"),
    (
        "ترسل المقالات إلى",
        r"(?:ترسل|يرجي ارسال|لارسال|ارسلوا|ارسل)(?: \S+)? (?:المقالات|مقالاتكم|مقالات|مقالك|مقال)(?: \S+)? الي",
    ),
    ("في عنوان الرسالة", r"(?:كتابه|ذكر|اضافه|اكتب)(?: \S+){1,4} في (?:خانه )?(?:عنوان الرساله|موضوع الرساله|الموضوع)"),
)

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _compiled(patterns: Iterable[tuple[str, str]]) -> Patterns:
    return tuple((why, re.compile(rf"(?<!\S){pattern}(?!\S)")) for why, pattern in patterns)


_DISCLAIMERS, _CALLS = _compiled(PATTERNS), _compiled(CALLS)
_SENTENCE_ENDS = re.compile(r"[.!?؟۔…]+[\"'”’»)]*(?=\s|$)|(?=[\n\r\[\]\u2028\u2029])")


def find(text: str, known: Iterable[str]) -> tuple[Found, ...]:
    """Return the disclaimer-like sentences of a plain text, in order and not overlapping.

    ``known`` holds every wording ever used, as templates with ``{publication}`` or as printed. Spaces, quotes, marks,
    case and Arabic letter variants make no difference, and any name of up to ten words may stand for the placeholder.
    """
    return _found(text, (*((KNOWN, wording) for wording in _wordings(known)), *_DISCLAIMERS))


def calls(text: str) -> tuple[Found, ...]:
    """Return the sentences of a plain text that call for submissions: those are site furniture, not part of a piece."""
    return _found(text, _CALLS)


def _found(text: str, patterns: Patterns) -> tuple[Found, ...]:
    heard = words(text)
    folded = " ".join(word.folded for word in heard)
    starts = _starts(heard)
    sentences = _sentence_ends(text)
    found = []
    for why, pattern in patterns:
        for match in pattern.finditer(folded):
            first = heard[bisect_right(starts, match.start()) - 1]
            last = heard[bisect_right(starts, match.end() - 1) - 1]
            found.append(_sentence(text, sentences, first.start, last.end, why))
    return _merged(text, found)


def _starts(heard: tuple[Word, ...]) -> list[int]:
    starts, place = [], 0
    for word in heard:
        starts.append(place)
        place += len(word.folded) + 1
    return starts


def _wordings(known: Iterable[str]) -> list[re.Pattern[str]]:
    return [pattern for pattern in map(_wording, dict.fromkeys(known)) if pattern is not None]


def _wording(wording: str) -> re.Pattern[str] | None:
    """Match a folded wording with any name in the placeholder's place; fewer than three words say too little."""
    spoken = [word.folded for word in words(wording.replace(PLACEHOLDER, _ANY_NAME))]
    while spoken and _ANY_NAME in spoken[0]:  # a name at either end adds nothing: the sentence around it is found
        spoken.pop(0)
    while spoken and _ANY_NAME in spoken[-1]:
        spoken.pop()
    if len(spoken) < 3:
        return None
    parts = [r"(?: \S+){0,10}?" if _ANY_NAME in word else " " + re.escape(word) for word in spoken]
    return re.compile(rf"(?<!\S){''.join(parts)[1:]}(?!\S)")


def _sentence_ends(text: str) -> list[int]:
    return [0, *(match.end() for match in _SENTENCE_ENDS.finditer(text)), len(text)]


def _sentence(text: str, ends: list[int], start: int, end: int, why: str) -> Found:
    """Widen a match to the sentence or sentences it stands in."""
    opens = ends[bisect_right(ends, start) - 1]
    closes = ends[bisect_left(ends, end)]
    while opens < start and (text[opens].isspace() or text[opens] in "[]"):
        opens += 1
    closes = max(end, opens + len(text[opens:closes].rstrip()))
    return Found(opens, closes, text[opens:closes], why)


def _merged(text: str, found: list[Found]) -> tuple[Found, ...]:
    merged: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and each.start < merged[-1].end:
            last = merged[-1]
            end = max(last.end, each.end)
            merged[-1] = Found(last.start, end, text[last.start : end], last.why)
        else:
            merged.append(each)
    return tuple(merged)


LISTED_SHORTCODES = (
    *("audio", "button", "caption", "column", "columns", "contact-form", "contact-form-7", "embed", "gallery"),
    *("highlight", "iframe", "instagram", "playlist", "poll", "pullquote", "quote", "row", "soundcloud", "spoiler"),
    *("tweet", "twitter", "video", "vimeo", "wp_caption", "youtube"),
)
"""Names that are shortcodes even when they stand alone: WordPress's own and those of widespread plugins."""

_FAMILIES = "su|vc|et_pb|fusion|av|cs|wpforms|gravityform|elementor|tdb?|bs|mk|rev_slider"
_BB_CODES = "url|img|color|size|font|email|list"
_SHORTCODES = re.compile(
    rf"""
      \[/\s*[a-z][\w-]*\s*\]                               # [/name]
    | \[/?(?:{_FAMILIES})_\w+ (?:[^\[\]]{{0,500}}\])?     # a plugin's family, even when it is never closed
    | \[(?:{_BB_CODES})=[^\[\]]{{1,500}}\]                # [url=…]
    | \[(?:{"|".join(LISTED_SHORTCODES)}) \s* (?:/? | \s(?:https?:|[\d"'”“])[^\[\]]{{0,500}}) \]
    | \[[a-z][\w-]* \s (?:[^\[\]]{{0,500}}?\s)?             # [name attr=…]
      [\w-]{{1,60}} (?:=[^\s=\[\]] | \s*=\s*["'”“„’‘«″]) [^\[\]]{{0,500}}\]
    """,
    re.IGNORECASE | re.VERBOSE,
)


def shortcodes(text: str) -> tuple[str, ...]:
    """Return the raw shortcodes of a text in order, as typed: ``[name attr=…]``, ``[/name]`` or a listed name.

    Quotes may be straight or curled, brackets may be written as HTML entities. ``[sic]``, ``[…]``, ``[1]`` and
    ``[laughs]`` are none.
    """
    return tuple(match.group() for match in _SHORTCODES.finditer(html.unescape(text)))
