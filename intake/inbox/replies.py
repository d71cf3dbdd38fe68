"""What a person wrote in an answer: without the quoted letter, the signature, the program's footer and legal notices.

Only for messages that answer something. A first submission may quote, part with dashes and end on "Best regards" as its
author likes, and is never cut (the mail page, finding 5). Every line that is cut is kept as a mark with its reason, and
kept and cut lines together are the message. When nothing would be left, the whole text stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from intake.inbox.body import Source
from intake.inbox.endings import ending
from intake.inbox.habits import folded
from intake.inbox.quotations import LONGEST_LEAD, Lead, lead
from intake.inbox.quoted_markup import LEAD, PERHAPS, QUOTED, Line, lines_of

LONGEST = 200_000
"""Characters looked at; what follows them goes the way of the last line before."""
_WRAPPED = 70
"""Characters from which on a quoted line may have been broken by a program, its rest standing unquoted below."""
_SHORT_REST = 40
_MARKED = {QUOTED, PERHAPS}


@dataclass(frozen=True, slots=True)
class Cut:
    """Lines taken off an answer: ``kind`` is quote, signature, footer or notice."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person wrote in an answer, ends trimmed, and what was cut, in the order of the message."""

    text: str
    cuts: tuple[Cut, ...]


def reply_of(text: str, known: Sequence[str] = ()) -> Reply:
    """Return an answer parted into what the person wrote and what was cut. The text stays whole if all would go.

    ``known`` tells for each line what its markup tells (see ``quoted_markup``). Quoted lines that are kept bear ">".
    """
    lines = text[:LONGEST].split("\n")
    told = [*known, *[""] * len(lines)][: len(lines)]
    shown = [f"> {line}".rstrip() if kind in _MARKED else line for line, kind in zip(lines, told, strict=True)]
    kinds = _kinds(shown, told)
    if not any(line.strip() and not kind for line, kind in zip(lines, kinds, strict=True)):
        return Reply(text.strip("\n").rstrip(), ())
    lines[-1] += text[LONGEST:]
    shown[-1] += text[LONGEST:]
    kept = [line for line, kind in zip(shown, kinds, strict=True) if not kind]
    runs = groupby(zip(kinds, lines, strict=True), key=lambda pair: pair[0])
    cuts = ((kind, "\n".join(line for _, line in run).strip("\n").rstrip()) for kind, run in runs if kind)
    return Reply("\n".join(kept).strip("\n").rstrip(), tuple(Cut(kind, cut) for kind, cut in cuts if cut.strip()))


def reply_text(text: str) -> str:
    """Return what a person wrote in an answer (see ``reply_of``)."""
    return reply_of(text).text


def reply_of_body(text: str, sources: Sequence[Source]) -> Reply:
    """Return a message's answer parted as ``reply_of`` does; in what came as HTML the markup tells of quotations."""
    if not any(source.html for source in sources):
        return reply_of(text)
    lines: list[Line] = []
    for source in sources:
        lines += lines_of(source.text) if source.html else [Line(line) for line in source.text.split("\n")]
    return reply_of("\n".join(line.text for line in lines), [line.kind for line in lines])


def _kinds(lines: list[str], told: list[str]) -> list[str]:
    """Return for each line the kind of what is cut there, "" for what is kept."""
    kinds = [""] * len(lines)
    _mark_quotes(lines, told, kinds)
    places = [place for place, kind in enumerate(kinds) if not kind]
    kept = [lines[place] for place in places]
    while True:
        start, kind = ending(kept)
        if not kind:
            return kinds
        for place in places[start:]:
            kinds[place] = kind
        del places[start:], kept[start:]


def _mark_quotes(lines: list[str], told: list[str], kinds: list[str]) -> None:
    """Mark each lead with the quoted lines under it; an unquoted letter under a sure lead goes to the end."""
    bare = [folded(line[:LONGEST_LEAD]) + ("…" if len(line) > LONGEST_LEAD else "") for line in lines]
    quoted = _quoted(lines)
    answers = _last_answers(bare, quoted)
    place, said = 0, False
    while place < len(lines):
        found = _lead(bare, told, place)
        below = place + found.length
        end = _quoted_end(bare, quoted, below) if found.length or told[place] == QUOTED else place
        if end == below and not found.sure:
            said = said or bool(bare[place])
            place += 1
            continue
        if end <= answers and not found.length:
            place = end
            continue
        if end > below and end <= answers:
            end = next((at for at in range(below, end) if bare[at].strip("> ")), below)
        elif end == below and (said or found.block) and told[place] != LEAD:
            end = len(lines)
        kinds[place:end] = ["quote"] * (end - place)
        place = end
    _mark_last_quote(bare, [one and kind != PERHAPS for one, kind in zip(quoted, told, strict=True)], kinds)


def _lead(bare: list[str], told: list[str], place: int) -> Lead:
    """Return the lead that begins at a line, as its markup tells or its words."""
    if told[place] != LEAD:
        return lead(bare, place)
    end = next((at for at in range(place, len(told)) if told[at] != LEAD), len(told))
    return Lead(end - place, sure=True)


def _quoted(lines: list[str]) -> list[bool]:
    """Tell for each line whether it is quoted with ">", or is the rest of a quoted line that a program broke."""
    quoted = [line.lstrip().startswith(">") for line in lines]
    for place in range(1, len(lines) - 1):
        above, here = lines[place - 1].rstrip(), lines[place].strip()
        broken = quoted[place - 1] and quoted[place + 1] and not quoted[place] and len(above) >= _WRAPPED
        if broken and 0 < len(here) <= _SHORT_REST and above[-1] not in ".?!؟:…":
            quoted[place] = True
    return quoted


def _quoted_end(bare: list[str], quoted: list[bool], start: int) -> int:
    """Return the line behind the quoted lines that begin here; "|" quotes as ">" does, below a lead only."""
    end = start
    for place in range(start, len(bare)):
        if quoted[place] or bare[place].startswith("|"):
            end = place + 1
        elif bare[place]:
            break
    return end


def _last_answers(bare: list[str], quoted: list[bool]) -> int:
    """Return the line up to which words, quoted lines and words again follow; -1 where that is nowhere so.

    Such answers stand between the questions they answer, and say little without them.
    """
    wanted = [False, True, False]
    for place in range(len(bare) - 1, -1, -1):
        if bare[place] and quoted[place] == wanted[-1]:
            wanted.pop()
            if not wanted:
                return place
    return -1


def _mark_last_quote(bare: list[str], quoted: list[bool], kinds: list[str]) -> None:
    """Mark quoted lines at the very end of what is kept; some programs write no lead above them."""
    for place in range(len(bare) - 1, -1, -1):
        if kinds[place] or not bare[place]:
            continue
        if not quoted[place]:
            break
        kinds[place] = "quote"
