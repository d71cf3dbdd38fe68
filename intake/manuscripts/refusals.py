"""Why a document is not read, and what to do about it: constants with values, which pages translate.

They are told to authors, so each names a cause and a cure. It decides nothing.
"""

from intake.domain.errors import phrase

EMPTY = phrase("The file is empty. Send the piece as .docx or .pdf, or in the mail itself.")
NO_TEXT = phrase(
    "The document holds no text. If the piece is a picture or a scan in it, send the text itself: as .docx, or in "
    "the mail."
)
PAGES = phrase(
    "The file is an Apple Pages document, which other programs cannot read. In Pages choose “Export to”, and send "
    ".docx or .pdf."
)
DOC = phrase(
    "The file is an old Word document (.doc) or another old Office file, which is not read. Save it as .docx or .pdf "
    "and send that."
)
LOCKED = phrase("The document is locked with a password. Remove the password and send it again.")
ARCHIVE = phrase("The file is an archive and no document. Send the document in it by itself, as .docx or .pdf.")
UNKNOWN = phrase("The file is no kind of document we know. Send .docx or .pdf.")
NO_DOCUMENT = phrase(
    "The file is a picture or another kind of file (%(kind)s), not a text. Send the piece as .docx or .pdf, or in the "
    "mail itself."
)
TOO_LARGE = phrase(
    "The file is over %(limit)s MB. Take large pictures out of it, or send the text alone as .docx or in the mail."
)
TOO_MUCH_TEXT = phrase(
    "The text holds more than %(characters)s characters or %(tags)s tags of markup. Send the piece itself as plain "
    "text or as a document."
)
TOO_MANY_PAGES = phrase("The document has more than %(limit)s pages. Send the piece by itself.")
TOO_MANY_PARTS = phrase(
    "The document holds %(count)s parts, the limit is %(limit)s. Save the piece as a plain .docx document and send it "
    "again."
)
UNPACKS_TOO_LARGE = phrase(
    "The document unpacks to more than %(limit)s MB. Save the piece as a plain .docx document and send it again."
)
PART_TOO_LARGE = phrase(
    "A part of the document (%(part)s) is over %(limit)s MB. Save the piece as a plain .docx document and send it "
    "again."
)
TOO_DEEP = phrase(
    "The document holds too many or too deep elements. Save the piece as a plain .docx document and send it again."
)
SAME_NAME = phrase(
    "Two parts of the document bear the same name. Save the piece as a plain .docx document and send it again."
)
LINK = phrase(
    "The document's archive holds a link instead of a file. Save the piece as a plain .docx document and send it again."
)
OVERLAP = phrase("Parts of the document's archive overlap. Save the piece as a plain .docx document and send it again.")
ENTITIES = phrase(
    "The document declares entities of its own, which no writing program does. Save the piece as a plain .docx "
    "document and send it again."
)
DAMAGED = phrase(
    "The document is damaged (%(cause)s). Save it anew as .docx or .pdf in your writing program and send it again."
)
