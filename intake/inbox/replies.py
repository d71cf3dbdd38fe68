"""What a person wrote in an answer: without the quoted letter, the signature and the program's footer.

Only for messages that answer something. A first submission may quote, part with dashes and end on "Best regards" as its
author likes, and is never cut (the mail page, finding 5). English and Arabic Gmail, Outlook, Apple, Yahoo and Samsung
forms are known, and the commonest European ones. When nothing would be left, the whole text stays.
"""

import re
from itertools import takewhile

LONGEST = 200_000
_LEAD_LINES = 4
_LONGEST_LEAD = 600
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
_TASHKEEL = re.compile("[\u064b-\u0652\u0640]")

_VERBS = (
    r"wrote|writes|a écrit|schrieb|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\))?|написал(?:\(а\))?|пише"
    r"|пишет|写道|寫道|geschreven|كتبت?|تمت كتابة ما يلي بواسطة"
)
_LEADS = (
    re.compile(
        rf"^>?\s*(?:On|Le|Am|El|Il|Op|Em|Den|Dne|Dnia|W dniu|在|في|بتاريخ|يوم)\s.{{5,400}}(?:{_VERBS}).{{0,200}}[::]$"
    ),
    re.compile(rf"^.{{0,300}}<\s*[^<>@\s]+@[^<>\s]+\s*>[^<>]{{0,80}}\b(?:{_VERBS})\b.{{0,80}}[::]$"),
    re.compile(rf"^.{{0,40}}\d.{{0,300}}@.{{0,100}}\b(?:{_VERBS})\b.{{0,80}}[::]$"),
    re.compile(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{0,200}<\s*[^<>@\s]+@[^<>\s]+\s*>\s*[::]?$"),
)
_RULES = (
    re.compile(
        r"^[\s>]*[-_*=]{2,}\s*(?:original message|forwarded message|begin forwarded message|mensaje original"
        r"|message d'origine|ursprüngliche nachricht|الرسال[ةه] الأصلي[ةه]|الرسال[ةه] الأساسي[ةه]|رسال[ةه] معاد توجيهها"
        r"|الرسال[ةه] المعاد توجيهها)\s*[-_*=]*$",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*begin forwarded message:$", re.IGNORECASE),
    re.compile(rf"^-{{2,}}\s*.{{2,300}}\b(?:{_VERBS})\s*-{{2,}}$"),
)
_FIELD = re.compile(
    r"^[>\s*]*(?:from|sent|to|cc|date|subject|de|da|von|gesendet|an|betreff|enviado(?: el)?|para|asunto|risposta|data|a"
    r"|oggetto|envoyé|à|objet|من|المرسل|إلى|الى|المستقبل|المستلم|تم الإرسال|تاريخ الإرسال|التاريخ|تاريخ"
    r"|الموضوع|نسخ[ةه])"
    r"\s*\*?\s*[::]",
    re.IGNORECASE,
)
_SENDER = re.compile(r"^[>\s*]*(?:from|de|da|von|من|المرسل)\s*\*?\s*[::]", re.IGNORECASE)
_UNDERSCORES = re.compile(r"^\s*_{5,}\s*$")
_SIGNATURE = re.compile(r"^(?:-- ?|—)$")
_FOOTER = re.compile(
    r"^[\s<(\[]*(?:sent (?:from|via|with|by) |get \[?outlook for |from my iphone|envoyé (?:depuis|de) (?:mon|ma) "
    r"|von meinem .{2,40} gesendet|diese nachricht wurde von meinem |enviado (?:desde|do) m[iy]|inviato da "
    r"|sendt fra min "
    r"|verzonden (?:met|vanaf) |從我的 |发自我的|مرسل من |أرسلت من |ارسلت من |تم الإرسال من |احصل على outlook)",
    re.IGNORECASE,
)
_LONGEST_SIGNATURE = 15


def reply_text(text: str) -> str:
    """Return an answer without what it quotes, its signature and footers, ends trimmed."""
    lines = text[:LONGEST].split("\n")
    bare = [_TASHKEEL.sub("", _DIRECTION.sub("", line)).strip() for line in lines]
    kept = _without_quotes(lines, bare)
    kept = _without_ending(kept)
    found = "\n".join(kept).strip("\n").rstrip()
    return found if found.strip() else text.strip("\n").rstrip()


def _without_quotes(lines: list[str], bare: list[str]) -> list[str]:
    """Cut at the first lead of a quotation; where only quoted lines follow it, what stands below them is kept."""
    kept: list[str] = []
    place, found = 0, False
    while place < len(lines):
        length = _lead(bare, place)
        if not length:
            kept.append(lines[place])
            place += 1
            continue
        found = True
        quoted = _quoted_lines(lines[place + length :])
        if not quoted:
            said = any(line.strip() for line in kept) or length >= _LEAD_LINES or _FIELD.match(bare[place])
            return kept if said else lines[place + length :]
        place += length + quoted
    return kept if found else _without_last_quote(lines)


def _lead(bare: list[str], place: int) -> int:
    """Return how many lines from here introduce a quotation: a sentence, a rule or a block of header lines; or 0."""
    line = bare[place]
    if not line or len(line) > _LONGEST_LEAD:
        return 0
    if any(rule.match(line) for rule in _RULES):
        return 1
    if _UNDERSCORES.match(line) and place + 1 < len(bare) and _SENDER.match(bare[place + 1]):
        return 1 + _header_block(bare, place + 1)
    if _SENDER.match(line) and not line.startswith(">"):
        return _header_block(bare, place)
    joined = ""
    for length, following in enumerate(bare[place : place + _LEAD_LINES + 2], start=1):
        joined = f"{joined} {following}".strip()
        if len(joined) > _LONGEST_LEAD or (not following and "@" not in joined and length > 1):
            return 0
        if following.endswith((":", ":")) and any(lead.match(joined) for lead in _LEADS):
            return length
        if length < 3 and _LEADS[-1].match(joined):
            return length
    return 0


def _header_block(bare: list[str], place: int) -> int:
    block = list(takewhile(lambda line: bool(_FIELD.match(line)), bare[place : place + 10]))
    return len(block) if len(block) >= 3 else 0


def _quoted_lines(lines: list[str]) -> int:
    """Return how many lines from the start are quoted with ">" or "|" (blank ones between and after count)."""
    last = 0
    for place, line in enumerate(lines, start=1):
        if line.lstrip().startswith((">", "|")):
            last = place
        elif line.strip():
            break
    return last


def _without_last_quote(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith((">", "|"))):
        end -= 1
    return lines[:end] if end else lines


def _without_ending(lines: list[str]) -> list[str]:
    """Cut a signature below "-- " and the footers of phones and programs, each only at the end."""
    for place in range(len(lines) - 1, -1, -1):
        if _SIGNATURE.match(lines[place].rstrip("\r")) and len(lines) - place <= _LONGEST_SIGNATURE:
            lines = lines[:place]
    end = len(lines)
    while end:
        line = _TASHKEEL.sub("", _DIRECTION.sub("", lines[end - 1])).strip()
        if line and not _FOOTER.match(line):
            break
        end -= 1
    return lines[:end]
