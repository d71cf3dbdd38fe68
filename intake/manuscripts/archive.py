"""The guard before a zip archive is read: counts real inflated bytes and parses every XML part for what must not be.

It trusts none of the sizes the archive declares, writes nothing to disk and fetches nothing.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from intake.domain.errors import TooLarge, Unreadable
from intake.manuscripts import refusals

MOST_MEMBERS = 2_000
LARGEST_MEMBER = 50_000_000
LARGEST_TOTAL = 100_000_000
LARGEST_XML = 20_000_000
"""Bytes of one XML part that is kept in memory as a tree."""
MOST_ELEMENTS = 100_000
DEEPEST = 100
"""Elements within elements; the reader of a document calls itself for each."""

_CHUNK = 1 << 16


def unpack(data: bytes, wanted: frozenset[str] | None = None) -> dict[str, bytes]:
    """Return the XML parts of an office document by name; pictures and other members are counted, not kept.

    ``wanted`` names the parts to look into where the others may not be judged as XML: old OpenDocument files declare
    a document type in their list of parts. Raises TooLarge for an archive beyond the limits, Unreadable for a damaged,
    locked or hostile one.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _judge(members)
            return dict(_parts(archive, members, wanted))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(refusals.DAMAGED, cause=str(error)) from error


def _judge(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise TooLarge(refusals.TOO_MANY_PARTS, count=len(members), limit=MOST_MEMBERS)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise Unreadable(refusals.SAME_NAME)
    for member in members:
        if member.flag_bits & 0x1:
            raise Unreadable(refusals.LOCKED)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable(refusals.LINK)
    _judge_places(members)


def _judge_places(members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes: the trick of bombs that look small (Fifield, WOOT 2019)."""
    reached = -1
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < reached:
            raise Unreadable(refusals.OVERLAP)
        # 30 bytes of local header, then the name; an extra field may follow and is not counted.
        reached = member.header_offset + 30 + len(member.orig_filename.encode("utf-8")) + member.compress_size


def _parts(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], wanted: frozenset[str] | None
) -> Iterator[tuple[str, bytes]]:
    total = 0
    for member in members:
        content = bytearray()
        size = 0
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                total += len(chunk)
                if size > LARGEST_MEMBER or total > LARGEST_TOTAL:
                    raise TooLarge(refusals.UNPACKS_TOO_LARGE, limit=LARGEST_TOTAL // 10**6)
                if len(content) <= LARGEST_XML:
                    content += chunk
        if (wanted is None or member.filename in wanted) and _is_xml(member.filename, bytes(content[:64])):
            yield member.filename, _judged_xml(member.filename, bytes(content))


def _is_xml(name: str, head: bytes) -> bool:
    if name.lower().endswith(".svg"):
        return False
    return name.lower().endswith((".xml", ".rels")) or b"<" in head.replace(b"\x00", b"").lstrip()[:4]


def _judged_xml(name: str, content: bytes) -> bytes:
    """Return an XML part without a document type, of bounded size and depth."""
    if len(content) > LARGEST_XML:
        raise TooLarge(refusals.PART_TOO_LARGE, part=name, limit=LARGEST_XML // 10**6)
    parser = expat.ParserCreate()
    counter = _Counter()
    parser.StartDoctypeDeclHandler = counter.doctype
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unreadable(refusals.DAMAGED, cause=f"{name}: {error}") from error
    return content


class _Counter:
    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0

    def doctype(self, *_: object) -> None:
        raise Unreadable(refusals.ENTITIES)

    def start(self, *_: object) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS or self.depth > DEEPEST:
            raise TooLarge(refusals.TOO_DEEP)

    def end(self, *_: object) -> None:
        self.depth -= 1
