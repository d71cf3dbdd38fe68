"""An OpenDocument text (.odt) → a manuscript: a walk over content.xml, tracked changes as accepted, notes at the end.

Only the three parts named here are unpacked, so macros, pictures and embedded objects are never looked into, and
nothing is fetched. What the styles mean is in ``odt_styles``.
"""

import html
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from intake.domain.errors import Unreadable
from intake.domain.text import one_line
from intake.manuscripts import cautions, kinds, pictures, refusals
from intake.manuscripts.archive import unpack
from intake.manuscripts.assembling import assemble, main_direction, turned, with_notes
from intake.manuscripts.manuscript import Comment, Manuscript
from intake.manuscripts.odt_styles import Styles, styles_of
from intake.manuscripts.xml import attribute, child, local, named, parsed

_PARTS = frozenset(("content.xml", "styles.xml", "meta.xml"))
_PROPERTIES = {
    "initial-creator": "author",
    "creator": "last_modified_by",
    "creation-date": "created",
    "date": "modified",
    "title": "title",
    "generator": "producer",
}
_SKIPPED = frozenset((
    "tracked-changes", "annotation", "annotation-end", "forms", "scripts", "sequence-decls", "variable-decls",
    "user-field-decls", "dde-connection-decls", "soft-page-break", "ruby-text", "table-of-content",
    "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index", "event-listeners",
    "covered-table-cell", "note-citation", "meta-field-decls", "title", "desc", "hidden-text", "shapes", "settings",
))  # fmt: skip
"""Elements whose text is no text of the piece; an index only repeats it."""
_TEXT_BLOCKS = frozenset(("p", "h"))
_CELLS = frozenset(("table-cell",))


def read_odt(data: bytes) -> Manuscript:
    """Return the manuscript in an .odt file. Raises Unreadable for a damaged or empty one, TooLarge beyond limits."""
    parts = unpack(data, _PARTS)
    if "content.xml" not in parts:
        raise Unreadable(refusals.DAMAGED, cause="content.xml")
    content = parsed(parts["content.xml"])
    styles = styles_of([parsed(parts["styles.xml"]), content] if "styles.xml" in parts else [content])
    text = next(named(content, "text"), content)
    walk = _Walk(styles, main_direction("".join(text.itertext())))
    walk.blocks(text)
    return assemble(
        kinds.ODT,
        with_notes("".join(walk.out), walk.notes),
        warnings=_warnings(data, walk, content),
        properties=_properties(parts),
        comments=[_comment(element) for element in named(text, "annotation")],
    )


def _warnings(data: bytes, walk: "_Walk", content: Element) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist()):
            yield cautions.MACROS
    if next(named(content, "changed-region"), None) is not None:
        yield cautions.TRACKED
    if walk.hidden:
        yield cautions.HIDDEN
    if walk.pictures:
        yield cautions.PICTURES % {"count": walk.pictures}
    if walk.tables:
        yield cautions.TABLE


def _properties(parts: dict[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    if "meta.xml" in parts:
        for element in parsed(parts["meta.xml"]).iter():
            value = one_line(element.text or "")[:500]
            key = _PROPERTIES.get(local(element), "")
            if local(element) == "user-defined" and attribute(element, "name").casefold() == "company":
                key = "company"
            if key and value:
                found[key] = value
    if "last_modified_by" in found:
        found.setdefault("author", found["last_modified_by"])
    return found


def _comment(annotation: Element) -> Comment:
    author = "".join(element.text or "" for element in annotation if local(element) == "creator")
    text = " ".join("".join(block.itertext()) for block in annotation if local(block) in {"p", "list"})
    return Comment(one_line(author), one_line(text))


@dataclass(slots=True)
class _Walk:
    """Writes HTML while going through the text; ``frames`` hold boxes until their paragraph has ended."""

    styles: Styles
    main: str
    out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    frames: list[Element] = field(default_factory=list)
    hidden: int = 0
    pictures: int = 0
    tables: int = 0

    def blocks(self, place: Element) -> None:
        """Write all blocks in a place: the document, a section, a cell, a text box."""
        for element in place:
            self._block(element)

    def _block(self, element: Element) -> None:
        name = local(element)
        if name in _SKIPPED or (name == "section" and attribute(element, "display") not in {"", "true"}):
            self.hidden += name == "section"
        elif name in _TEXT_BLOCKS:
            self._paragraph(element)
        elif name == "list":
            self._list(element, attribute(element, "style-name"), 1)
        elif name in _CELLS:
            self._enclosed("div", element)
        elif name == "frame":
            self.out += ["<p>", *self._frame(element), "</p>"]
            self._boxes()
        else:
            self.tables += name == "table"
            self.blocks(element)

    def _enclosed(self, tag: str, element: Element) -> None:
        self.out.append(f"<{tag}>")
        self.blocks(element)
        self.out.append(f"</{tag}>")

    def _paragraph(self, element: Element) -> None:
        style = attribute(element, "style-name")
        if self.styles.is_hidden(style) or any(
            attribute(mark, "is-hidden") == "true" for mark in named(element, "hidden-paragraph")
        ):
            self.hidden += 1
            return
        tag = self._tag(element, style)
        right_to_left = self.styles.right_to_left(style)
        text = "".join(element.itertext())
        against = turned(text, right_to_left=right_to_left, main=self.main)
        direction = f' dir="{"rtl" if right_to_left else "ltr"}"' if against else ""
        frames, self.frames = self.frames, []
        inner = "".join(self._inline(element))
        quoted = tag == "p" and self.styles.is_quote(style)
        block = f"<{tag}{direction}>{inner}</{tag.split()[0]}>"
        self.out.append(f"<blockquote>{block}</blockquote>" if quoted else block)
        self._boxes()
        self.frames = frames

    def _boxes(self) -> None:
        """Write the text boxes met since the paragraph began."""
        boxes, self.frames = self.frames, []
        for box in boxes:
            self._enclosed("div", box)

    def _tag(self, element: Element, style: str) -> str:
        if self.styles.is_title(style):
            return 'h1 class="title"'
        said = attribute(element, "outline-level") if local(element) == "h" else ""
        level = int(said) if said.isdigit() else self.styles.heading(style)
        if not level:
            return "p" if local(element) == "p" else "h1"
        return f"h{min(level, 6)}"

    def _list(self, element: Element, style: str, level: int) -> None:
        """Write a list; one that only numbers headings, as outlines do, is none."""
        if any(local(block) == "h" for item in element for block in item) and not any(
            local(block) == "p" for item in element for block in item
        ):
            for item in element:
                self.blocks(item)
            return
        if level == 1 and self._continues(element, style):
            return
        tag = "ol" if self.styles.counts(style, level) else "ul"
        self.out.append(f"<{tag}>")
        for item in element:
            self._item(item, style, level)
        self.out.append(f"</{tag}>")

    def _continues(self, element: Element, style: str) -> bool:
        """Write a list that holds only a list into the item before it: so LibreOffice changes between kinds."""
        alone = [block for item in element for block in item]
        if len(alone) != 1 or local(alone[0]) != "list" or self.out[-2:-1] != ["</li>"]:
            return False
        closing = self.out[-2:]
        del self.out[-2:]
        self._list(alone[0], attribute(alone[0], "style-name") or style, 2)
        self.out += closing
        return True

    def _item(self, item: Element, style: str, level: int) -> None:
        self.out.append("<li>")
        for block in item:
            if local(block) == "list":
                self._list(block, attribute(block, "style-name") or style, level + 1)
            else:
                self._block(block)
        self.out.append("</li>")

    def _inline(self, element: Element) -> Iterator[str]:
        yield html.escape(element.text or "", quote=False)
        for inner in element:
            yield from self._one(inner)
            yield html.escape(inner.tail or "", quote=False)

    def _one(self, element: Element) -> Iterable[str]:
        name = local(element)
        match name:
            case "s" | "tab":
                return (" ",)
            case "line-break":
                return ("<br>",)
            case "span":
                return self._span(element)
            case "a":
                address = html.escape(attribute(element, "href"))
                return (f'<a href="{address}">', *self._inline(element), "</a>")
            case "note":
                return self._note(element)
            case "frame":
                return self._frame(element)
            case "custom-shape" | "rect" | "ellipse" | "text-box":
                self.frames.append(element)
                return ()
        if name in _SKIPPED:
            self.hidden += name == "hidden-text"
            return ()
        return self._inline(element)

    def _span(self, element: Element) -> Iterable[str]:
        style = attribute(element, "style-name")
        if self.styles.is_hidden(style):
            self.hidden += 1
            return ()
        tags = self.styles.marks(style)
        closing = [f"</{tag}>" for tag in reversed(tags)]
        return (*(f"<{tag}>" for tag in tags), *self._inline(element), *closing)

    def _note(self, element: Element) -> Iterable[str]:
        body = child(element, "note-body")
        if body is None:
            return ()
        self.notes.append("")
        number = len(self.notes)
        outer, self.out = self.out, []
        self.blocks(body)
        self.notes[number - 1], self.out = "".join(self.out), outer
        return (f"<sup>[{number}]</sup>",)

    def _frame(self, frame: Element) -> Iterable[str]:
        """Keep a text box for the end of its paragraph; a picture leaves only the words the author gave it."""
        boxes = [inner for inner in frame if local(inner) == "text-box"]
        self.frames += boxes
        if boxes or not any(local(inner) in {"image", "object", "object-ole"} for inner in frame):
            return ()
        self.pictures += 1
        words = [inner.text or "" for name in ("desc", "title") if (inner := child(frame, name)) is not None]
        return (html.escape(pictures.described(next(filter(None, words), "")), quote=False),)
