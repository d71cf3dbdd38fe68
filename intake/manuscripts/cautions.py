"""What an editor, and often the author, should know of a document that was read: constants which pages translate.

None of them stops a document; what does is a refusal. ``%`` puts the values in.
"""

from intake.domain.errors import phrase

TRACKED = phrase("The document holds tracked changes; the text is read as if all were accepted.")
HIDDEN = phrase("Hidden text in the document was left out.")
TEMPLATE = phrase("The document asks for a template from elsewhere, which was not fetched.")
MACROS = phrase("The document holds macros, which were not run.")
PICTURES = phrase(
    "Pictures in the document were left out (%(count)s); a description of one stands in brackets in its place."
)
OBJECT = phrase("The document holds an embedded object, which was left out.")
TABLE = phrase("The document holds a table; each cell became a paragraph.")
SYMBOLS = phrase("Some signs of a symbol font could not be read.")
FONTS = phrase("Some signs of the document's fonts could not be read.")
PDF = phrase("The text was read from a PDF: check it against the original.")
CHARSET = phrase("The file does not say its character set; it was read as %(charset)s. Check it against the original.")
COMMENTS = phrase("Comments in the document stand apart from the text (%(count)s).")

EVERY = (TRACKED, HIDDEN, TEMPLATE, MACROS, PICTURES, OBJECT, TABLE, SYMBOLS, FONTS, PDF, CHARSET, COMMENTS)
OF_NO_TEXT = frozenset((TEMPLATE, MACROS))
"""Those that say nothing about the text, so that its author need not look at it again."""
