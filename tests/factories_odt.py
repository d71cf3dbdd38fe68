"""Builds small OpenDocument texts for tests: only what a test names, nothing a writing program would add."""

from tests.factories_docx import zipped

KIND = "application/vnd.oasis.opendocument.text"
NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
_NAMES = "".join(f' xmlns:{key}="{name}"' for key, name in NAMES.items())


def p(inside: str, style: str = "") -> str:
    """Return a paragraph of XML."""
    return f'<text:p text:style-name="{style}">{inside}</text:p>'


def style(name: str, inside: str = "", parent: str = "") -> str:
    """Return a style with properties as XML."""
    return f'<style:style style:name="{name}" style:parent-style-name="{parent}">{inside}</style:style>'


def odt(body: str, styles: str = "", named: str = "", meta: str = "", **further: str | bytes) -> bytes:
    """Return an OpenDocument text; double underscores in the names of further members stand for slashes."""
    members: dict[str, str | bytes] = {
        "mimetype": KIND,
        "content.xml": (
            f"<office:document-content{_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        ),
        "styles.xml": f"<office:styles{_NAMES}>{named}</office:styles>",
        "meta.xml": f"<office:document-meta{_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
    }
    return zipped(members | {name.replace("__", "/"): content for name, content in further.items()})
