"""Builds small Word documents for tests: only the parts a test names, nothing a writing program would add."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

STYLES = (
    ("Title", "Title", ""),
    ("Heading1", "heading 1", ""),
    ("Heading2", "heading 2", ""),
    ("Quote", "Quote", ""),
    ("Arab", "Arab", "<w:pPr><w:bidi/></w:pPr>"),
    ("Part", "Our part", '<w:basedOn w:val="Heading1"/>'),
    ("ArabChild", "Arab child", '<w:basedOn w:val="Arab"/>'),
)


def run(text: str, properties: str = "") -> str:
    """Return a run; ``properties`` is the inside of its ``w:rPr``."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str = "", style: str = "", properties: str = "", runs: str = "") -> str:
    """Return a paragraph of ``text`` and then ``runs``; ``properties`` is the inside of its ``w:pPr``."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    plain = run(text) if text else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{plain}{runs}</w:p>"


def item(text: str, number: int = 1, level: int = 0) -> str:
    """Return a list item: list 1 has bullets, list 2 numbers."""
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=numbering)


def relationships(*rows: tuple[str, str, str]) -> str:
    """Return a relationships part from (id, kind, target); a target with a colon lies outside."""
    inner = "".join(
        f'<Relationship Id="{key}" Type="{KINDS}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if ":" in target else "")
        + "/>"
        for key, kind, target in rows
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{inner}</Relationships>'


def _numbering() -> str:
    levels = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">'
        + "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{form}"/></w:lvl>' for level in (0, 1))
        + "</w:abstractNum>"
        for number, form in ((1, "bullet"), (2, "decimal"))
    )
    lists = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    return f'<w:numbering xmlns:w="{W}">{levels}{lists}</w:numbering>'


def _styles() -> str:
    inner = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{rest}</w:style>'
        for key, name, rest in STYLES
    )
    return f'<w:styles xmlns:w="{W}">{inner}</w:styles>'


def parts(body: str, **further: str) -> dict[str, str]:
    """Return the parts of a document by name; in ``further``, double underscores stand for slashes."""
    found = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relationships(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{KINDS}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
    }
    return found | {name.replace("__", "/") + ".xml": content for name, content in further.items()}


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return members as a zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def docx(body: str, **further: str) -> bytes:
    """Return a Word document with the given inside of its ``w:body``."""
    return zipped(parts(body, **further))
