"""Letters: what each one is, and how a template becomes the text that one person receives.

Placeholders are a fixed list and a value is never expanded again, so a headline ``{link}`` or ``{0.__class__}`` stays
what it is. Secret links are not part of a rendered letter: a private mark stands for them until the moment of sending
(``fill``), so that no stored letter opens an author's page. It chooses no letter, stores none and sends none.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from intake.domain.errors import IntakeError, SettingsError

LINKS = ("link", "link_yes", "link_no")
WORDS = frozenset(
    {"publication", "headline", "ref", "reply_by", "editor", "date", "until", "question", "todo", "reason_plain"}
    | {"note", "act", "url", "free_from", "limit", "name", "when"}
)
PLACEHOLDERS = WORDS | frozenset(LINKS)
"""Every name that may stand in braces in a letter."""

RECIPIENTS = ("author", "editor", "sender")
LINK_KINDS = (
    *("none", "terms", "form", "author", "confirm", "proof", "answer", "extension", "offer", "coauthor", "draft"),
    *("desk", "account"),
)
"""Where a letter's link leads; ``terms`` and ``form`` are public pages, the others are private to the recipient."""

MARK = "\ue000"
LINK_MARKS: Mapping[str, str] = {name: f"{MARK}{name}{MARK}" for name in LINKS}
"""What stands for a secret link in a stored letter: a private-use letter that is taken out of every value."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
SEVERAL_LINES = frozenset({"question", "todo", "note", "reason_plain"})
ISOLATED = frozenset({"headline", "name", "editor", "publication"})
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LEFT_BRACES = re.compile(r"\{[^{}\n]*\}?|\}")
_MARKED = re.compile(f"{MARK}({'|'.join(LINKS)}){MARK}")
_LINK_IN_BRACES = re.compile(r"(\{+)(" + "|".join(sorted(LINKS, key=len, reverse=True)) + r")(\}+)")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls but the line break, and lone surrogates (Unicode's categories Cc and Cs)."""
_HOLLOW = re.compile(
    r"careful(?:ly)? (?:review|consider)|thorough(?:ly)? review|دراسة متأنية|مراجعة دقيقة|بعناية", re.IGNORECASE
)
_GLUED = re.compile(r"(?<!\w)[وف]?[لبك]ـ*\{publication\}")


class LetterFault(IntakeError):
    """A letter cannot be read, rendered or filled as it stands; the text says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of letter, as declared in ``config/letters.toml``.

    ``automatic`` means that no person decided to send it: it is then marked so that no machine answers it.
    """

    code: str
    titles: Mapping[str, str]
    to: str
    link: str
    placeholders: frozenset[str]
    automatic: bool = False

    def title(self, language: str) -> str:
        """Return the letter's name as the settings page shows it; English when the language has none."""
        return self.titles.get(language) or self.titles["en"]

    @property
    def links(self) -> frozenset[str]:
        """Return the link placeholders the letter must hold."""
        return self.placeholders & frozenset(LINKS)


@dataclass(frozen=True, slots=True)
class Template:
    """A letter's text with placeholders, in one language. The body ends without a line break."""

    subject: str
    body: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter for one person; private marks stand where its links will be."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a template. ``kind`` is a stable key, ``detail`` the offending words."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return FAULTS[self.kind].format(self.detail)


FAULTS: Mapping[str, str] = {
    "subject": "The letter needs a subject line.",
    "body": "The letter has no text.",
    "unknown": "{} is not a placeholder of this letter.",
    "braces": "{} is not a placeholder: write a name in single braces, such as the ones listed.",
    "no_link": "{} is missing: the reader of this letter needs it.",
    "links": "One link, one act: {} stands more than once.",
    "link_in_subject": "{} may not stand in the subject: subjects are shown on locked screens.",
    "ref": "The subject must hold [{}], so that an answer finds its piece.",
    "hollow": "“{}” says nothing and is rarely true. Say what was done.",
    "glued": "An Arabic prefix may not be joined to the publication’s name ({}): write «في».",
    "private": "The letter holds a character that is kept for links.",
}


def declared(text: str) -> dict[str, Letter]:
    """Return the letters that a ``letters.toml`` declares, by code. Raises SettingsError naming the letter and key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise SettingsError(f"config/letters.toml cannot be read: {broken}. Correct that line.") from broken
    return {code: _declared(code, table) for code, table in tables.items()}


def _declared(code: str, table: object) -> Letter:
    known = {"title", "to", "link", "placeholders", "automatic"}
    if not isinstance(table, dict) or not known - {"automatic"} <= set(table) <= known:
        raise SettingsError(f"config/letters.toml: [{code}] must hold title, to, link, placeholders (and automatic).")
    unknown = set(table["placeholders"]) - PLACEHOLDERS
    if unknown:
        raise SettingsError(f"config/letters.toml: [{code}] placeholders: no such name: {', '.join(sorted(unknown))}.")
    if table["to"] not in RECIPIENTS or table["link"] not in LINK_KINDS:
        raise SettingsError(
            f"config/letters.toml: [{code}]: to is one of {', '.join(RECIPIENTS)}; link one of {', '.join(LINK_KINDS)}."
        )
    automatic = table.get("automatic", False)
    return Letter(code, table["title"], table["to"], table["link"], frozenset(table["placeholders"]), automatic)


def parse(text: str, language: str = "en") -> Template:
    """Read a letter's file: ``Subject: …``, an empty line, the body. Raises LetterFault on another form."""
    head, _, body = text.replace("\r\n", "\n").lstrip("\ufeff").partition("\n")
    name, colon, subject = head.partition(":")
    if name.strip().lower() != "subject" or not colon:
        raise LetterFault("The first line of a letter must read “Subject: …”.")
    if body and not body.startswith("\n"):
        raise LetterFault("An empty line must follow the subject of a letter.")
    return Template(subject.strip(), body.strip("\n"), language)


def unparse(template: Template) -> str:
    """Return the file form of a template: the reverse of ``parse``."""
    return f"Subject: {template.subject}\n\n{template.body}\n"


def check(letter: Letter, template: Template) -> list[Fault]:
    """Return what is wrong with a template of a letter; an empty list when it may be saved."""
    faults = list(_wording_faults(template))
    text = f"{template.subject}\n{template.body}"
    faults += [Fault("unknown", f"{{{name}}}") for name in sorted(_names(text) - letter.placeholders)]
    faults += [Fault("braces", found) for found in _LEFT_BRACES.findall(_PLACEHOLDER.sub("", text))]
    faults += _link_faults(template, letter.links)
    if "ref" in letter.placeholders and "[{ref}]" not in template.subject:
        faults.append(Fault("ref", "{ref}"))
    return faults


def _wording_faults(template: Template) -> Iterator[Fault]:
    if not template.subject.strip():
        yield Fault("subject")
    if not template.body.strip():
        yield Fault("body")
    text = f"{template.subject}\n{template.body}"
    yield from (Fault("hollow", found) for found in _HOLLOW.findall(text))
    yield from (Fault("glued", found) for found in _GLUED.findall(text))
    if MARK in text:
        yield Fault("private")


def _link_faults(template: Template, needed: Collection[str]) -> Iterator[Fault]:
    for name in LINKS:
        braced = f"{{{name}}}"
        if braced in template.subject:
            yield Fault("link_in_subject", braced)
        if name in needed and braced not in template.body:
            yield Fault("no_link", braced)
        if template.body.count(braced) > 1:
            yield Fault("links", braced)


def render(template: Template, values: Mapping[str, str]) -> Rendered:
    """Return the letter with every placeholder replaced once; links become marks.

    Control characters, direction overrides and line breaks (but in long answers) are taken out of the values.
    Raises LetterFault when a value is missing.
    """
    prepared = {name: _prepared(name, value, template.language) for name, value in values.items() if name not in LINKS}
    in_body = {**prepared, **LINK_MARKS}
    missing = (_names(template.subject) - set(prepared)) | (_names(template.body) - set(in_body))
    if missing:
        raise LetterFault("The letter cannot be written without: %(names)s.", names=", ".join(sorted(missing)))
    subject = " ".join(_expanded(template.subject, prepared).split())
    return Rendered(subject, _expanded(template.body, in_body))


def _names(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _expanded(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _prepared(name: str, value: str, language: str) -> str:
    value = _BIDI_CONTROLS.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", value).replace(MARK, ""))
    value = _CONTROLS.sub("", value.replace("\t", " "))
    value = value.strip() if name in SEVERAL_LINES else " ".join(value.split())
    if name in ISOLATED and _runs_against(value, language):
        return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"
    return value


def _runs_against(text: str, language: str) -> bool:
    """Tell whether most letters of a text run against the direction of a language."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    leftward = sum(kind in {"R", "AL"} for kind in kinds)
    rightward = kinds.count("L")
    return rightward > leftward if language in RIGHT_TO_LEFT else leftward > rightward


def links_in(body: str) -> tuple[str, ...]:
    """Return the names of the links that a rendered body is waiting for, in order."""
    return tuple(_MARKED.findall(body))


def fill(body: str, links: Mapping[str, str]) -> str:
    """Return the body with its links, for sending only. Raises LetterFault when one is not given."""
    missing = sorted(set(links_in(body)) - set(links))
    if missing:
        raise LetterFault("The letter waits for a link that was not given: %(names)s.", names=", ".join(missing))
    return _MARKED.sub(lambda found: links[found[1]], body)


def veil(body: str, text: str) -> str:
    """Return the body with ``text`` (such as “[private link]”) where its links will be, for showing at the desk."""
    return _MARKED.sub(lambda _: text, body)


def open_for_editing(body: str) -> str:
    """Return the body as an editor types it: marks as ``{link}``, and the very letters ``{link}`` in double braces."""
    doubled = _LINK_IN_BRACES.sub(r"{\1\2\3}", body)
    return _MARKED.sub(lambda found: f"{{{found[1]}}}", doubled)


def close_after_editing(body: str, allowed: Collection[str]) -> str:
    """Return an edited body for storing: the reverse of ``open_for_editing``.

    Raises LetterFault for a link that is not among ``allowed``: this letter has no such link.
    """

    def closed(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        if before != "{" or after != "}":
            return f"{before[1:]}{name}{after[1:]}"
        if name not in allowed:
            raise LetterFault(
                "This letter has no %(name)s. Take it out, or write the address in words.", name=f"{{{name}}}"
            )
        return LINK_MARKS[name]

    return _LINK_IN_BRACES.sub(closed, body.replace("\r\n", "\n").replace(MARK, ""))


@dataclass(frozen=True, slots=True)
class OutboundMail:
    """One letter on its way to one recipient, links filled in. Nothing here is stored.

    ``message_id``, ``in_reply_to`` and each of ``references`` keep their angle brackets; ``message_id`` is made once,
    so that a repeat after a crash carries the same one. ``date`` is aware.
    """

    to_address: str
    to_name: str
    from_address: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    date: datetime
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: bool = False

    @property
    def envelope_from(self) -> str:
        """Return where a bounce goes: nowhere for a machine's answer to a mail (RFC 3834, 3.3), else where replies go.

        That one is signed where the letter has an author, so that what comes back finds its letter.
        """
        return "" if self.auto_submitted and self.in_reply_to else self.reply_to


_WEB_ADDRESS = re.compile("https?://[^\\s<>\"'“”«»{}\u2066-\u2069]+")
_CLOSING = ".,;:!?)]،؛؟…"
_PAGE = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="margin:0;padding:1.5rem;font:1rem/1.6 Georgia,'Noto Naskh Arabic',serif;color:#1a1a1a;background:#fff">
<div lang="{language}" dir="{direction}" style="max-width:36rem;margin:0 auto">
{paragraphs}
</div>
</body>
</html>
"""


def as_html(text: str, language: str, title: str) -> str:
    """Return an HTML page that says the same as a letter's text: paragraphs, clickable web addresses, nothing else."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n\s*\n", text))
    return _PAGE.format(
        language=escape(language),
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        title=escape(title),
        paragraphs="\n".join(f"<p>{_clickable(part)}</p>" for part in paragraphs if part),
    )


def _clickable(text: str) -> str:
    pieces, end = [], 0
    for found in _WEB_ADDRESS.finditer(text):
        address = found[0].rstrip(_CLOSING)
        pieces += [escape(text[end : found.start()]), f'<a href="{escape(address)}" dir="ltr">{escape(address)}</a>']
        end = found.start() + len(address)
    return "".join([*pieces, escape(text[end:])]).replace("\n", "<br>\n")
