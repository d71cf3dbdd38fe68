"""Shapes of a Word document that mammoth passes over, put into ones it reads: fields, boxes, formulas, breaks.

Also paragraphs whose style only builds on a heading, title or quotation. It takes no text away.
"""

import re
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement

from intake.manuscripts.xml import attribute, child, local, named, parsed

_KNOWN = re.compile(r"(?:heading [1-6]|title|subtitle|quote|intense quote|block text|quotations)", re.IGNORECASE)
_DEEPEST = 50


def mend(tree: Element) -> None:
    """Change a tree in place, innermost elements first."""
    for parent in reversed(list(tree.iter())):
        for place, element in reversed(list(enumerate(parent))):
            mended = _mended(element)
            if mended is not None:
                parent[place : place + 1] = mended


def _mended(element: Element) -> list[Element] | None:
    """Return what stands for an element; None when it may stay."""
    meaning = _MEANT.get(local(element))
    return meaning(element) if meaning else None


def _ruby(element: Element) -> list[Element]:
    return [_text(element, _words(child(element, "rubyBase"), "t"))]


def _formula(element: Element) -> list[Element]:
    run = Element(_word_name(element, "r"))
    run.append(_text(run, _words(element, "t")))
    return [run]


def _break(element: Element) -> list[Element] | None:
    """Return a line break for one of page or column, at which words would run together."""
    return [Element(element.tag)] if attribute(element, "type") in {"page", "column"} else None


def _word_name(element: Element, name: str) -> str:
    """Return a name in Word's own namespace, transitional or strict as the document is."""
    space = element.tag.rpartition("}")[0].lstrip("{")
    if "wordprocessingml" not in space:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f"{{{space}}}{name}"


def _text(beside: Element, words: str) -> Element:
    text = Element(_word_name(beside, "t"))
    text.text = words
    return text


def _words(element: Element | None, name: str) -> str:
    return "" if element is None else "".join(inner.text or "" for inner in named(element, name))


def _field(field: Element) -> list[Element]:
    """Return a simple field as one of many runs, the form mammoth takes links from."""
    said = Element(_word_name(field, "r"))
    SubElement(said, _word_name(field, "instrText")).text = attribute(field, "instr")
    return [_sign(field, "begin"), said, _sign(field, "separate"), *field, _sign(field, "end")]


def _sign(field: Element, kind: str) -> Element:
    run = Element(_word_name(field, "r"))
    SubElement(run, _word_name(field, "fldChar"), {_word_name(field, "fldCharType"): kind})
    return run


def _alternative(element: Element) -> list[Element] | None:
    """Return what newer programs show where the form for older ones is missing or holds no words."""
    choice, fallback = child(element, "Choice"), child(element, "Fallback")
    if choice is None or not _words(choice, "t") or (fallback is not None and _words(fallback, "t")):
        return None
    return list(choice)


def _boxes(drawing: Element) -> list[Element] | None:
    """Return the text boxes of a drawing as the older form, which mammoth sets below the paragraph."""
    boxes = list(named(drawing, "txbxContent"))
    if not boxes:
        return None
    picture = Element(_word_name(drawing, "pict"))
    picture.extend(boxes)
    return [picture]


_MEANT: dict[str, Callable[[Element], list[Element] | None]] = {
    "bdo": list,
    "dir": list,
    "oMathPara": list,
    "fldSimple": _field,
    "ruby": _ruby,
    "oMath": _formula,
    "cr": lambda element: [Element(_word_name(element, "br"))],
    "br": _break,
    "ptab": lambda element: [Element(_word_name(element, "tab"))],
    "AlternateContent": _alternative,
    "drawing": _boxes,
}


class Styles:
    """The paragraph styles that mean something, and those that build on them."""

    def __init__(self, content: bytes | None) -> None:
        """Read styles.xml, where there is one."""
        self._names: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        self._outlines: dict[str, str] = {}
        for style in named(parsed(content), "style") if content else ():
            key = attribute(style, "styleId")
            name = child(style, "name")
            base = child(style, "basedOn")
            self._names[key] = attribute(name, "val") if name is not None else ""
            self._bases[key] = attribute(base, "val") if base is not None else ""
            self._outlines[key] = _outline(child(style, "pPr"))

    def settle(self, paragraphs: Iterable[Element]) -> None:
        """Give paragraphs the style that says what they are."""
        for paragraph in paragraphs:
            properties = child(paragraph, "pPr")
            if properties is not None:
                self._settle(properties)

    def _settle(self, properties: Element) -> None:
        style = child(properties, "pStyle")
        key = attribute(style, "val") if style is not None else ""
        meant = self._known(key) or self._heading(_outline(properties) or self._outlines.get(key, ""))
        if not meant or meant == key:
            return
        if style is None:
            style = SubElement(properties, _word_name(properties, "pStyle"))
        style.attrib[_word_name(properties, "val")] = meant

    def _known(self, key: str) -> str:
        for _ in range(_DEEPEST):
            if _KNOWN.fullmatch(self._names.get(key, "")):
                return key
            key = self._bases.get(key, "")
            if not key:
                return ""
        return ""

    def _heading(self, outline: str) -> str:
        """Return the heading of an outline level counted from 0, where the document has that style."""
        if not outline.isdigit() or int(outline) > 5:
            return ""
        wanted = f"heading {int(outline) + 1}"
        return next((key for key, name in self._names.items() if name.lower() == wanted), "")


def _outline(properties: Element | None) -> str:
    level = child(properties, "outlineLvl")
    return attribute(level, "val") if level is not None else ""
