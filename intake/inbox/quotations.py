"""Where a quoted letter begins in an answer: a sentence ("On … wrote:"), a rule, or a block of header lines.

Knows the forms of mail programs (``habits``), not what a person means; ``replies`` decides what is cut.
"""

import re
from dataclasses import dataclass

from intake.inbox.habits import HABITS, Habits, spelt
from intake.inbox.habits_abroad import FURTHER

LONGEST_LEAD = 600
_LEAD_LINES = 8
_MOST_FIELDS = 14
_EVERY: tuple[Habits, ...] = (*HABITS, *FURTHER)

_UNSPACED = r"写道|寫道|写到|書きました|のメール|님이 작성|작성|님의 메시지"
"""Verbs of scripts that put no space round them."""


def column(kind: str) -> str:
    """Return one column of all languages as an alternation over folded text."""
    return "(?:" + "|".join(spelt(row) for habits in _EVERY if (row := getattr(habits, kind))) + ")"


_WROTE = re.compile(rf"(?<!\w){column('wrote')}(?!\w)|{_UNSPACED}")
_LAST_VERB = re.compile(r"(?<!\w)(?:wrote|writes|a écrit|escribió|ha scritto|escreveu)(?!\w)")
_LAST_VERB_LAST = re.compile(
    r"(?<!\w)(?:wrote|writes|a écrit|escribió|ha scritto|escreveu)(?!\w)(?: (?:o seguinte|in|on|the following)\b.{0,60}"
    r"| ?[(<\[].{0,120})?\W{0,6}$"
)
"""In these languages the verb ends a program's sentence; "… wrote to me at 10:30 and asked:" is a person's."""
_OPENS = re.compile(rf"{column('opens')}(?!\w)[ ,:]?.{{0,40}}\d")
_STARTS_WITH_DATE = re.compile(r"\W{0,3}\d{1,4}(?!\d)")
_WEEKDAY = re.compile(r"[^\W\d]{2,12}[.,،]{1,2} .{0,16}\d{1,4}\b")
_ADDRESS = re.compile(r"[^\s<>@,;:()]{1,64}@[^\s<>@,;:()]{1,255}")
_CLOCK = re.compile(r"\b\d{1,2} ?[:.h] ?\d{2}\b|\b\d{1,2} ?(?:am|pm|uhr)\b")
_PROGRAM_DATE = re.compile(
    r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b[^\W\d]{3}[.,]{1,2} \d{1,2} [^\W\d]{3}|\b[^\W\d]{3}[.,]{1,2} [^\W\d]{3}"
)
_NAME_FIRST = re.compile(r"[^<>@:;!?؟\n]{1,100}[<(\[]\s?(?:mailto:)?[^<>@]{1,100}@[^<>]{1,200}[>)\]]")
_SENTENCE_END = re.compile(r"[^\W\d]{4,}[.!?؟…]+$")
_ENDS = re.compile(r"[::]\W{0,3}$")
_ADDRESS_LAST = re.compile(r"[<(\[][^<>@\s]+@[^<>\s]+[>)\]]\W{0,3}$")
_BARE_DATE = re.compile(r"\d{4}[-/年.]\s?\d{1,2}[-/月.]\s?\d{1,2}")
_QUOTING = re.compile(r"(?:quoting|zitat von|citando|citation de|citazione|quoth) .{2,200}:$")

_DASHES = r"[-_*=–—~]"
_RULE = re.compile(rf"{_DASHES}{{2,}}+ ?(?:{column('rules')}|{column('forwards')}) ?:? ?{_DASHES}*:?")
_UNRULED = re.compile(rf"{column('forwards')} ?:")
_RULED_SENTENCE = re.compile(rf"-{{2,}}+ ?.{{2,300}}(?:(?<!\w){column('wrote')}|{_UNSPACED}) ?:? ?-{{2,}}")
_LINE = re.compile(r"[_\-*=]{5,}$")

_NAMES = {kind: column(kind) for kind in ("sender", "sent", "fields")}
_FIELD = re.compile(rf"[*_ ]{{0,3}}(?:{'|'.join(_NAMES.values())}) ?[*_]{{0,2}} ?:")
_SENDER = re.compile(rf"[*_ ]{{0,3}}{_NAMES['sender']} ?[*_]{{0,2}} ?:")
_SENT = re.compile(rf"[*_ ]{{0,3}}{_NAMES['sent']} ?[*_]{{0,2}} ?:")


@dataclass(frozen=True, slots=True)
class Lead:
    """Lines that introduce a quotation; a ``sure`` one needs no quoted lines below it. ``block``: header lines."""

    length: int
    sure: bool
    block: bool = False


NO_LEAD = Lead(0, sure=False)


def lead(lines: list[str], place: int) -> Lead:
    """Return the lead of a quotation that begins at a line; ``lines`` are folded. ``NO_LEAD`` where none does."""
    line = lines[place]
    if not line or len(line) > LONGEST_LEAD:
        return NO_LEAD
    if _RULE.fullmatch(line.lstrip("> ")) or _UNRULED.fullmatch(line.lstrip("> ")) or _RULED_SENTENCE.fullmatch(line):
        return _with_next(lines, place, 1)
    if _LINE.match(line):
        block = _block(lines, _next_said(lines, place + 1), ruled=True)
        return (
            Lead(block.length + _next_said(lines, place + 1) - place, sure=True, block=True) if block.length else block
        )
    block = _block(lines, place, ruled=False)
    return block if block.length else _sentence(lines, place)


def _with_next(lines: list[str], place: int, length: int) -> Lead:
    """Return the lead of a rule together with the block or sentence that follows it."""
    following = _next_said(lines, place + length)
    if following < len(lines):
        block = _block(lines, following, ruled=True)
        found = block if block.length else _sentence(lines, following)
        if found.length:
            return Lead(following + found.length - place, sure=True, block=True)
    return Lead(length, sure=True, block=True)


def _next_said(lines: list[str], place: int) -> int:
    """Return the next line that is not blank, a few lines down at most."""
    last = min(len(lines), place + 3)
    while place < last and not lines[place]:
        place += 1
    return place


def _block(lines: list[str], place: int, *, ruled: bool) -> Lead:
    """Return a block of header lines: three fields, the sender among them, and a date or an address or a rule above."""
    if place >= len(lines) or not _FIELD.match(lines[place]):
        return NO_LEAD
    end, fields = place, 0
    while end < len(lines) and fields < _MOST_FIELDS:
        if _FIELD.match(lines[end]):
            fields += 1
        elif not _goes_on(lines, end):
            break
        end += 1
    block = lines[place:end]
    known = any(_SENDER.match(line) for line in block)
    dated = ruled or any(_SENT.match(line) or _ADDRESS.search(line) for line in block)
    return Lead(end - place, sure=True, block=True) if fields >= (2 if ruled else 3) and known and dated else NO_LEAD


def _goes_on(lines: list[str], place: int) -> bool:
    """Tell whether a line inside a header block only parts two fields: a blank one, or a long field's next line."""
    after = place + 1
    if after >= len(lines) or not _FIELD.match(lines[after]):
        return False
    return not lines[place] or "@" in lines[place] or lines[place].endswith((";", ","))


def _sentence(lines: list[str], place: int) -> Lead:
    """Return a sentence like "On Tuesday … wrote:", which a program may break over several lines."""
    quoted = lines[place].startswith(">")
    block = [line.lstrip("> ") if quoted else line for line in lines[place : place + _LEAD_LINES]]
    dated, named = _begins_dated(block[0]), _begins_named(block)
    joined = ""
    for length, line in enumerate(block, start=1):
        if length > 1 and _stops(joined, block[length - 1 :], dated=dated):
            return NO_LEAD
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST_LEAD:
            return NO_LEAD
        found = _judged(joined, length) if dated or named else NO_LEAD
        if found.length:
            return found if dated or not _begun_later(block[:length]) else NO_LEAD
    return NO_LEAD


def _begins_dated(line: str) -> bool:
    return bool(_OPENS.match(line) or _STARTS_WITH_DATE.match(line) or _WEEKDAY.match(line))


def _begins_named(block: list[str]) -> bool:
    """Tell whether the first line holds a name and its address; the address may have gone to the next line."""
    following = block[1] if len(block) > 1 and (block[0].endswith("<") or block[1].startswith("<")) else ""
    return bool(_NAME_FIRST.match(f"{block[0]} {following}") or _QUOTING.match(block[0]))


def _stops(joined: str, rest: list[str], *, dated: bool) -> bool:
    """Tell whether a sentence has ended: at a full stop, or at a blank line that no address follows."""
    if _SENTENCE_END.search(joined):
        return True
    following = next((line for line in rest if line), "")
    return not rest[0] and not (dated and (following.startswith("<") or "@" in following) and "@" not in joined)


def _begun_later(block: list[str]) -> bool:
    """Tell whether the real lead begins on a later line, below the last words of a paragraph."""
    return any(
        _OPENS.match(block[start]) and _judged(" ".join(filter(None, block[start:])), 1).length
        for start in range(1, len(block))
    )


def _ends_early(line: str) -> bool:
    """Tell whether a sentence ends inside the line, the letter going on behind it: Yahoo's phones write so."""
    verb = _WROTE.search(line)
    colon = re.compile(": ").search(line, verb.end()) if verb else None
    if colon is None or not _begins_dated(line):
        return False
    sentence = line[: colon.start() + 1]
    return _ADDRESS.search(sentence) is not None and _judged(sentence, 1).sure


def _judged(joined: str, length: int) -> Lead:
    address, dated = _ADDRESS.search(joined), bool(_CLOCK.search(joined) or _PROGRAM_DATE.search(joined))
    if _QUOTING.match(joined):
        return Lead(length, sure=address is not None)
    verbs = list(_WROTE.finditer(joined))
    if not _ENDS.search(joined):
        if _BARE_DATE.match(joined) and _ADDRESS_LAST.search(joined):
            return Lead(length, sure=True)
        if length == 1 and _ends_early(joined):
            return Lead(1, sure=True)
        unsaid = verbs and address and dated and len(joined) - verbs[-1].end() <= 2
        return Lead(length, sure=False) if unsaid else NO_LEAD
    if not re.search(r"\d", joined) and not address:
        return NO_LEAD
    if verbs:
        told = _LAST_VERB.search(joined) and not _LAST_VERB_LAST.search(joined)
        return Lead(length, sure=(address is not None or dated) and not told)
    if address and dated:
        return Lead(length, sure=bool(_ADDRESS_LAST.search(joined)) and _begins_dated(joined))
    return NO_LEAD
