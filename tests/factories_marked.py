"""A Word document as it comes from an office: an article with comments, a tracked change and properties."""

import secrets
from xml.sax.saxutils import escape

from tests import factories
from tests.factories_docx import W, paragraph, parts, run, zipped

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:creator>Nadia Clerk</dc:creator><cp:lastModifiedBy>Press Office</cp:lastModifiedBy>"
    "<dcterms:created>2026-01-02T08:00:00Z</dcterms:created><dcterms:modified>2026-02-03T09:00:00Z</dcterms:modified>"
    "</cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Company>Harbour Consulting</Company></Properties>"
)
COMMENTS = [
    {"author": "Press Office", "text": "Say who paid for the wall."},
    {"author": "سامي", "text": "هل نحذف هذه الفقرة؟"},
]
BESIDE = {
    "warnings": [
        "The document holds tracked changes; the text is read as if all were accepted.",
        "Comments in the document stand apart from the text (2).",
    ],
    "comments": COMMENTS,
    "properties": {
        "author": "Nadia Clerk",
        "last_modified_by": "Press Office",
        "company": "Harbour Consulting",
        "created": "2026-01-02T08:00:00Z",
        "modified": "2026-02-03T09:00:00Z",
    },
}
"""What is kept of ``marked``."""


def marked(words: int = 420, weight: int = 0, comments: list[dict[str, str]] = COMMENTS) -> bytes:
    """Return the document; a picture of ``weight`` bytes, which no packing makes smaller, lies in it."""
    changed = f'<w:ins w:id="9" w:author="Press Office">{run(" So it should.")}</w:ins>'
    body = [paragraph(text) for text in factories.text(words=words).body_text.split("\n\n")]
    remarks = "".join(
        f'<w:comment w:id="{number}" w:author="{escape(each["author"])}">{paragraph(each["text"])}</w:comment>'
        for number, each in enumerate(comments)
    )
    members: dict[str, str | bytes] = {
        **parts("".join(body) + paragraph("The road can move.", runs=changed)),
        "word/comments.xml": f'<w:comments xmlns:w="{W}">{remarks}</w:comments>',
        "docProps/core.xml": CORE,
        "docProps/app.xml": APP,
    }
    if weight:
        members["word/media/image1.png"] = secrets.token_bytes(weight)
    return zipped(members)
