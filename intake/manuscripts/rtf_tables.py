"""The tables at the head of a rich text: fonts and their code pages, styles, lists, and the document's properties.

It is told words and text one by one by ``rtf`` and reads no bytes.
"""

from dataclasses import dataclass, field

from intake.domain.text import one_line
from intake.manuscripts.rtf_words import CHARSETS, codec_of

_BULLETS = frozenset((23, 255))
"""Kinds of numbers (``\\levelnfc``) that are none."""
_PROPERTIES = {
    "title": "title",
    "author": "author",
    "operator": "last_modified_by",
    "company": "company",
    "creatim": "created",
    "revtim": "modified",
}
_OTHERS = frozenset(("subject", "doccomm", "keywords", "category", "manager", "hlinkbase", "printim", "buptim"))
_CLOCK = ("yr", "mo", "dy", "hr", "min")


@dataclass(slots=True)
class _Row:
    """One entry while it is read."""

    numbers: dict[str, int] = field(default_factory=dict)
    text: str = ""
    key: str = ""


@dataclass(slots=True)
class Tables:
    """What the tables said so far."""

    code_page: str = "cp1252"
    default_font: int = 0
    _table: str = ""
    _rows: list[_Row] = field(default_factory=list)
    _levels: list[int] = field(default_factory=list)
    _fonts: dict[int, str] = field(default_factory=dict)
    _styles: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    _lists: dict[int, list[int]] = field(default_factory=dict)
    _overrides: dict[int, int] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """Begin a table; its group is its first entry, for those that need no groups."""
        self._table, self._rows = name, [_Row(key=name)]

    def open(self) -> None:
        """Begin an entry, or a part of one."""
        self._rows.append(_Row(key=self._rows[-1].key if self._rows else ""))

    def close(self) -> None:
        """End the entry or part in hand."""
        if not self._rows:
            return
        row = self._rows.pop()
        match self._table:
            case "fonttbl":
                self._font(row)
            case "stylesheet":
                self._style(row)
            case "listtable":
                self._list(row)
            case "listoverridetable" if "ls" in row.numbers:
                self._overrides[row.numbers["ls"]] = row.numbers.get("listid", 0)
            case "info" | "generator":
                self._property(row)

    def word(self, name: str, number: int | None) -> None:
        """Take a control word of a table."""
        if not self._rows:
            return
        row = self._rows[-1]
        if self._table == "fonttbl" and name == "f" and "f" in row.numbers:
            self._font(row)  # fonts without groups of their own
            row.numbers.clear()
        if self._table == "info" and (name in _PROPERTIES or name in _OTHERS):
            row.key = name
        if name in {"uc", "u"}:
            return
        row.numbers[name] = 0 if number is None else number

    def text(self, text: str) -> None:
        """Take text of a table."""
        if self._rows:
            self._rows[-1].text += text

    def _font(self, row: _Row) -> None:
        if "f" in row.numbers:
            charset, page = row.numbers.get("fcharset", 1), row.numbers.get("cpg", 0)
            self._fonts[row.numbers["f"]] = codec_of(page) if page else CHARSETS.get(charset, f"charset {charset}")

    def codec(self, font: int) -> str:
        """Return the codec of a font's bytes.

        A font that says "western" is taken at its word only where other fonts name the document's code page: many
        writers call every font western and mean the document's.
        """
        found = self._fonts.get(font, "")
        if found == "charset 0" and self.code_page in self._fonts.values():
            return "cp1252"
        return self.code_page if not found or found.startswith("charset ") else found

    def _style(self, row: _Row) -> None:
        if row.text.strip() and "cs" not in row.numbers and "ts" not in row.numbers:
            number, base = row.numbers.get("s", 0), self._styles.get(row.numbers.get("sbasedon", -1), ("", None))
            name = row.text.partition(";")[0].strip().casefold()
            self._styles[number] = (name, row.numbers.get("outlinelevel", base[1]))

    def style(self, number: int) -> tuple[str, int | None]:
        """Return a paragraph style's name in lower case, and its outline level."""
        return self._styles.get(number, ("", None))

    def _list(self, row: _Row) -> None:
        if "levelnfc" in row.numbers or "levelnfcn" in row.numbers:
            self._levels.append(row.numbers.get("levelnfc", row.numbers.get("levelnfcn", 0)))
        elif "listid" in row.numbers:
            self._lists[row.numbers["listid"]], self._levels = self._levels, []

    def numbered(self, override: int, level: int) -> bool | None:
        """Tell whether a list counts its items at a level; None when no table says."""
        levels = self._lists.get(self._overrides.get(override, 0), [])
        return levels[min(level, len(levels) - 1)] not in _BULLETS if levels else None

    def _property(self, row: _Row) -> None:
        if self._rows and self._rows[-1].key == row.key:
            self._rows[-1].text += row.text
            return
        value = one_line(row.text.rstrip(";"))[:500]
        if row.key in {"creatim", "revtim"} and row.numbers.get("yr"):
            year, month, day, hour, minute = (row.numbers.get(part, 0) for part in _CLOCK)
            value = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"
        key = "producer" if self._table == "generator" else _PROPERTIES.get(row.key, "")
        if key and value:
            self._said[key] = value

    def properties(self) -> dict[str, str]:
        """Return what the document says of itself."""
        return dict(self._said)
