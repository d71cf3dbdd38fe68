"""A Word document → a manuscript, by mammoth: headings, lists, quotations, links and notes; the text as accepted.

Only XML parts that passed ``archive.unpack`` reach mammoth, so it finds no pictures, macros or templates; nothing is
fetched. mammoth has no types and loses writing direction: both stay in this file.
"""

import io
import re
import zipfile

import mammoth

from intake.domain.body import blocks, text_of
from intake.domain.errors import Unreadable
from intake.domain.text import count_words, one_line
from intake.manuscripts import kinds, wordml
from intake.manuscripts.archive import unpack
from intake.manuscripts.canonical import canonical
from intake.manuscripts.manuscript import Manuscript

_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1.title:fresh",
        "p[style-name='Subtitle'] => h2:fresh",
        "p[style-name='Quote'] => blockquote > p:fresh",
        "p[style-name='Intense Quote'] => blockquote > p:fresh",
        "p[style-name='Block Text'] => blockquote > p:fresh",
        "p[style-name='Quotations'] => blockquote > p:fresh",
        "r[style-name='Emphasis'] => em",
        "r[style-name='Intense Emphasis'] => em",
    )
)
_TITLE = re.compile(r'<h1 class="title">(.*?)</h1>', re.DOTALL)
_FIRST_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
_BACK_LINK = re.compile(r'\s*<a href="#[^"]*note-ref-[^"]*">↑</a>')
_NOTES = re.compile(r'<ol><li id="(?:foot|end)note-')
_TURNED = re.compile(rf"<(p|h[1-6]|li)([^>]*)>((?:<[^>]*>)*){wordml.TURNED}")
_SEND = "Save it anew as .docx in your writing program and send it again."


def read_docx(data: bytes, media_type: str = kinds.DOCX) -> Manuscript:
    """Return the manuscript in a .docx or .docm file.

    Raises Unreadable for a damaged, locked, hostile or empty document, TooLarge beyond the limits of ``archive``.
    """
    parts = unpack(data)
    document = wordml.prepare(parts)
    raw, warnings = _converted(document)
    title = _title(raw)
    body = canonical(raw[: title.start()] + raw[title.end() :] if title else raw)
    heading = text_of(canonical(title[1])) if title else ""
    if not heading and (first := _FIRST_HEADING.match(body)):
        heading, body = text_of(first[1]), body[first.end() :]
    text = text_of(body)
    if not heading and not text:
        raise Unreadable("The document holds no text. If the piece is a picture in it, send the text itself.")
    macros = ("The document holds macros, which were not run.",) if media_type == kinds.DOCM else ()
    return Manuscript(
        media_type=media_type,
        html=body,
        text=text,
        words=count_words(text),
        headline=one_line(heading) or None,
        warnings=macros + document.warnings + warnings,
        properties=document.properties,
    )


def _title(raw: str) -> re.Match[str] | None:
    """Return the paragraph in Title style when at most two blocks stand before it: elsewhere it heads a section."""
    found = _TITLE.search(raw)
    return found if found and len(blocks(canonical(raw[: found.start()]))) <= 2 else None


def _converted(document: wordml.Document) -> tuple[str, tuple[str, ...]]:
    """Return mammoth's HTML and the editor's warnings."""
    pictures = []

    def leave_out(image: object) -> list[object]:
        pictures.append(image)
        return []

    try:
        result = mammoth.convert_to_html(_packed(document.parts), style_map=_STYLES, convert_image=leave_out)
    except Exception as error:  # what a third party's reader raises on hostile input has no common name
        raise Unreadable(f"The document cannot be read ({type(error).__name__}). {_SEND}") from error
    warnings = []
    if pictures:
        warnings.append(f"{len(pictures)} picture(s) in the document were left out.")
    if "<table" in result.value:
        warnings.append("The document holds a table; each cell became a paragraph.")
    if any("w:sym" in message.message for message in result.messages):
        warnings.append("Some signs of a symbol font could not be read.")
    return _arranged(result.value, document.direction), tuple(warnings)


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    packed.seek(0)
    return packed


def _arranged(raw: str, direction: str) -> str:
    """Give turned paragraphs their direction, part the notes from the text and drop the arrows back to it."""
    other = "ltr" if direction == "rtl" else "rtl"
    turned = _TURNED.sub(rf'<\1\2 dir="{other}">\3', raw).replace(wordml.TURNED, "")
    plain = _BACK_LINK.sub("", turned)
    return _NOTES.sub(lambda match: "<hr>" + match[0], plain, count=1)
