"""A PDF → a manuscript: its text as read from the page, for a person to check against the original.

pdfminer.six reads the file, ``pdf_lines`` makes lines of it. Measured on Arabic files of five producers: this and
pdftotext both give all words of four; only this needs no program beside it. No script, form or attachment in the file
is run or opened, nothing is fetched; what takes too long or too much memory is stopped by the sandbox.
"""

import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from intake.domain.errors import IntakeError, TooLarge, Unreadable
from intake.domain.text import one_line
from intake.manuscripts import cautions, kinds, refusals
from intake.manuscripts.assembling import assemble, main_direction, reads_as_heading, turned
from intake.manuscripts.canonical import MOST_CHARACTERS, MOST_TAGS
from intake.manuscripts.manuscript import Manuscript
from intake.manuscripts.pdf_lines import Line, Paragraph, Sign, lines, paragraphs, without_running_heads

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""

MOST_PAGES = 200
_PROPERTIES = {
    "Author": "author",
    "Company": "company",
    "Title": "title",
    "Creator": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_BULLET = re.compile(r"^[•·▪◦‣●○\uf0b7]\s*|^[–-]\s+")
_LARGER = 1.12
"""Share of the usual type size from which a short paragraph is a heading."""


def read_pdf(data: bytes) -> Manuscript:
    """Return the manuscript in a PDF. Raises Unreadable for one locked, damaged or without text, TooLarge."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = [lines(signs, number) for number, signs in enumerate(_pages(document))]
        properties = _properties(document)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Unreadable(refusals.LOCKED) from error
    except (IntakeError, MemoryError):
        raise
    except Exception as error:  # what a third party's reader raises on hostile input has no common name
        raise Unreadable(refusals.DAMAGED, cause=type(error).__name__) from error
    every = without_running_heads(pages)
    return assemble(kinds.PDF, _written(every), warnings=_warnings(every), properties=properties)


def _pages(document: PDFDocument) -> Iterator[list[Sign]]:
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    count = 0
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > MOST_PAGES:
            raise TooLarge(refusals.TOO_MANY_PAGES, limit=MOST_PAGES)
        interpreter.process_page(page)
        signs = list(_signs(device.get_result(), _links(page)))
        count += len(signs)
        if count > 2 * MOST_CHARACTERS:
            raise TooLarge(refusals.TOO_MUCH_TEXT, characters=f"{MOST_CHARACTERS:,}", tags=f"{MOST_TAGS:,}")
        yield signs


def _signs(place: LTContainer[Any], links: list[tuple[Box, str]]) -> Iterator[Sign]:
    for item in place:
        if isinstance(item, LTChar) and item.upright:
            x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
            href = next((href for (x0, y0, x1, y1), href in links if x0 <= x <= x1 and y0 <= y <= y1), "")
            bold = "bold" in item.fontname.lower() or "black" in item.fontname.lower()
            yield Sign(_UNMAPPED.sub("", item.get_text()), item.x0, item.y0, item.x1, item.y1, bold, href)
        elif isinstance(item, LTContainer) and not isinstance(item, LTPage):
            yield from _signs(item, links)


def _links(page: PDFPage) -> list[tuple[Box, str]]:
    """Return the boxes of a page that lead to an address."""
    found = []
    for reference in resolve1(page.annots) or []:
        note = resolve1(reference)
        action = resolve1(note.get("A")) if isinstance(note, dict) else None
        address = resolve1(action.get("URI")) if isinstance(action, dict) else None
        box = resolve1(note.get("Rect")) if address else None
        if isinstance(address, bytes) and isinstance(box, list) and len(box) == 4:
            x0, y0, x1, y1 = (float(resolve1(number)) for number in box)
            sides = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            found.append((sides, address.decode("utf-8", "replace")))
    return found[:1000]


def _properties(document: PDFDocument) -> dict[str, str]:
    found: dict[str, str] = {}
    for info in document.info:
        for name, key in _PROPERTIES.items():
            said = resolve1(info.get(name))
            value = one_line(decode_text(said))[:500] if isinstance(said, bytes) else ""
            if date := _DATE.match(value):
                year, month, day, hour, minute = (part or "01" for part in date.groups())
                value = f"{year}-{month}-{day}" + (f"T{hour}:{minute}" if date[4] else "")
            if value:
                found[key] = value
    return found


def _warnings(every: list[Line]) -> Iterator[str]:
    yield cautions.PDF
    if any("\ufffd" in line.text for line in every):
        yield cautions.FONTS


def _written(every: list[Line]) -> str:
    found = list(paragraphs(every))
    main = main_direction(" ".join(paragraph.text for paragraph in found))
    letters: Counter[float] = Counter()
    for paragraph in found:
        letters[round(paragraph.size)] += len(paragraph.text)
    usual = letters.most_common(1)[0][0] if letters else 0
    plain = any(not paragraph.bold for paragraph in found)
    out = []
    for paragraph in found:
        larger = paragraph.size > _LARGER * usual
        heading = (larger or (paragraph.bold and plain)) and reads_as_heading(paragraph.text, sentence=larger)
        out.append(_block(paragraph, "h2" if heading else "p", main))
    return "".join(out)


def _block(paragraph: Paragraph, tag: str, main: str) -> str:
    right_to_left = main_direction(paragraph.text) == "rtl"
    against = turned(paragraph.text, right_to_left=right_to_left, main=main)
    direction = f' dir="{"rtl" if right_to_left else "ltr"}"' if against else ""
    inner = _linked(paragraph)
    if _BULLET.match(paragraph.text):
        return f"<ul><li{direction}>{_BULLET.sub('', inner)}</li></ul>"
    return f"<{tag}{direction}>{inner}</{tag}>"


def _linked(paragraph: Paragraph) -> str:
    inner, position = "", 0
    for words, href in paragraph.links:
        at = paragraph.text.find(words, position)
        if at >= 0:
            inner += html.escape(paragraph.text[position:at], quote=False)
            inner += f'<a href="{html.escape(href)}">{html.escape(words, quote=False)}</a>'
            position = at + len(words)
    return inner + html.escape(paragraph.text[position:], quote=False)
