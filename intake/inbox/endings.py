"""What ends a message below a person's words: footers of phones and programs, legal and list notices, signatures.

It looks at the last lines only, and from the end: what stands below something a person wrote, and nothing else.
"""

import re

from intake.inbox.habits import folded
from intake.inbox.quotations import column

_LONGEST_FOOTER = 160
_LONGEST_NOTICE = 4_000
_MOST_LINES = 60
_TITLE_WORDS = 6
_LONGEST_SIGNATURE = 15
_SIGNATURE_WORDS = 14
_PHONE = re.compile(column("phones"))
_NOTICE = re.compile(column("notices"))
_TITLE = re.compile(rf"{column('titles')}(?!\w)")
_LEGAL = re.compile(
    r"confiden|privileg|intended|addressee|unauthori|virus|liab|do not necessarily|destinat|vertraulich|adressat"
    r"|empfänger|riservat|gizli|alici|yetkisiz|سري|موجه|المرسل اليه|المسؤولي|بالضروره|responsab"
)
_ADDRESS_ONLY = re.compile(r"[<(\[]?(?:https?://|www\.)\S+[>)\]]?")
_RULE = re.compile(r"[-_*=~—–]{3,}")
_LIST_RULE = re.compile(r"_{10,}")
_LIST = re.compile(
    r"mailing list|mailinglist|liste de diffusion|lista de correo|https?://\S*(?:listinfo|/lists?/|mailman)"
)
_DELIMITER = re.compile(r"(?:--|—|__) ?")
_AROUND = " \t<>()[]*_\"'«»“”"


def is_footer(text: str) -> bool:
    """Tell whether a line or short paragraph is what a phone or program adds: "Sent from my iPhone"."""
    line = folded(text).strip(_AROUND)
    return 0 < len(line) <= _LONGEST_FOOTER and _PHONE.fullmatch(line) is not None


def is_notice(text: str, *, titled: bool = True) -> bool:
    """Tell whether a paragraph is a legal notice or a list's footer. A title alone, without legal words, is none.

    Unless ``titled``, a title does not count: "Caution" may begin an author's last sentence.
    """
    line = folded(text[:_LONGEST_NOTICE]).strip(_AROUND).lstrip("-–—•. ")
    if _NOTICE.match(line):
        return True
    return titled and _TITLE.match(line) is not None and _LEGAL.search(line) is not None


def ending(lines: list[str]) -> tuple[int, str]:
    """Return where the last ending begins and its kind (footer, notice, signature); the end and "" where none does."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for find in (_footer, _notice, _signature):
        start, kind = find(lines, end)
        if kind:
            return start, kind
    return end, ""


def above_endings(text: str) -> str:
    """Return a text down to its last line that is no footer, notice or signature."""
    lines = text.split("\n")
    while True:
        start, kind = ending(lines)
        if not kind:
            return "\n".join(lines)
        del lines[start:]


def _footer(lines: list[str], end: int) -> tuple[int, str]:
    if end and is_footer(lines[end - 1]):
        return end - 1, "footer"
    two = end >= 2 and lines[end - 2].strip()
    if two and _ADDRESS_ONLY.fullmatch(folded(lines[end - 1])) and is_footer(lines[end - 2]):
        return end - 2, "footer"
    if two and is_footer(f"{lines[end - 2]} {lines[end - 1]}") and (end == 2 or not lines[end - 3].strip()):
        return end - 2, "footer"
    return end, ""


def _notice(lines: list[str], end: int) -> tuple[int, str]:
    for rule in range(end - 1, max(-1, end - 10), -1):
        if _LIST_RULE.fullmatch(lines[rule].strip()) and _LIST.search(folded(" ".join(lines[rule:end]))):
            return rule, "notice"
    start = _paragraph(lines, end)
    if start == end:
        return end, ""
    if not is_notice(" ".join(lines[start:end])):
        above = start
        while above and not lines[above - 1].strip():
            above -= 1
        title = _paragraph(lines, above)
        said = " ".join(lines[title:above])
        if not (said and len(said.split()) <= _TITLE_WORDS and is_notice(f"{said} {' '.join(lines[start:end])}")):
            return end, ""
        start = title
    while start and (not lines[start - 1].strip() or _RULE.fullmatch(lines[start - 1].strip())):
        start -= 1
    return start, "notice"


def _paragraph(lines: list[str], end: int) -> int:
    """Return where the paragraph that ends at a line begins, or its last lines when it is very long."""
    start = end
    while (
        start
        and end - start < _MOST_LINES
        and lines[start - 1].strip()
        and not _DELIMITER.fullmatch(lines[start - 1].strip())
    ):
        start -= 1
    return start


def _signature(lines: list[str], end: int) -> tuple[int, str]:
    """Find "-- " and short lines below it. A person's dash above real sentences is no signature."""
    for place in range(end - 1, max(-1, end - _LONGEST_SIGNATURE - 1), -1):
        line = lines[place].rstrip("\r")
        if not _DELIMITER.fullmatch(line):
            continue
        below = [line for line in lines[place + 1 : end] if line.strip()]
        exact = line == "-- "
        if all(exact or len(said.split()) <= _SIGNATURE_WORDS or is_notice(said) for said in below):
            return place, "signature"
        return end, ""
    return end, ""
