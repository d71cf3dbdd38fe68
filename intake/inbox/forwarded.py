"""A forwarded message in the text of another: what the forwarder wrote, whose message it was, and that message's text.

English, Arabic, French, German, Spanish, Italian, Portuguese, Turkish, Dutch and Russian forms of Gmail, Outlook, Apple
Mail and Thunderbird. What stands in a forwarded header block is only what was written there: it proves nothing, so it
is a suggestion to a person. A block that a reply quotes is no forward.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from intake.inbox.headers import one_line
from intake.inbox.mailboxes import addresses

LONGEST = 200_000
DEEPEST = 3
MOST_TRIES = 100
"""Lines that look like the beginning of a forwarded block and are looked at."""
_LONGEST_LINE = 1_000
_SIGNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\ufeff\u064b-\u0652\u0640]")
_TRIM = re.compile(r"^[\s>*_=\-–—]+|[\s*_=\-–—::]+$")


def _folded(text: str) -> str:
    return _SIGNS.sub("", text).replace("İ", "i").casefold().replace("\u0307", "")


def _phrases(told: str) -> frozenset[str]:
    return frozenset(_folded(each) for each in told.split(";"))


_SURE = _phrases(
    "forwarded message;begin forwarded message;start of forwarded message;forwarded by;forwarded mail"
    ";رسالة معاد توجيهها;الرسالة المعاد توجيهها;رسالة معاد إرسالها;بداية الرسالة المعاد توجيهها"
    ";بدء الرسالة المعاد توجيهها;رسالة محولة;الرسالة المحولة;رسالة تمت إعادة توجيهها"
    ";message transféré;début du message transféré;début du message réexpédié;message réexpédié"
    ";weitergeleitete nachricht;anfang der weitergeleiteten nachricht;anfang der weitergeleiteten e-mail"
    ";mensaje reenviado;inicio del mensaje reenviado;comienzo del mensaje reenviado"
    ";messaggio inoltrato;inizio messaggio inoltrato;inizio del messaggio inoltrato"
    ";mensagem encaminhada;início da mensagem encaminhada;início da mensagem reencaminhada;mensagem reencaminhada"
    ";iletilen ileti;iletilmiş ileti;yönlendirilmiş ileti;yönlendirilen ileti;yönlendirilen mesaj"
    ";yönlendirilmiş mesaj;iletilen mesaj;iletilmiş iletinin başlangıcı;başlangıç yönlendirilen mesaj"
    ";doorgestuurd bericht;begin doorgestuurd bericht;пересылаемое сообщение;пересланное сообщение"
    ";начало переадресованного сообщения"
)
_PERHAPS = _phrases(
    "original message;الرسالة الأصلية;الرسالة الأساسية;message d'origine;message d’origine;message original"
    ";ursprüngliche nachricht;originalnachricht;original-nachricht;mensaje original;messaggio originale"
    ";mensagem original;özgün ileti;orijinal ileti;orijinal mesaj;oorspronkelijk bericht;исходное сообщение"
)
"""Outlook puts these above a forwarded message and above a quoted one alike."""
_LABELS = {
    "from": "from;von;de;da;kimden;gönderen;من;المرسل;expéditeur;mittente;remitente;absender;van;от;от кого",
    "date": "date;sent;gesendet;datum;envoyé;envoyé le;enviado;enviado el;enviada em;enviado em;data;inviato;fecha"
    ";tarih;gönderilme tarihi;gönderildi;التاريخ;تاريخ;تم الإرسال;تاريخ الإرسال;أرسلت;verzonden;дата;отправлено",
    "subject": "subject;betreff;objet;asunto;assunto;oggetto;konu;الموضوع;onderwerp;тема",
    "to": "to;an;à;para;a;kime;alıcı;إلى;الى;المستلم;المستقبل;aan;кому;destinataire;destinatario",
    "cc": "cc;bcc;kopie;copie;bilgi;نسخة;نسخة إلى;копия;copia",
    "other": "reply-to;reply to;antwort an;répondre à;responder a;rispondi a;yanıtla;الرد إلى;الرد على;importance"
    ";attachments;priority;organization",
}
_KIND = {_folded(label): kind for kind, labels in _LABELS.items() for label in labels.split(";")}
_RULE = re.compile(r"_{5,}[ \t]*\Z")
_FIELD = re.compile(r"^[\s>*]*(?P<label>[^\W\d_][^\n:*]{0,30}?)[\s*]*[::][\s*]*(?P<value>.*?)[\s*]*$")
_FORWARDED_SUBJECT = re.compile(
    r"^\s*(?:(?:\[[^\]]{0,40}\]|re|aw|sv|رد)\s*[::]?\s*)*(?:fwd?|fw|wg|tr|rv|rif|i|inoltra|enc|ilt|ynt|doorst|пересл"
    r"|إعادة توجيه|اعادة توجيه|توجيه|تحويل)\s*[::]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose message was forwarded, as it says itself; each may be empty. ``date`` is as written, or ISO 8601."""

    name: str = ""
    address: str = ""
    subject: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """A message that carries another: whose, what the forwarder wrote above it, and the other's own text.

    ``html`` is the other's HTML body where it came as an attached message; ``last_field`` the last line of a header
    block in the text, behind which the forwarded text begins.
    """

    whose: Whose
    cover: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    last_field: str = ""


def in_text(text: str, subject: str, depth: int = DEEPEST) -> Forward | None:
    """Return the innermost message forwarded in a text, or None. ``subject`` is that of the whole message."""
    lines = text[:LONGEST].split("\n")
    alone = True
    forwarded = bool(_FORWARDED_SUBJECT.match(subject))
    tries = 0
    for place, line in enumerate(lines):
        mark = _mark(line)
        tries += bool(mark)
        block = _block_at(lines, place, mark, may_quote=forwarded or alone) if mark else None
        alone = alone and not _RULE.sub("", line).strip()
        if tries > MOST_TRIES:
            return None
        if block is None:
            continue
        origin, last, quoted = block
        below = "\n".join(_unquoted(each) if quoted else each for each in lines[last + 1 :]) + text[LONGEST:]
        cover = _without_rule("\n".join(lines[:place]).rstrip())
        inner = in_text(below, origin.subject, depth - 1) if depth > 1 else None
        if inner and len(inner.cover.split()) < len(inner.text.split()):
            both = "\n\n".join(part for part in (cover, inner.cover) if part)
            return Forward(inner.whose, both, inner.text, "", inner.last_field)
        return Forward(origin, cover, below.strip("\n"), "", lines[last].strip())
    return None


def _mark(line: str) -> Literal["sure", "perhaps", "from", ""]:
    """Return how a line may begin a forwarded block: by a phrase, by one of replies too, or as its first field."""
    if len(line) > _LONGEST_LINE or not line.strip():
        return ""
    bare = _folded(_TRIM.sub("", _SIGNS.sub("", line)))
    if bare in _SURE:
        return "sure"
    if bare in _PERHAPS:
        return "perhaps"
    return "from" if _kind(line) == "from" else ""


def _block_at(lines: list[str], place: int, mark: str, *, may_quote: bool) -> tuple[Whose, int, bool] | None:
    """Return whose, place of the last field and whether all is quoted, when a forwarded block begins at a line.

    ``may_quote`` tells whether a block without a forwarder's mark counts, too: a reply quotes in the same manner.
    """
    start = place
    if mark != "from":
        start = next((at for at in range(place + 1, min(place + 5, len(lines))) if lines[at].strip(" >\r")), place)
    block = _fields(lines, start)
    if block is None or (mark != "sure" and not (may_quote and "subject" in block[0] and len(block[0]) > 2)):
        return None
    return _whose(block[0]), block[1], lines[start].lstrip().startswith(">")


def _without_rule(text: str) -> str:
    return _RULE.sub("", text).strip()


def _kind(line: str) -> str:
    found = _FIELD.match(_SIGNS.sub("", line))
    return _KIND.get(_folded(found["label"]), "") if found else ""


def _fields(lines: list[str], start: int) -> tuple[dict[str, str], int] | None:
    """Return a block's fields and the place of its last line; a long list of recipients may take several lines."""
    found: dict[str, str] = {}
    last, kind = start - 1, ""
    for place in range(start, min(start + 40, len(lines))):
        line = _SIGNS.sub("", lines[place])[:_LONGEST_LINE]
        matched = _FIELD.match(line)
        told = _KIND.get(_folded(matched["label"]), "") if matched else ""
        if told and matched:
            found.setdefault(told, matched["value"])
            last, kind = place, told
        elif not line.strip(" >\r"):  # Apple's fields stand apart when laid out
            after = lines[place + 1] if place + 1 < len(lines) else ""
            if not _kind(after):
                break
        elif kind in {"from", "to", "cc"} and ("@" in line or line.rstrip().endswith((";", ","))):
            found[kind] += " " + line.strip(" >")
            last = place
        else:
            break
    return (found, last) if "from" in found and len(found) > 1 else None


def _whose(found: dict[str, str]) -> Whose:
    pairs = addresses(found["from"].encode()) or [("", "")]
    name, address = pairs[0]
    if "@" not in address:
        name, address = name or address, ""
    return Whose(
        one_line(name).strip("* ")[:200],
        address,
        one_line(found.get("subject", "")),
        one_line(found.get("date", ""))[:80],
    )


def _unquoted(line: str) -> str:
    return line.lstrip(" ")[1:].removeprefix(" ") if line.lstrip(" ").startswith(">") else line
