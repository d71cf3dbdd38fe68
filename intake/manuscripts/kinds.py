"""What kind of document some bytes are, told by content; the file's name decides only between kinds of text.

It opens nothing: a zip archive's own list of names is all it looks at.
"""

import io
import zipfile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroenabled.12"
HTML = "text/html"
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
ODT = "application/vnd.oasis.opendocument.text"
PAGES = "application/vnd.apple.pages"
PDF = "application/pdf"
RTF = "application/rtf"
DOC = "application/msword"
ENCRYPTED = "application/encrypted"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"

READABLE = frozenset((DOCX, DOCM, HTML, PLAIN, MARKDOWN))

_STARTS = (
    (b"{\\rtf", RTF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%!PS", "application/postscript"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = ("<!doctype html", "<html", "<head", "<body", "<?xml")


def kind_of(data: bytes, filename: str = "") -> str:
    """Return the media type of a document's bytes."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16]
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(_OLE):
        return ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in data else DOC
    if data.startswith(b"PK"):
        return _archived(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return _textual(data, filename.lower())


def _archived(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if any(name.startswith("word/") for name in names):
        return DOCM if any(name.lower().endswith("vbaproject.bin") for name in names) else DOCX
    if "content.xml" in names and "mimetype" in names:
        return ODT
    return PAGES if any(name.lower().endswith(".iwa") for name in names) else ZIP


def _textual(data: bytes, filename: str) -> str:
    if b"\x00" in data and not data.startswith(_UTF16):
        return UNKNOWN
    start = (
        data[:2048].decode("utf-16" if data.startswith(_UTF16) else "latin-1", "ignore").lstrip("ï»¿ \t\r\n").lower()
    )
    if start.startswith(_MARKUP[:4]) or ("<html" in start and start.startswith(_MARKUP)):
        return HTML
    if filename.endswith((".html", ".htm", ".xhtml")):
        return HTML
    return MARKDOWN if filename.endswith((".md", ".markdown")) else PLAIN
