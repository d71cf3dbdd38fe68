"""A Word document → a manuscript, by mammoth: headings, lists, quotations, links and notes; the text as accepted.

Only XML parts that passed ``archive.unpack`` reach mammoth, so it finds no pictures, macros or templates; nothing is
fetched. mammoth has no types and loses writing direction: both stay in this file.
"""

import io
import re
import zipfile
from typing import Any

import mammoth

from intake.domain.errors import Unreadable
from intake.manuscripts import cautions, kinds, pictures, refusals, wordml
from intake.manuscripts.archive import unpack
from intake.manuscripts.assembling import assemble
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
_BACK_LINK = re.compile(r'\s*<a href="#[^"]*note-ref-[^"]*">↑</a>')
_NOTES = re.compile(r'<ol><li id="(?:foot|end)note-')
_TURNED = re.compile(rf"<(p|h[1-6]|li)([^>]*)>((?:<[^>]*>)*){wordml.TURNED}")


def read_docx(data: bytes, media_type: str = kinds.DOCX) -> Manuscript:
    """Return the manuscript in a .docx or .docm file.

    Raises Unreadable for a damaged, locked, hostile or empty document, TooLarge beyond the limits of ``archive``.
    """
    parts = unpack(data)
    document = wordml.prepare(parts)
    raw, warnings = _converted(document)
    macros = (cautions.MACROS,) if media_type == kinds.DOCM else ()
    return assemble(
        media_type,
        raw,
        warnings=macros + document.warnings + warnings,
        properties=document.properties,
        comments=document.comments,
    )


def _converted(document: wordml.Document) -> tuple[str, tuple[str, ...]]:
    """Return mammoth's HTML and the editor's warnings."""
    count = 0

    def leave_out(image: Any) -> list[object]:
        nonlocal count
        count += 1
        return [mammoth.html.text(pictures.described(image.alt_text or ""))]

    try:
        result = mammoth.convert_to_html(_packed(document.parts), style_map=_STYLES, convert_image=leave_out)
    except Exception as error:  # what a third party's reader raises on hostile input has no common name
        raise Unreadable(refusals.DAMAGED, cause=type(error).__name__) from error
    warnings = []
    if count:
        warnings.append(cautions.PICTURES % {"count": count})
    if "<table" in result.value:
        warnings.append(cautions.TABLE)
    if any("w:sym" in message.message for message in result.messages):
        warnings.append(cautions.SYMBOLS)
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
