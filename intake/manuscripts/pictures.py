"""The words that stand for a picture: those the author gave it. No picture is opened."""

import re

from intake.domain.text import one_line

LONGEST = 300
_MADE = re.compile(
    r"automatically generated|AI-generated|^\S*\.(?:png|jpe?g|gif|bmp|tiff?|webp|emf|wmf|svg)$"
    r"|^(?:https?:|file:|[a-z]:\\)|^(?:image|picture|grafik|bild|صورة)\s*\d*$",
    re.IGNORECASE,
)
"""What a program wrote: a guess at what is seen, a file's name or its number."""


def described(words: str) -> str:
    """Return a picture's description in brackets, as it stands in the text; empty when no person wrote one."""
    said = one_line(words)[:LONGEST]
    return f"[{said}]" if said and not _MADE.search(said) else ""
