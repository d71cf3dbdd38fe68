"""Any HTML → the canonical body of ``domain.body``: parsed and sanitised by nh3, laid out anew, sanitised once more.

Sanitising comes last (Roundcube CVE-2024-42009). Nothing is fetched; images, tables and styles do not survive.
"""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from intake.domain.body import ALLOWED_ATTRIBUTES, ALLOWED_SCHEMES, ALLOWED_TAGS
from intake.domain.errors import TooLarge
from intake.domain.text import without_controls
from intake.manuscripts import refusals
from intake.manuscripts.outline import Outline
from intake.manuscripts.runs import Run

MOST_RAW = 20_000_000
"""Characters looked at before style sheets, comments and embedded images are cut out."""
MOST_CHARACTERS = 200_000
"""Characters of markup nh3 is given: nested elements cost it quadratic time."""
MOST_TAGS = 20_000
DEEPEST_LIST = 5

_BOUNDARIES = frozenset((
    "address", "article", "aside", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "h1", "h2", "h3", "h4", "h5", "h6", "li", "main", "nav",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "blockquote", "ul",
    "ol", "hr",
))  # fmt: skip
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "sup": "sup"}
_TAKEN = _BOUNDARIES | _MARKS.keys() | {"a", "br", "span", "font", "sub", "u", "s", "q", "code", "mark", "small"}
_DROPPED = frozenset((
    "script", "style", "title", "noscript", "template", "svg", "math", "iframe", "object", "embed", "select",
    "textarea", "audio", "video", "head", "map",
))  # fmt: skip
_VOID = frozenset(("br", "hr"))
_SPACE = re.compile("[ \t\n\f\r]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_DATA_URI = re.compile(r"data:[a-z]+/[^\s\"'<>)]{64,}", re.IGNORECASE)
_URL_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2060-\u2069]")


def canonical(html: str) -> str:
    """Return the canonical body: top-level blocks only, idempotent; empty when nothing visible is left.

    Raises TooLarge beyond ``MOST_CHARACTERS`` or ``MOST_TAGS``, counted without styles, comments and embedded images.
    """
    text = _lean(without_controls(html))
    if len(text) > MOST_CHARACTERS or text.count("<") > MOST_TAGS:
        raise TooLarge(refusals.TOO_MUCH_TEXT, characters=f"{MOST_CHARACTERS:,}", tags=f"{MOST_TAGS:,}")
    parsed = nh3.clean(
        text,
        tags=set(_TAKEN),
        clean_content_tags=set(_DROPPED),
        attributes={"*": {"dir", "lang", "style", "hidden"}, "a": {"href"}},
        url_schemes=set(ALLOWED_SCHEMES),
        url_relative="deny",
        link_rel=None,
    )
    builder = _Builder()
    builder.feed(parsed)
    builder.close()
    return _sanitised(builder.outline.html())


def _lean(text: str) -> str:
    if len(text) > MOST_RAW:
        raise TooLarge(refusals.TOO_LARGE, limit=MOST_RAW // 10**6)
    if len(text) <= MOST_CHARACTERS:
        return text
    return _DATA_URI.sub("", _without(_without(text, "<!--", "-->"), "<style", "</style>"))


def _without(text: str, opening: str, closing: str) -> str:
    """Cut what stands between two marks, in one pass: a lazy pattern takes quadratic time on unclosed marks."""
    kept, position, lowered = [], 0, text.lower()
    while (start := lowered.find(opening, position)) >= 0:
        end = lowered.find(closing, start)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(closing)
    return "".join(kept) + text[position:]


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        attribute_filter=_filtered,
        url_schemes=set(ALLOWED_SCHEMES),
        url_relative="deny",
        link_rel=None,
    )


def _filtered(_tag: str, name: str, value: str) -> str | None:
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    return value


class _Element(NamedTuple):
    """What an open element means for the text inside it; ``entered`` when it opened a list, item or quotation."""

    tag: str
    href: str = ""
    marks: frozenset[str] = frozenset()
    direction: str = ""
    language: str = ""
    hidden: bool = False
    leaf: str = "p"
    pre: bool = False
    entered: bool = False


class _Builder(HTMLParser):
    """Walks nh3's well-formed output and feeds an outline."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = Outline()
        self._open: list[_Element] = [_Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag)
            return
        element = self._inherit(tag, given)
        if tag in _BOUNDARIES:
            self.outline.flush()
            element = element._replace(entered=self._enters(element))
        self._open.append(element)

    def _void(self, tag: str) -> None:
        if self._open[-1].hidden:
            return
        if tag == "br":
            self._add("\n")
        else:
            self.outline.rule()

    def _inherit(self, tag: str, given: dict[str, str]) -> _Element:
        outer, style = self._open[-1], "".join(given.get("style", "").lower().split())
        href = _href(given["href"]) if "href" in given else ""
        language, direction = given.get("lang", ""), given.get("dir", "").lower()
        block = tag in _BOUNDARIES
        return _Element(
            tag,
            href=href or outer.href,
            marks=_marks(outer.marks, tag, style),
            direction=direction if block and direction in {"ltr", "rtl", "auto"} else outer.direction,
            language=language if block and _LANGUAGE.fullmatch(language) else outer.language,
            hidden=outer.hidden or "hidden" in given or "display:none" in style or "mso-hide:all" in style,
            leaf=_HEADINGS.get(tag, outer.leaf),
            pre=outer.pre or tag == "pre",
        )

    def _enters(self, element: _Element) -> bool:
        outline, tag = self.outline, element.tag
        fits = {
            "blockquote": outline.at_top,
            "ul": outline.depth < DEEPEST_LIST,
            "ol": outline.depth < DEEPEST_LIST,
            "li": outline.in_list,
        }
        if element.hidden or not fits.get(tag, False):
            return False
        outline.enter(tag, (element.direction, element.language))
        return True

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or len(self._open) == 1:
            return
        element = self._open.pop()
        if element.tag in _BOUNDARIES:
            self.outline.flush()
        if element.entered:
            self.outline.leave()

    def handle_data(self, data: str) -> None:
        self._add(data.replace("\t", " ") if self._open[-1].pre else _SPACE.sub(" ", data))

    def _add(self, text: str) -> None:
        element = self._open[-1]
        if not element.hidden:
            run = Run(without_controls(text), element.href, element.marks)
            self.outline.add(run, element.leaf, (element.direction, element.language))

    def close(self) -> None:
        super().close()
        self.outline.flush()


def _href(url: str) -> str:
    """Return the address without signs that hide where it leads; empty when it is none we take."""
    bare = _URL_UNFIT.sub("", without_controls(url))
    return bare if re.match(r"(https?://|mailto:).", bare, re.IGNORECASE) else ""


def _marks(outer: frozenset[str], tag: str, style: str) -> frozenset[str]:
    """Return the marks inside an element; Google Docs wraps whole pages in a bold tag that is styled normal."""
    marks = outer | {_MARKS[tag]} if tag in _MARKS else outer
    if tag in {"span", "font"}:
        bold = re.search(r"font-weight:(bold|[6-9]00)", style)
        italic = "font-style:italic" in style
        return marks | ({"strong"} if bold else set()) | ({"em"} if italic else set())
    if tag == "b" and re.search(r"font-weight:(normal|400)", style):
        return outer
    return marks
