"""Which lines of an HTML answer are quoted, known by the elements in which mail programs put a quoted letter.

Gmail, Yahoo, Outlook, Apple, Thunderbird, Proton, Samsung, Zoho, GMX, Zimbra, Tuta and Spark leave such marks. What a
person typed below or between the quoted parts is told apart by them; ``replies`` decides what is cut. A quotation with
no mark of a program may be the person's own. Words typed inside an element that a program gave whole to the quoted
letter (Outlook's, below its header lines) cannot be told from it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement, html_parser

from intake.inbox.plain import from_html
from intake.inbox.quotations import LONGEST_LEAD

QUOTED, PERHAPS, LEAD = "quoted", "perhaps", "lead"
"""Kinds of lines: of the quoted letter; of a quotation that may be the person's own; of the sentence above a letter."""

_SIGNS = {"\ufdd0": QUOTED, "\ufdd1": PERHAPS, "\ufdd2": LEAD}
_SIGN_OF = {kind: sign for sign, kind in _SIGNS.items()}
_CLOSE = "\ufdd3"
"""Signs laid out with the text where a part begins and ends: noncharacters, which no message may hold."""
_ANY = re.compile("[\ufdd0-\ufdd3]")
_HELD = re.compile(r"[\ufdd0-\ufdd3]|&#(?:x0{0,20}fdd[0-3]|0{0,20}6497[6-9]);?", re.IGNORECASE)
_SAMSUNG = re.compile(r"<!--\s{0,5}originalMessage\s{0,5}-->")
_CONTAINERS = {
    *("gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "zmail_extra", "missive_quote"),
    *("moz-forward-container", "messageReplySection", "OLK_SRC_BODY_SECTION", "__QUOTED_TEXT__"),
    *("ms-outlook-mobile-reference-message", "mail-editor-reference-message-container"),
}
_LEADS = {"gmail_attr", "moz-cite-prefix", "__HEADERS__"}
_RESTS = {"divRplyFwdMsg", "stopSpelling", "originalMessage"}
"""Elements behind which everything up to the end of the element around them is quoted."""
_OUTLOOK = re.compile(r"border-top:\s?solid\b")
_LEFT_OUTLOOK = re.compile(r"border:\s?none;\s?border-left:\s?solid blue 1\.5pt")
_FEWEST_LABELS = 3
_MOST_PARTS = 1_000
"""Quoted parts that are told apart; what is quoted below them is known by its words only."""
_MOST_RESTS = 20
"""Letters that go on to the end and are looked for: each is one answer deeper, and costs a look at what follows it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer; ``kind`` is QUOTED, PERHAPS, LEAD, or nothing where the markup does not tell."""

    text: str
    kind: str = ""


def lines_of(markup: str) -> list[Line]:
    """Return an HTML answer laid out as lines, with what its markup tells of each. Too deep markup tells nothing."""
    clean = _SAMSUNG.sub(r'\g<0><a name="originalMessage"></a>', _HELD.sub("", markup))
    return list(_told(from_html(clean, _sign)))


def _told(text: str) -> Iterator[Line]:
    """Turn the signs in a laid out text into the kinds of its lines."""
    within: list[str] = []
    for line in text.split("\n"):
        kind, last = "", 0
        for sign in _ANY.finditer(line):
            kind = kind or (_kind(within) if line[last : sign.start()].strip() else "")
            last = sign.end()
            if sign[0] != _CLOSE:
                within.append(_SIGNS[sign[0]])
            elif within:
                within.pop()
        bare = line if not last else _ANY.sub("", line).rstrip()
        if bare.strip() or not last:
            yield Line(bare, kind or (_kind(within) if line[last:].strip() or not bare.strip() else ""))


def _kind(within: list[str]) -> str:
    return next((kind for kind in (QUOTED, LEAD, PERHAPS) if kind in within), "")


def _sign(tree: HtmlElement) -> None:
    """Put signs round the quoted parts of a page. What is inside a quoted part is not looked at again."""
    waiting, rests, parts = [(tree, False)], 0, 0
    while waiting:
        parent, contained = waiting.pop()
        inside: list[tuple[HtmlElement, bool]] = []
        for child in list(parent):
            if not isinstance(child.tag, str):
                continue
            if parts > _MOST_PARTS:
                return
            names = _names(child)
            if rests < _MOST_RESTS and (names & _RESTS or _is_outlook_head(child)):
                rests += 1
                _sign_rest(child)
                break
            kind = _whole(child, names, contained=contained)
            if kind:
                parts += 1
                _around(child, kind)
                continue
            opens = not contained and _is_container(child, names)
            if opens:
                _sign_lead(child)
            inside.append((child, contained or opens))
        waiting += reversed(inside)


def _names(element: HtmlElement) -> set[str]:
    """Return what an element is called: its classes, its id, its name and Zimbra's marker."""
    said = (element.get(kind) or "" for kind in ("class", "id", "name", "data-marker"))
    return set(" ".join(said).split())


def _is_container(element: HtmlElement, names: set[str]) -> bool:
    gmx = element.get("name") == "quote"
    return element.tag in {"div", "span", "section"} and (gmx or bool(names & _CONTAINERS))


def _whole(element: HtmlElement, names: set[str], *, contained: bool) -> str:
    """Return the kind of an element that is of one kind as a whole, or nothing."""
    if names & _LEADS:
        return LEAD if len(element.text_content()) <= LONGEST_LEAD else QUOTED
    if element.tag == "blockquote":
        known = contained or element.get("type", "").lower() == "cite" or names & {"tutanota_quote", "blockquote_zmail"}
        return QUOTED if known else PERHAPS
    if contained and element.get("id", "").startswith("yiv"):
        return QUOTED
    if element.tag == "div" and _LEFT_OUTLOOK.search(element.get("style", "")) and _labels(element):
        return QUOTED
    alone = not contained and _is_container(element, names) and _letter_in(element) is None
    return QUOTED if alone else ""


def _letter_in(container: HtmlElement) -> HtmlElement | None:
    """Return the element inside a container that holds the letter itself; none where all of it is the letter."""
    return next((one for one in container.iter() if one.tag == "blockquote" or _is_yahoo_s(one)), None)


def _is_yahoo_s(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.get("id", "").startswith("yiv")


def _is_outlook_head(element: HtmlElement) -> bool:
    """Tell whether it is Outlook's block of header lines: a line on top, and three labels in bold, in any language."""
    return element.tag == "div" and bool(_OUTLOOK.search(element.get("style", ""))) and _labels(element)


def _labels(element: HtmlElement) -> bool:
    found = 0
    for bold in element.iter("b", "strong"):
        found += bold.text_content()[:100].rstrip().endswith((":", "\uff1a"))
        if found == _FEWEST_LABELS:
            return True
    return False


def _sign_lead(container: HtmlElement) -> None:
    """Sign the sentence that stands in a container above the letter, unless an element of its own holds it."""
    letter = _letter_in(container)
    if letter is None or letter is container:
        return
    said = ""
    for event, element in iterwalk(container, events=("start", "end")):
        if element is letter or len(said) > LONGEST_LEAD:
            break
        if event == "start" and isinstance(element.tag, str) and _names(element) & _LEADS:
            return
        said += (element.text if event == "start" and isinstance(element.tag, str) else element.tail) or ""
    if len(said) <= LONGEST_LEAD and re.search(r"[\d@]", said):
        first = _block(_SIGN_OF[LEAD])
        first.tail, container.text = container.text, None
        container.insert(0, first)
        letter.addprevious(_block(_CLOSE))


def _sign_rest(element: HtmlElement) -> None:
    """Sign an element and all that follows it inside the element around it, or around that when nothing follows."""
    element.addprevious(_block(_SIGN_OF[QUOTED]))
    around = element.getparent()
    while around is not None and around.tag != "body" and not _followed(element):
        element, around = around, around.getparent()
    if around is not None:
        around.append(_block(_CLOSE))


def _followed(element: HtmlElement) -> bool:
    """Tell whether words follow an element inside the one around it."""
    if (element.tail or "").strip():
        return True
    return any(
        (sibling.tail or "").strip() or (isinstance(sibling.tag, str) and sibling.text_content().strip())
        for sibling in element.itersiblings()
    )


def _around(element: HtmlElement, kind: str) -> None:
    element.addprevious(_block(_SIGN_OF[kind]))
    last = _block(_CLOSE)
    last.tail, element.tail = element.tail, None
    element.addnext(last)


def _block(sign: str) -> HtmlElement:
    made: HtmlElement = html_parser.makeelement("div")
    made.text = sign
    return made
