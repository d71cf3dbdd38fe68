"""Body text in its two dresses: format=flowed lines joined again (RFC 3676), and HTML laid out as text.

It cuts nothing that a reader of the message would see.
"""

import re
from collections.abc import Callable

from inscriptis import Inscriptis, get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.etree import ParserError
from lxml.html import HtmlElement, document_fromstring

LONGEST_HTML = 400_000
"""Characters of HTML laid out, once styles, scripts, comments and embedded pictures are dropped."""

_OPENING = re.compile(r"<!--|<(style|script|head|title|svg|template|noscript)\b", re.IGNORECASE)
_PAGE = re.compile(r"\s*(?:<!doctype html[^<>]{0,200}>\s*)?<html\b", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,200}\bcharset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
_EMBEDDED = re.compile(r"\bdata:[\w/+.-]{1,100};base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_XML = re.compile(r"\s*<\?xml [^<>]{0,200}>")
_SPACE = re.compile(r"[ \t]+\n")
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy())
_DEEPEST_MARKUP = 200
_MOST_TAGS = 40_000
"""Tags beyond which markup is only stripped: laying out a hundred thousand cells takes seconds."""


def flowed(text: str, *, delete_space: bool) -> str:
    """Return format=flowed text with its soft line breaks joined; quoting marks stay in front of each paragraph."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        joined = content[:-1] if soft and delete_space else content
        if open_depth == depth and content != "-- ":
            paragraphs[-1].append(joined)
        else:
            paragraphs.append([(">" * depth + " " if depth else "") + joined])
        open_depth = depth if soft else None
    return "\n".join("".join(pieces) for pieces in paragraphs)


def charset_of_page(content: bytes) -> str:
    """Return the charset a page's own meta element names near its top, or nothing (HTML, 13.2.3.2)."""
    found = _META_CHARSET.search(content[:2048])
    return found[1].decode("ascii", "replace") if found else ""


def is_page(text: str) -> bool:
    """Tell whether text that was declared plain is a whole HTML page."""
    return bool(_PAGE.match(text)) and text.rstrip().lower().endswith("</html>")


def from_html(markup: str, mark: Callable[[HtmlElement], None] | None = None) -> str:
    """Return HTML as text, block structure kept; hidden parts, styles and scripts are gone. No address is fetched.

    ``mark`` may change the page before it is laid out; markup that is only stripped is not handed to it.
    """
    kept = _lean(_EMBEDDED.sub("", markup))[:LONGEST_HTML]
    if not kept.strip():
        return ""
    if kept.count("<") > _MOST_TAGS or _depth(kept) > _DEEPEST_MARKUP:
        return _without_tags(kept)
    try:
        text = str(_marked(kept, mark) if mark else get_text(kept, _CONFIG))
    except (RecursionError, ValueError, AttributeError, TypeError, IndexError, AssertionError):
        text = _without_tags(kept)
    return _SPACE.sub("\n", text)


def _marked(markup: str, mark: Callable[[HtmlElement], None]) -> str:
    try:
        tree = document_fromstring(_XML.sub("", markup, count=1))
    except ParserError:  # nothing in it is an element
        return str(get_text(markup, _CONFIG))
    mark(tree)
    return str(Inscriptis(tree, _CONFIG).get_text())


def _lean(markup: str) -> str:
    """Return markup without comments and elements that show nothing; one pass, as a lazy pattern would be quadratic."""
    out: list[str] = []
    place, unclosed = 0, set()
    for opening in _OPENING.finditer(markup):
        closing = rf"</{opening[1].lower()}\s{{0,10}}>" if opening[1] else "-->"
        if opening.start() < place or closing in unclosed:
            continue
        end = re.compile(closing, re.IGNORECASE).search(markup, opening.end())
        if end is None:
            unclosed.add(closing)
            continue
        out.append(markup[place : opening.start()])
        place = end.end()
    return "".join([*out, markup[place:]])


def _depth(markup: str) -> int:
    """Return a cheap upper bound of the nesting: openers minus closers, at its highest."""
    depth = deepest = 0
    for tag in re.finditer(r"<(/?)(\w{1,20})\b[^<>]{0,2000}?(/?)>", markup):
        if tag[2].lower() in {"br", "img", "hr", "meta", "link", "input", "p", "li", "td", "tr", "wbr", "col", "area"}:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + (not tag[3])
        deepest = max(deepest, depth)
    return deepest


def _without_tags(markup: str) -> str:
    broken = re.sub(r"(?i)<(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]{0,2000}>", "\n", markup)
    bare = _TAG.sub("", broken)
    for name, sign in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        bare = bare.replace(name, sign)
    return bare
