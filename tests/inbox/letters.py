"""Messages made for the tests of the inbox: real shapes, invented people."""

import io
import zipfile
from typing import Any

from intake.inbox.judgement import judge

SENTENCE = "The harbour was built for grain, and it is grain that must pay for its walls. "
PARAGRAPHS = [f"Part {number}. " + SENTENCE * 4 for number in range(1, 7)]
PIECE = "\n\n".join(PARAGRAPHS)
ARABIC_PARAGRAPH = "بني الميناء من أجل القمح، وعلى القمح أن يدفع ثمن أسواره. " * 6
ARABIC_PIECE = "\n\n".join([ARABIC_PARAGRAPH.strip()] * 4)

ENGLISH_DESK = {"slug": "opinion", "language": "en", "addresses": ["oped@post.example"], "subject_words": []}
ARABIC_DESK = {
    "slug": "rai",
    "language": "ar",
    "addresses": ["rai@post.example"],
    "subject_words": ["مقال رأي", "رأي"],
}
DESKS: list[dict[str, Any]] = [ENGLISH_DESK, ARABIC_DESK]


def mail(
    body: bytes | str = PIECE,
    subject: str = "Op-Ed: Who pays for the harbour",
    sender: str = "Salma Idris <salma@author.example>",
    extra: str = "",
    content_type: str = "text/plain; charset=utf-8",
) -> bytes:
    """Return a message as raw bytes; ``extra`` holds further header lines, each with its line end."""
    head = (
        f"From: {sender}\nTo: oped@post.example\nSubject: {subject}\nMessage-ID: <one@author.example>\n"
        f"Date: Tue, 03 Mar 2026 10:00:00 +0200\nMIME-Version: 1.0\n{extra}Content-Type: {content_type}\n\n"
    )
    return head.encode() + (body.encode() if isinstance(body, str) else body)


def multipart(*parts: str | bytes, kind: str = "mixed", **fields: str) -> bytes:
    """Return a message of parts, each with its own header lines, an empty line and its content."""
    joined = b"".join(
        b"--edge\n" + (part.encode() if isinstance(part, str) else part).rstrip(b"\n") + b"\n" for part in parts
    )
    return mail(joined + b"--edge--\n", content_type=f'multipart/{kind}; boundary="edge"', **fields)


def judged(raw: bytes, **facts: Any) -> dict[str, Any]:
    """Return the judgement in this very process."""
    return judge(raw, desks=DESKS, **facts)


def docx(paragraphs: list[str], heading: str = "") -> bytes:
    """Return a small Word document."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    title = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{heading}</w:t></w:r></w:p>' if heading else ""
    body = title + "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{name}"><w:style w:type="paragraph" w:styleId="Heading1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/styles" Target="styles.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return packed.getvalue()
