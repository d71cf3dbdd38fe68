"""Documents → canonical bodies: .docx, .odt, .rtf, .pdf, Markdown, HTML, plain text; others are refused with a cure.

Reading is meant to happen in a limited child process (``sandbox``); nothing here fetches or writes anything.
"""

from collections.abc import Callable

from intake.domain.errors import TooLarge, Unreadable
from intake.manuscripts import kinds, refusals
from intake.manuscripts.canonical import canonical
from intake.manuscripts.kinds import READABLE, kind_of
from intake.manuscripts.manuscript import Manuscript
from intake.manuscripts.plain import from_plain

__all__ = ["READABLE", "Manuscript", "canonical", "from_plain", "kind_of", "read"]

LARGEST = 20_000_000
"""Bytes of a document."""

_REFUSED = {
    kinds.PAGES: refusals.PAGES,
    kinds.DOC: refusals.DOC,
    kinds.ENCRYPTED: refusals.LOCKED,
    kinds.ZIP: refusals.ARCHIVE,
    kinds.UNKNOWN: refusals.UNKNOWN,
}


def read(data: bytes, filename: str = "") -> Manuscript:
    """Return the manuscript in a document's bytes; what they are is told by content, not by the name.

    Raises Unreadable with cause and cure, TooLarge beyond a limit.
    """
    if len(data) > LARGEST:
        raise TooLarge(refusals.TOO_LARGE, limit=LARGEST // 10**6)
    if not data.strip():
        raise Unreadable(refusals.EMPTY)
    media_type = kind_of(data, filename)
    if media_type not in READABLE:
        raise Unreadable(_REFUSED.get(media_type, refusals.NO_DOCUMENT), kind=media_type)
    return _reader(media_type)(data)


def _reader(media_type: str) -> Callable[[bytes], Manuscript]:
    """Return the function that reads a kind; imported here, because a listener never needs them (mammoth: 50 ms)."""
    match media_type:
        case kinds.DOCX | kinds.DOCM:
            from intake.manuscripts.docx import read_docx

            return lambda data: read_docx(data, media_type)
        case kinds.ODT:
            from intake.manuscripts.odt import read_odt

            return read_odt
        case kinds.RTF:
            from intake.manuscripts.rtf import read_rtf

            return read_rtf
        case kinds.PDF:
            from intake.manuscripts.pdf import read_pdf

            return read_pdf
        case kinds.MARKDOWN:
            from intake.manuscripts.markdown import read_markdown

            return read_markdown
        case kinds.HTML:
            from intake.manuscripts.page import read_page

            return read_page
    from intake.manuscripts.page import read_plain

    return read_plain
