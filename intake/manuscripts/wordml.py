"""The XML of a Word document before mammoth sees it: direction, hidden text, comments, tracked changes, properties.

It converts nothing. Parts must have passed ``archive.unpack``: they declare no entities and are of bounded size.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from intake.domain.text import one_line
from intake.manuscripts import cautions, word_shapes
from intake.manuscripts.assembling import main_direction, turned
from intake.manuscripts.manuscript import Comment
from intake.manuscripts.xml import attribute, child, local, named, parsed

TURNED = "\ue000"
"""Marks a paragraph that runs against the document's direction; ``text.clean`` keeps it out of people's input."""

_TEXT_PART = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_PROPERTIES = {
    "creator": "author",
    "lastModifiedBy": "last_modified_by",
    "created": "created",
    "modified": "modified",
    "title": "title",
    "Company": "company",
}
_ELSEWHERE = re.compile(r"(?:https?|ftp):|\\\\|file:/{0,3}\\\\|file://[^/]", re.IGNORECASE)
"""An address on the net or on another machine's disk."""
_TRACKED = frozenset(("ins", "del", "moveFrom", "moveTo"))


@dataclass(frozen=True, slots=True)
class Document:
    """The parts to convert and what was learned on the way. ``direction`` is that of most of the text."""

    parts: dict[str, bytes]
    direction: str
    properties: dict[str, str]
    warnings: tuple[str, ...]
    comments: tuple[Comment, ...] = ()


def prepare(parts: dict[str, bytes]) -> Document:
    """Return the document with turned paragraphs marked, hidden text taken out, properties and comments read."""
    trees = {name: parsed(content) for name, content in parts.items() if _TEXT_PART.fullmatch(name)}
    direction = main_direction("".join(map(_text, trees.values())))
    turned_styles = _right_to_left_styles(parts)
    styles = word_shapes.Styles(parts.get("word/styles.xml"))
    hidden = tracked = 0
    for tree in trees.values():
        word_shapes.mend(tree)
        styles.settle(named(tree, "p"))
        tracked += sum(local(element) in _TRACKED for element in tree.iter())
        hidden += _drop_hidden(tree)
        _join_drop_caps(tree)
        for paragraph in _all(tree, "p"):
            _mark(paragraph, direction, turned_styles)
    written = {name: ElementTree.tostring(tree, encoding="utf-8") for name, tree in trees.items()}
    warnings = tuple(_warnings(parts, hidden, tracked))
    return Document(parts | written, direction, _properties(parts), warnings, tuple(_comments(parts)))


def _warnings(parts: dict[str, bytes], hidden: int, tracked: int) -> Iterator[str]:
    if tracked:
        yield cautions.TRACKED
    if hidden:
        yield cautions.HIDDEN
    if _asks_for_template(parts):
        yield cautions.TEMPLATE


def _asks_for_template(parts: dict[str, bytes]) -> bool:
    """Tell whether a template lies on the net; Word names the writer's own one by a path on the writer's disk."""
    links = [link for name, content in parts.items() if name.endswith(".rels") for link in parsed(content)]
    targets = [link.get("Target", "") for link in links if link.get("Type", "").endswith("/attachedTemplate")]
    return any(_ELSEWHERE.match(target) for target in targets)


def _all(tree: Element, name: str) -> list[Element]:
    return list(named(tree, name))


def _value(element: Element | None) -> str:
    if element is None:
        return ""
    return attribute(element, "val")


def _is_on(element: Element | None) -> bool:
    """Tell whether a toggle stands and is not switched off."""
    return element is not None and _value(element) not in {"0", "false", "off"}


def _text(tree: Element) -> str:
    return "".join(element.text or "" for element in _all(tree, "t"))


def _drop_hidden(tree: Element) -> int:
    """Take text out of runs that do not show, and the mark of turned paragraphs out of all; count the hidden runs."""
    count = 0
    for run in _all(tree, "r"):
        hidden = _is_on(child(child(run, "rPr"), "vanish"))
        count += hidden and bool(_text(run).strip())
        for element in _all(run, "t"):
            element.text = "" if hidden else (element.text or "").replace(TURNED, "")
    return count


def _join_drop_caps(tree: Element) -> None:
    """Put an initial that stands in a frame of its own back in front of its paragraph."""
    for place in tree.iter():
        for initial, paragraph in pairwise(list(place)):
            frame = child(child(initial, "pPr"), "framePr")
            if frame is None or local(paragraph) != "p" or not any(key.endswith("}dropCap") for key in frame.attrib):
                continue
            at = 0 if child(paragraph, "pPr") is None else 1
            paragraph[at:at] = [run for run in initial if local(run) != "pPr"]
            place.remove(initial)


def _mark(paragraph: Element, direction: str, turned_styles: set[str]) -> None:
    properties = child(paragraph, "pPr")
    style = _value(child(properties, "pStyle"))
    own = child(properties, "bidi")
    right_to_left = _is_on(own) if own is not None else style in turned_styles
    if turned(_text(paragraph), right_to_left=right_to_left, main=direction):
        namespace = paragraph.tag.rpartition("}")[0] + "}"
        run = Element(namespace + "r")
        ElementTree.SubElement(run, namespace + "t").text = TURNED
        paragraph.insert(0 if properties is None else 1, run)


def _right_to_left_styles(parts: dict[str, bytes]) -> set[str]:
    """Return the ids of paragraph styles that write from the right, by themselves or by the style they build on."""
    content = parts.get("word/styles.xml")
    if content is None:
        return set()
    said: dict[str, bool] = {}
    bases: dict[str, str] = {}
    for style in _all(parsed(content), "style"):
        key = attribute(style, "styleId")
        own = child(child(style, "pPr"), "bidi")
        if own is not None:
            said[key] = _is_on(own)
        bases[key] = _value(child(style, "basedOn"))
    return {key for key in bases if _resolved(key, said, bases)}


def _resolved(key: str, said: dict[str, bool], bases: dict[str, str]) -> bool:
    seen: set[str] = set()
    while key and key not in seen:
        if key in said:
            return said[key]
        seen.add(key)
        key = bases.get(key, "")
    return False


def _comments(parts: dict[str, bytes]) -> list[Comment]:
    content = parts.get("word/comments.xml")
    if content is None:
        return []
    found = []
    for comment in _all(parsed(content), "comment"):
        text = " ".join(_text(paragraph) for paragraph in _all(comment, "p"))
        found.append(Comment(one_line(attribute(comment, "author")), one_line(text)))
    return found


def _properties(parts: dict[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("docProps/core.xml", "docProps/app.xml"):
        if name in parts:
            for element in parsed(parts[name]):
                value = one_line(element.text or "")[:500]
                if value and local(element) in _PROPERTIES:
                    found[_PROPERTIES[local(element)]] = value
    return found
