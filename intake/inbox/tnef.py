"""Microsoft's winmail.dat opened: the files in it and the author's own text, which Outlook may have put nowhere else.

MS-OXTNEF: a row of objects, two kinds of which hold MAPI properties. No count in it is believed beyond the bytes that
are there. It reads no document: an RTF body comes out as one more file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from compressed_rtf import decompress

from intake.domain import faults
from intake.inbox.charset import clean, decode

MOST_OBJECTS = 5_000
MOST_PROPERTIES = 5_000
MOST_FILES = 100
DEEPEST = 3
LARGEST_RTF = 500_000
"""Bytes of a compressed RTF body; at most nine times as many come out, one by one."""
RTF_NAME = "message.rtf"

_SIGNATURE = 0x223E9F78
_BODY, _TITLE, _DATA, _NEXT_FILE = 0x800C, 0x8010, 0x800F, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODE_PAGE = 0x9003, 0x9005, 0x9007
_TEXT, _HTML, _RTF, _INTERNET_CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
_FIXED = {1: 4, 2: 4, 3: 4, 4: 4, 0xA: 4, 0xB: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_WIDE, _MULTIPLE, _NAMED = 0x1F, 0x1000, 0x8000
_MESSAGE_INSIDE = bytes.fromhex("0703020000000000c000000000000046")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a winmail.dat holds: files as (name, bytes), the body as text and as HTML, and what is wrong with it."""

    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""
    html: str = ""
    defects: tuple[str, ...] = ()


@dataclass(slots=True)
class _File:
    name: str = ""
    data: bytes = b""


def open_tnef(content: bytes, depth: int = 0) -> Opened:
    """Return what is in a winmail.dat; of a damaged one what could be read. Its bytes are kept by the caller."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        return Opened(defects=(faults.TNEF,))
    page, body = "cp1252", {"text": "", "html": ""}
    listed: list[_File] = []
    packed = b""
    for name, data in _objects(content):
        if name == _CODE_PAGE and len(data) >= 4:
            page = _charset(data)
        elif name == _BODY:
            body["text"] = _string(data, page)
        elif name == _MESSAGE_PROPERTIES:
            found = dict(_properties(data))
            internet = _charset(found[_INTERNET_CODE_PAGE][1]) if _INTERNET_CODE_PAGE in found else page
            body["text"] = _told(found, _TEXT, page) or body["text"]
            body["html"] = _told(found, _HTML, internet)
            packed = found.get(_RTF, (0, b""))[1]
        elif name == _NEXT_FILE:
            listed.append(_File())
        elif listed:
            _add(listed[-1], name, data, page)
    return _opened(listed, body, packed, depth)


def _opened(listed: list[_File], body: dict[str, str], packed: bytes, depth: int) -> Opened:
    files: list[tuple[str, bytes]] = []
    defects: list[str] = []
    for file in listed[:MOST_FILES]:
        if file.data.startswith(_MESSAGE_INSIDE) and depth < DEEPEST:
            inner = open_tnef(file.data[len(_MESSAGE_INSIDE) :], depth + 1)
            files += [*inner.files, *([(f"{file.name or 'message'}.txt", inner.text.encode())] if inner.text else [])]
        elif file.data:
            files.append((file.name, file.data))
    if packed and not (body["text"].strip() or body["html"].strip()):
        try:
            if len(packed) > LARGEST_RTF:
                raise ValueError
            files.append((RTF_NAME, bytes(decompress(packed))))
        except Exception:  # the library raises bare Exception and IndexError alike
            defects.append(faults.TNEF_TEXT)
    return Opened(tuple(files), body["text"], body["html"], tuple(defects))


def _add(file: _File, name: int, data: bytes, page: str) -> None:
    if name == _TITLE:
        file.name = file.name or _string(data, page)
    elif name == _DATA:
        file.data = data
    elif name == _FILE_PROPERTIES:
        found = dict(_properties(data))
        told = (_told(found, each, page) for each in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME))
        file.name = next((each for each in told if each), file.name)
        file.data = file.data or found.get(_OBJECT, (0, b""))[1]


def _objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each object's name and content; one that is cut off gives what is there."""
    place = 6
    for _ in range(MOST_OBJECTS):
        if place + 9 > len(content):
            return
        name, _, size = struct.unpack_from("<HHI", content, place + 1)
        yield name, content[place + 9 : place + 9 + size]
        place += size + 11


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Give each property's name with its type and first value; ends where the bytes make no sense any more."""
    place = 4
    try:
        for _ in range(min(struct.unpack_from("<I", data)[0], MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, place)
            place += 4
            if name >= _NAMED:
                by_name, size = struct.unpack_from("<II", data, place + 16)
                place += 24 + (_padded(size) if by_name else 0)
            plain = kind & ~_MULTIPLE
            count = 1
            if kind & _MULTIPLE or plain in _VARIABLE:
                count = struct.unpack_from("<I", data, place)[0]
                place += 4
            if plain in _FIXED:
                size = _FIXED[plain] if count == 1 or plain != 2 else 2
                yield name, (plain, data[place : place + size])
                place += _padded(size * count)
            elif plain in _VARIABLE:
                values, place = _values(data, place, count)
                yield name, (plain, values[0] if values else b"")
            else:
                return
    except struct.error:  # the bytes ended
        return


def _values(data: bytes, place: int, count: int) -> tuple[list[bytes], int]:
    values = []
    for _ in range(min(count, MOST_PROPERTIES)):
        (size,) = struct.unpack_from("<I", data, place)
        values.append(data[place + 4 : place + 4 + size])
        place += 4 + _padded(size)
    return values, place


def _padded(size: int) -> int:
    return size + -size % 4


def _told(found: dict[int, tuple[int, bytes]], name: int, page: str) -> str:
    kind, value = found.get(name, (0, b""))
    return _string(value, "utf-16-le" if kind == _WIDE else page)


def _string(value: bytes, page: str) -> str:
    if page == "utf-16-le":
        return clean(value[: len(value) // 2 * 2].decode("utf-16-le", "replace").rstrip("\x00"))
    return clean(decode(value.rstrip(b"\x00"), page).text)


def _charset(number: bytes) -> str:
    page = int.from_bytes(number[:4], "little")
    return {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 28596: "iso-8859-6"}.get(page, f"cp{page}")
