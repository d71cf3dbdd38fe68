"""What kind of document some bytes are, told by content; the file's name decides only between kinds of text.

It opens nothing but what OpenDocument says of itself: a zip archive's own list of names is all it else looks at.
"""

import io
import zipfile
import zlib

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

READABLE = frozenset((DOCX, DOCM, ODT, RTF, PDF, HTML, PLAIN, MARKDOWN))

SUFFIXES = (".docx", ".odt", ".rtf", ".pdf", ".md", ".txt", ".html")
"""What readable documents are called, for a form's file field and its words."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OTHER_OFFICE = {"xl/": f"{_OFFICE}spreadsheetml.sheet", "ppt/": f"{_OFFICE}presentationml.presentation"}
_MOST_SAID = 1 << 20
"""Bytes of an OpenDocument's own list of parts that are looked at."""

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
            if "mimetype" in names and names & {"content.xml", "encrypted-package"}:
                return _open_document(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return ZIP
    if any(name.startswith("word/") for name in names):
        return DOCM if any(name.lower().endswith("vbaproject.bin") for name in names) else DOCX
    for folder, media_type in _OTHER_OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return media_type
    return PAGES if any(name.lower().endswith(".iwa") for name in names) else ZIP


def _open_document(archive: zipfile.ZipFile) -> str:
    said = _start(archive, "mimetype", 200).decode("ascii", "replace").strip()
    if "encrypted-package" in archive.namelist() or b"encryption-data" in _start(
        archive, "META-INF/manifest.xml", _MOST_SAID
    ):
        return ENCRYPTED
    if said.startswith(ODT):  # also a template of texts, a master document, a text for the web
        return ODT
    return said if said.startswith("application/vnd.") and said.isascii() and said.isprintable() else ZIP


def _start(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as member:
        return member.read(size)


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
