"""Builds small PDF files for tests: lines at places, in Helvetica or in a font whose signs are told by a table."""

from collections.abc import Sequence

Line = tuple[float, float, float, str]
"""Left, bottom and size in points, and the text."""


def _stream(content: bytes, said: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), said.encode(), content)


def _shown(line: Line) -> bytes:
    left, bottom, size, text = line
    if text.isascii():
        font, shown = ("FB", text[1:]) if text.startswith("*") else ("FH", text)
        escaped = "".join(f"\\{sign}" if sign in "()\\" else sign for sign in shown)
        return f"BT /{font} {size} Tf {left} {bottom} Td ({escaped}) Tj ET\n".encode()
    return f"BT /FU {size} Tf {left} {bottom} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()


def _table(ligatures: dict[str, str]) -> bytes:
    """Return a ToUnicode table: every sign is itself, but for the ligatures."""
    rows = "".join(
        f"<{key.encode('utf-16-be').hex()}> <{text.encode('utf-16-be').hex()}>\n" for key, text in ligatures.items()
    )
    signs = [
        f"<{point:04x}> <{point:04x}>" for point in (*range(0x20, 0x7F), *range(0x600, 0x6FF), *range(0xFE70, 0xFF00))
    ]
    signs = [sign for sign in signs if chr(int(sign[1:5], 16)) not in ligatures]
    parts = [signs[start : start + 90] for start in range(0, len(signs), 90)]
    listed = "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)
    more = f"{len(ligatures)} beginbfchar\n{rows}endbfchar\n" if ligatures else ""
    return (
        "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{listed}{more}endcmap end"
    ).encode()


def pdf(
    pages: Sequence[Sequence[Line]],
    info: str = "",
    links: Sequence[tuple[str, str]] = (),
    ligatures: dict[str, str] | None = None,
    trailer: str = "",
) -> bytes:
    """Return a PDF; ``links`` are boxes ("0 0 9 9") and addresses on the first page, ``info`` properties as PDF.

    A line of other signs than ASCII stands as one sees it, from the left; one that begins with * is bold.
    """
    notes = " ".join(f"<< /Subtype /Link /Rect [{box}] /A << /S /URI /URI ({address}) >> >>" for box, address in links)
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
        5: b"<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H /DescendantFonts [6 0 R] "
        b"/ToUnicode 7 0 R >>",
        6: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /DW 500 /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 9 0 R >>",
        7: _stream(_table(ligatures or {})),
        8: f"<< {info} >>".encode(),
        9: b"<< /Type /FontDescriptor /FontName /U /Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] /Flags 4 >>",
    }
    for number, lines in enumerate(pages):
        fonts = "/Resources << /Font << /FH 3 0 R /FB 4 0 R /FU 5 0 R >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {fonts} /Contents {11 + 2 * number} 0 R"
        objects[10 + 2 * number] = f"{page} /Annots [{notes if number == 0 else ''}] >>".encode()
        objects[11 + 2 * number] = _stream(b"".join(map(_shown, lines)))
    return written(objects, f"/Root 1 0 R /Info 8 0 R {trailer}")


def written(objects: dict[int, bytes], trailer: str) -> bytes:
    """Return objects as a file with its table of places."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, last = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % last
    for number in range(1, last):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + f"trailer << /Size {last} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
