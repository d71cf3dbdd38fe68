"""Documents → canonical bodies: .docx, HTML and plain text now; other kinds are told apart and refused with a cure.

Reading is meant to happen in a limited child process (``sandbox``); nothing here fetches or writes anything.
"""

from intake.domain.errors import Unreadable
from intake.manuscripts import kinds
from intake.manuscripts.canonical import canonical
from intake.manuscripts.kinds import READABLE, kind_of
from intake.manuscripts.manuscript import Manuscript
from intake.manuscripts.plain import from_plain

__all__ = ["READABLE", "Manuscript", "canonical", "from_plain", "kind_of", "read"]

_CURE = "Send the piece as a .docx document or in the mail itself."
_REFUSED = {
    kinds.PDF: "The file is a PDF, which is not read yet.",
    kinds.ODT: "The file is an OpenDocument text, which is not read yet.",
    kinds.RTF: "The file is in Rich Text Format, which is not read yet.",
    kinds.PAGES: "The file is an Apple Pages document, which holds no text that others can read.",
    kinds.DOC: "The file is an old Word document (.doc) or another old Office file, which is not read.",
    kinds.ENCRYPTED: "The document is locked with a password. Remove the password and send it again.",
    kinds.ZIP: "The file is an archive and no document.",
    kinds.UNKNOWN: "The file is no kind of document we know.",
}


def read(data: bytes, filename: str = "") -> Manuscript:
    """Return the manuscript in a document's bytes; what they are is told by content, not by the name.

    Raises Unreadable with cause and cure, TooLarge beyond a limit.
    """
    if not data.strip():
        raise Unreadable(f"The file is empty. {_CURE}")
    media_type = kind_of(data, filename)
    if media_type in {kinds.DOCX, kinds.DOCM}:
        # Imported here: mammoth costs a listener or a page that never reads a document 50 ms.
        from intake.manuscripts.docx import read_docx

        return read_docx(data, media_type)
    if media_type in READABLE:
        from intake.manuscripts import page

        return page.read_page(data) if media_type == kinds.HTML else page.read_plain(data, media_type)
    cause = _REFUSED.get(media_type, f"The file is a picture or another kind of file ({media_type}), not a text.")
    raise Unreadable(f"{cause} {_CURE}")
