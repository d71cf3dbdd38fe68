"""What stands round a piece in a mail's body: greeting, covering line, closing, signature, footers, the author's bio.

Each is taken off the piece as a mark and kept with its text; a person may put it back. It is careful: it looks only at
the first and last paragraphs, and rather leaves a signature in than takes an author's last sentence.
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from intake.domain.body import text_of
from intake.inbox.endings import is_footer, is_notice

_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|greetings|good (?:morning|afternoon|evening|day)|to (?:the editors?|whom)"
    r"|السلام عليكم|سلام عليكم|تحية|مرحبا|أهلا|عزيزي|عزيزتي|أعزائي|الأعزاء|السيد|السيدة|السادة|الأستاذ|الأستاذة"
    r"|الأساتذة|حضرة|إلى هيئة|إلى السيد|إلى رئيس)\b",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?:please (?:find|see|consider)|(?:attached|below|here) (?:is|are|you)"
    r"|i (?:am|'m|’m|would like|wish|hereby|attach|submit)\b.{0,60}\b(?:submi|op-?ed|article|piece|attach|send)"
    r"|أرفق|تجدون|مرفق|أرسل إليكم|أود أن أرسل|يسرني أن أرسل|أتقدم إليكم|فيما يلي)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest)?\s*(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully|truly)"
    r"|yours|best|respectfully|cheers|many thanks|thank you|thanks"
    r"|مع (?:خالص |أطيب |فائق )?(?:التحية|تحياتي|التحيات|الشكر|الاحترام)"
    r"|تحياتي|أطيب التحيات|خالص التحية|وتفضلوا|تفضلوا|شكرا|ولكم الشكر|دمتم|والسلام)\b.{0,60}$",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"(?:--|—|_{5,}|-{5,})\s*(?:\n|$)")
_BIO = re.compile(
    r"(?:about (?:the )?(?:author|writer)|author(?:['’]s)? (?:bio(?:graphy)?|note)|(?:short )?bio(?:graphy)?"
    r"|(?:نبذة|لمحة|تعريف)(?: قصيرة| موجزة| مختصرة)? (?:عن |ب)(?:الكاتبة|الكاتب)|عن الكاتبة|عن الكاتب|السيرة الذاتية)"
    r"\s*(?:[::]|[-–—]\s|\n|$)\s*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"<p\b[^>]*>(?:(?!</p>).)*</p>", re.DOTALL)
_LONGEST_FOOTER = 70
"""Characters of what a program adds; longer, it may be an author's last sentence."""
_TITLED = re.compile(r"[^.!?\n]{1,60}[::\n]")
_SHORT = 12
_TAIL = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch taken off the piece: ``kind`` is greeting, cover, closing, signature, footer or bio."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The piece as canonical HTML and as text, the marked bio, and all that was taken off, in reading order."""

    html: str
    text: str
    bio: str
    marks: tuple[Mark, ...]


def trim(html: str) -> Trimmed:
    """Return a canonical body without its surroundings. A body that would be left empty stays whole."""
    kept, head = _without_head(html)
    kept, tail = _without_tail(kept)
    text = text_of(kept)
    if not text:
        return Trimmed(html, text_of(html), "", ())
    bio = " ".join(mark.text for mark in tail if mark.kind == "bio")
    return Trimmed(kept, text, _BIO.sub("", bio, count=1).strip(), (*head, *tail))


def _without_head(html: str) -> tuple[str, list[Mark]]:
    marks: list[Mark] = []
    while (first := _FIRST.match(html)) and len(marks) < 3:
        text = text_of(first[0])
        words = len(text.split())
        if not marks and words <= _SHORT and _GREETING.match(text) and (words <= 6 or text[-1] in ",:;!،؛."):
            marks.append(Mark("greeting", text))
        elif marks and words <= 60 and _COVER.match(text):
            marks.append(Mark("cover", text))
        else:
            break
        html = html[first.end() :]
    return html, marks


def _without_tail(html: str) -> tuple[str, list[Mark]]:
    """Look at the last paragraphs, the earliest first: from the first that ends a piece, all the rest is no piece."""
    paragraphs = _last_paragraphs(html)
    for place, (start, text) in enumerate(paragraphs):
        rest = [following for _, following in paragraphs[place + 1 :]]
        kind = _ending(text, rest)
        if kind:
            marks = [Mark(kind, text)]
            for following in rest:
                marks.append(Mark(_kind_after(marks[-1].kind, following), following))
            return html[:start], marks
    return html, []


def _last_paragraphs(html: str) -> list[tuple[int, str]]:
    """Return place and text of the top-level paragraphs at the very end, at most a few."""
    found: list[tuple[int, str]] = []
    end = len(html)
    while len(found) < _TAIL and html.endswith("</p>", 0, end):
        start = html.rfind("<p", 0, end)
        if start <= 0:  # the first paragraph of all is never an ending
            break
        found.append((start, text_of(html[start:end])))
        end = start
    return found[::-1]


def _ending(text: str, rest: list[str]) -> str:
    if _BIO.match(text) and len(" ".join(rest).split()) <= 150:
        return "bio"
    if _added(text):
        return "footer" if all(map(_added, takewhile(lambda part: not _BIO.match(part), rest))) else ""
    if _DELIMITER.match(text) and all(_is_short(line) for line in text.split("\n")):
        return "signature" if all(_short_lines(part) or _added(part) for part in rest) else ""
    first = text.split("\n")[0]
    if _CLOSING.match(first) and len(first.split()) <= 8 and _short_lines(text):
        return "closing" if all(_short_lines(part) or _added(part) or _BIO.match(part) for part in rest) else ""
    return ""


def _kind_after(before: str, text: str) -> str:
    if _BIO.match(text):
        return "bio"
    if _added(text):
        return "footer"
    if _CLOSING.match(text.split("\n")[0]) and _short_lines(text):
        return "closing"
    return "bio" if before == "bio" else "signature"


def _added(text: str) -> bool:
    """Tell whether a paragraph is what a program, a company or a list adds; a notice's title needs its colon."""
    line = " ".join(text.split("\n"))
    if len(line) <= _LONGEST_FOOTER and (is_footer(line) or all(map(is_footer, text.split("\n")))):
        return True
    return is_notice(line, titled=bool(_TITLED.match(text)))


def _short_lines(text: str) -> bool:
    return all(_is_short(line) for line in text.split("\n"))


def _is_short(line: str) -> bool:
    return len(line.split()) <= _SHORT
