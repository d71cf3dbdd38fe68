"""Builders of what Microsoft's programs send: a winmail.dat (MS-OXTNEF)."""

import struct

MESSAGE, ATTACHMENT = 1, 2
MAPI_PROPS, ATTACH_PROPS = (0x0006, 0x9003), (0x0006, 0x9005)
BODY, BODY_HTML, RTF = 0x1000, 0x1013, 0x1009
LONG_NAME = 0x3707
UNICODE, BINARY = 0x001F, 0x0102


def _object(level: int, kind: tuple[int, int], content: bytes) -> bytes:
    head = struct.pack("<BHHI", level, kind[1], kind[0], len(content))
    return head + content + struct.pack("<H", sum(content) & 0xFFFF)


def _property(name: int, kind: int, value: bytes) -> bytes:
    padded = value + b"\x00" * (-len(value) % 4)
    return struct.pack("<HHII", kind, name, 1, len(value)) + padded


def _properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\x00\x00"


def rtf(text: str) -> bytes:
    """Return an RTF body in the uncompressed dress of MS-OXRTFCP."""
    content = text.encode("ascii")
    return struct.pack("<III", len(content) + 12, len(content), 0x414C454D) + b"\x00" * 4 + content


def winmail(files: dict[str, bytes], text: str = "", html: str = "", packed_rtf: bytes = b"") -> bytes:
    """Return a winmail.dat with files, and the body as text, HTML or compressed RTF."""
    props = []
    if text:
        props.append(_property(BODY, UNICODE, _wide(text)))
    if html:
        props.append(_property(BODY_HTML, BINARY, html.encode()))
    if packed_rtf:
        props.append(_property(RTF, BINARY, packed_rtf))
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _object(MESSAGE, (0x0006, 0x9007), struct.pack("<II", 1252, 0))
    if props:
        out += _object(MESSAGE, MAPI_PROPS, _properties(*props))
    for name, content in files.items():
        out += _object(ATTACHMENT, (0x0006, 0x9002), b"\x01\x00" + b"\x00" * 12)
        out += _object(ATTACHMENT, (0x0001, 0x8010), b"SHORT~1.DAT\x00")
        out += _object(ATTACHMENT, (0x0006, 0x800F), content)
        out += _object(ATTACHMENT, ATTACH_PROPS, _properties(_property(LONG_NAME, UNICODE, _wide(name))))
    return out
