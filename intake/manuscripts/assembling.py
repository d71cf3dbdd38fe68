"""A document's HTML, whatever it was made from, put together as a manuscript: headline found, body made canonical.

It parses no document. The raw HTML may hold one ``<h1 class="title">``, and notes as ``with_notes`` sets them.
"""

import re
from collections.abc import Iterable, Mapping

from intake.domain.body import blocks, text_of
from intake.domain.errors import Unreadable
from intake.domain.text import count_words, one_line, script_of
from intake.manuscripts import cautions, refusals
from intake.manuscripts.canonical import canonical
from intake.manuscripts.manuscript import Comment, Manuscript

_TITLE = re.compile(r'<h1 class="title"[^>]*>(.*?)</h1>', re.DOTALL)
_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
MOST_HEADING_WORDS = 20
_SENTENCE = re.compile(r"[.!?؟:;,،؛…]\W*$")
_BYLINE = re.compile(r"(?:by|بقلم)\b", re.IGNORECASE)
_RIGHT_TO_LEFT = frozenset(("ar", "he"))


def assemble(
    media_type: str,
    raw: str,
    *,
    warnings: Iterable[str] = (),
    properties: Mapping[str, str] | None = None,
    comments: Iterable[Comment] = (),
) -> Manuscript:
    """Return the manuscript; a title, or a heading at the very top, is its headline and leaves the body.

    Raises Unreadable when nothing visible is left, TooLarge beyond the limits of ``canonical``.
    """
    entire = canonical(raw)
    whole = text_of(entire)
    if not whole:
        raise Unreadable(refusals.NO_TEXT)
    heading = _headline(raw, entire)
    body = entire[: heading.start()] + entire[heading.end() :] if heading else entire
    text = text_of(body)
    found = tuple(comments)
    apart = (cautions.COMMENTS % {"count": len(found)},) if found else ()
    return Manuscript(
        media_type=media_type,
        html=body,
        text=text,
        whole=whole,
        words=count_words(text),
        headline=one_line(text_of(heading[1])) if heading else None,
        warnings=(*warnings, *apart),
        properties=dict(properties or {}),
        comments=found,
    )


def _headline(raw: str, entire: str) -> re.Match[str] | None:
    """Return the title in the body when at most two blocks stand before it: elsewhere it heads a section."""
    # One try: each further one could read to the end of a hostile text.
    title = _TITLE.match(raw, max(0, raw.find('<h1 class="title"')))
    wanted = one_line(text_of(canonical(title[1]))) if title else ""
    if wanted:
        for found in _HEADING.finditer(entire):
            if one_line(text_of(found[1])) == wanted:
                return found if len(blocks(entire[: found.start()])) <= 2 else None
    return _HEADING.match(entire)


def with_notes(raw: str, notes: Iterable[str]) -> str:
    """Return HTML with notes, themselves HTML, as a numbered list below a rule."""
    items = "".join(f"<li>{note}</li>" for note in notes)
    return f"{raw}<hr><ol>{items}</ol>" if items else raw


def main_direction(text: str) -> str:
    """Return the direction, rtl or ltr, that most of a document's text is written in."""
    return "rtl" if script_of(text) in _RIGHT_TO_LEFT else "ltr"


def turned(text: str, *, right_to_left: bool, main: str) -> bool:
    """Tell whether a paragraph runs against the document; a page lays the others out by their own letters.

    ``right_to_left`` is what the document says of the paragraph. Writers of Arabic often leave it out, so among
    Arabic only foreign letters make a paragraph run from the left.
    """
    if main == "rtl":
        return not right_to_left and script_of(text) not in _RIGHT_TO_LEFT | {""}
    return right_to_left and bool(text.strip())


def reads_as_heading(text: str, *, sentence: bool = False) -> bool:
    """Tell a short line that is no byline: set apart by bold or size alone, it heads a part.

    It may be a whole ``sentence`` only where the type is larger too.
    """
    said = text.strip()
    short = 0 < len(said.split()) <= MOST_HEADING_WORDS
    return short and not _BYLINE.match(said) and (sentence or not _SENTENCE.search(said))
