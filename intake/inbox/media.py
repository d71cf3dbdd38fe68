"""What a file is, by its content and never by its name; and the part it may play. It opens no document."""

import io
import re
import zipfile

ROLES = ("manuscript", "image", "message", "other")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
MANUSCRIPTS = frozenset(
    {DOCX, ODT, "application/rtf", "application/pdf", "text/plain", "text/markdown", "text/html", "application/msword"}
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"%!PS", "application/postscript"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
)
_HTML = re.compile(rb"^\s*(?:<!doctype\s+html|<html|<head|<body|<\?xml[^>]*>\s*<html)", re.IGNORECASE)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MEMBERS = 2_000


def sniff(content: bytes, declared: str, filename: str) -> str:
    """Return the media type the content shows; the declaration and the name only tell kinds of text apart."""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return _ole(declared, filename) if media_type == "application/x-ole-storage" else media_type
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "application/octet-stream"
    return _text(content, declared, filename)


def role_of(media_type: str) -> str:
    """Return the part a file of this type may play: manuscript, image, message or other."""
    if media_type in MANUSCRIPTS:
        return "manuscript"
    if media_type.startswith("image/") and media_type != "image/svg+xml":
        return "image"
    return "message" if media_type == "message/rfc822" else "other"


def _text(content: bytes, declared: str, filename: str) -> str:
    head = content[:4096]
    if _HTML.match(head):
        return "text/html"
    if _SVG.search(head):
        return "image/svg+xml"
    suffix = filename.lower().rpartition(".")[2]
    if suffix in {"md", "markdown"} or declared == "text/markdown":
        return "text/markdown"
    if suffix in {"txt", "text"} or declared == "text/plain":
        return "text/plain"
    if declared == "text/html":
        return "text/html"
    return declared if declared.startswith("text/") or declared == "application/json" else "application/octet-stream"


def _ole(declared: str, filename: str) -> str:
    word = filename.lower().endswith((".doc", ".dot")) or declared == "application/msword"
    return "application/msword" if word else "application/x-ole-storage"


def _zipped(content: bytes) -> str:
    """Tell a Word or OpenDocument text from another zip, by member names only."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:_MEMBERS]
            kind = archive.read("mimetype")[:100] if "mimetype" in names and _small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, RuntimeError, NotImplementedError):
        return "application/zip"
    if kind.strip() == ODT.encode():
        return ODT
    return DOCX if any(name.startswith("word/document") for name in names) else "application/zip"


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return archive.getinfo(name).file_size < 1000
