"""Rich Text Format (.rtf) → a manuscript: what Word, WordPad, TextEdit and LibreOffice write; changes as accepted.

Our own reader: striprtf, the one library kept up, gives text without headings, notes and comments, reads every font
in one code page and takes deleted text for text. Pictures, objects and fields are passed over, nothing is fetched.
The format's grammar is in ``rtf_words``, its tables in ``rtf_tables``, the paragraphs in ``rtf_blocks``.
"""

import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace

from intake.domain.errors import TooLarge
from intake.domain.text import one_line
from intake.manuscripts import cautions, kinds, refusals
from intake.manuscripts.assembling import assemble, main_direction, with_notes
from intake.manuscripts.manuscript import Comment, Manuscript
from intake.manuscripts.rtf_blocks import Look, Piece, Place, written
from intake.manuscripts.rtf_group import LOOKS, Field, Group
from intake.manuscripts.rtf_tables import Tables
from intake.manuscripts.rtf_words import Token, decoded, paired, tokens, unicode_sign

MOST_TOKENS = 600_000
DEEPEST = 400
"""Groups within groups."""

_SIGNS = {"~": "\u00a0", "_": "\u2011", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}", "\t": " "}
_LETTERS = {
    "tab": " ", "line": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emdash": "—",
    "endash": "–", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f", "page": " ", "column": " ",
}  # fmt: skip
_PASSED = frozenset((
    "colortbl", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "ftnsep",
    "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "objdata", "objclass", "objname", "nonshppict",
    "shprslt", "nonesttables", "nesttableprops", "xe", "tc", "rxe", "bkmkstart", "bkmkend", "datafield", "themedata",
    "mmathPict", "template", "revtbl", "pgptbl", "atnref", "atnid", "filetbl", "private", "keycode", "sp", "formfield",
))  # fmt: skip
"""Groups whose text is none of the piece."""
_TABLES = frozenset(("fonttbl", "stylesheet", "listtable", "listoverridetable", "info", "generator"))
_PLACES = frozenset(("footnote", "annotation", "shptxt", "dptxbxtext"))
_READ = frozenset(("shpinst", "shppict", "moMath", "mmath", "shpgrp", "do"))
"""Groups marked as ignorable that are read nevertheless."""
_AIMS = {
    "pntext": "marker",
    "listtext": "marker",
    "pn": "old list",
    "fldinst": "fldinst",
    "atnauthor": "atnauthor",
    "upr": "pass",
    "ud": "text",
}
_LINK = re.compile(r"\s*HYPERLINK\s+(?:\"([^\"]*)\"|([^\s\\]+))")
_CONTENTS = re.compile(r"\s*(?:TOC|PAGE|NUMPAGES|INDEX)\b")


def read_rtf(data: bytes) -> Manuscript:
    """Return the manuscript in an .rtf file. Raises Unreadable when it is empty, TooLarge beyond the limits."""
    reading = _Reading()
    for count, token in enumerate(tokens(data)):
        if count > MOST_TOKENS or len(reading.groups) > DEEPEST:
            raise TooLarge(refusals.TOO_DEEP)
        reading.take(token)
    return reading.finish()


class _Reading:
    """Goes through the tokens of one document."""

    def __init__(self) -> None:
        self.groups = [Group()]
        self.tables = Tables()
        self.places = [Place()]
        self.boxes: list[Place] = []
        self.notes: list[Place] = []
        self.comments: list[Comment] = []
        self.author = ""
        self.pictures = 0
        self.seen: set[str] = set()
        self._bytes = bytearray()
        self._skip = 0
        self._starred = False
        self._fresh = False

    @property
    def now(self) -> Group:
        """Return the innermost group."""
        return self.groups[-1]

    def take(self, token: Token) -> None:
        """Take one token."""
        if token.kind in {"text", "byte"}:
            self._fresh = False
            self._take_bytes(token)
            return
        if self._skip and token.kind in {"word", "sign"} and token.name not in {"u", "*"}:
            self._skip -= 1
            return
        if token.kind == "word" and token.name == "u":
            self._flush()
            self._say(unicode_sign(token.number or 0))
            self._skip = self.now.fallback
            return
        self._flush()
        getattr(self, f"_{token.kind}")(token)

    def _take_bytes(self, token: Token) -> None:
        if self._skip:
            passed = min(self._skip, len(token.raw))
            self._skip -= passed
            token = token._replace(raw=token.raw[passed:])
        if self.now.aim != "pass":
            self._bytes += token.raw

    def _flush(self) -> None:
        if self._bytes:
            raw, self._bytes = bytes(self._bytes), bytearray()
            self._say(decoded(raw, self._codec()))

    def _codec(self) -> str:
        fonts, slot = self.now.fonts, self.now.slot
        return self.tables.codec(fonts.get(slot, fonts.get("loch", self.tables.default_font)))

    def _open(self, _: Token) -> None:
        self._skip = 0
        inner = copy(self.now)
        inner.opened, inner.fonts = "", dict(inner.fonts)
        if inner.aim == "table":
            self.tables.open()
        self.groups.append(inner)
        self._fresh = True
        self._starred = False

    def _close(self, _: Token) -> None:
        self._skip = 0
        if len(self.groups) == 1:
            return
        closed = self.groups.pop()
        if closed.aim == "table":
            self.tables.close()
        if closed.opened:
            self._leave(closed)

    def _leave(self, closed: Group) -> None:
        place = self.places.pop()
        place.end(closed.look)
        if closed.opened == "footnote":
            self.notes.append(place)
            self._say(f"[{len(self.notes)}]", marks=("sup",))
        elif closed.opened == "annotation":
            self.comments.append(Comment(paired(one_line(self.author)), paired(one_line(place.text))))
            self.author = ""
        else:
            self.boxes.append(place)

    def _sign(self, token: Token) -> None:
        if token.name == "*":
            self._starred = self._fresh
            return
        if token.name in "\r\n":
            self.par()
        elif token.name in _SIGNS:
            self._say(_SIGNS[token.name])
        self._fresh = False

    def _word(self, token: Token) -> None:
        fresh, self._fresh = self._fresh, False
        starred, self._starred = self._starred, False
        name, number = token.name, token.number
        if self.now.aim == "table":
            if name != "upr":
                self.tables.word(name, number)
            return
        if (fresh or starred) and self._enters(name, starred=starred):
            return
        if self.now.aim == "pass":
            return
        if name in _LETTERS:
            self._say(_LETTERS[name])
        else:
            self._act(name, number)

    def _act(self, name: str, number: int | None) -> None:
        if look := LOOKS.get(name):
            look(self.now, self.tables, name, number)
        elif action := _ACTIONS.get(name):
            action(self, name, number)

    def _enters(self, name: str, *, starred: bool) -> bool:
        """Begin a group of a meaning of its own; tell whether its first word did."""
        group = self.now
        if group.aim == "pass" and name != "ud":
            return True
        if name in _PASSED:
            group.aim = "pass"
            self.seen |= {name} & {"objdata"}
            self.pictures += name == "pict"
        elif name in _TABLES:
            group.aim = "table"
            self.tables.begin(name)
        elif name in _PLACES:
            group.opened, group.look, group.href = name, Look(), ""
            group.hidden = group.deleted = group.raised = False
            self.places.append(Place())
        elif name in _AIMS:
            group.aim = _AIMS[name]
        elif name == "fldrslt":
            self._result(group)
        elif starred and name not in _READ:
            group.aim = "pass"
        else:
            return False
        return True

    def _result(self, group: Group) -> None:
        said = group.field.said if group.field else ""
        link = _LINK.match(said)
        if _CONTENTS.match(said):
            group.aim = "pass"
        elif link:
            group.href = link[1] or link[2] or ""

    def _say(self, text: str, marks: tuple[str, ...] | None = None) -> None:
        group = self.now
        if group.aim == "text":
            if group.deleted or group.hidden:
                self.seen.add("hidden" if group.hidden and text.strip() else "")
                return
            self.places[-1].add(Piece(text, self._marks() if marks is None else marks, group.href))
        elif group.aim == "table":
            self.tables.text(text)
        elif group.aim == "fldinst" and group.field:
            group.field.said = (group.field.said + text)[:4000]
        elif group.aim == "atnauthor":
            self.author += text
        elif group.aim == "marker":
            self._mark(text)

    def _mark(self, text: str) -> None:
        """Take a list's own sign or number as what kind of list it is."""
        outer = next((group for group in reversed(self.groups) if group.aim != "marker"), self.groups[0])
        if any(sign.isalnum() for sign in text):
            outer.look = replace(outer.look, numbered=True)
        elif text.strip() and outer.look.numbered is None:
            outer.look = replace(outer.look, numbered=False)

    def _marks(self) -> tuple[str, ...]:
        group = self.now
        said = (("sup", group.raised), ("em", group.italic), ("strong", group.bold))
        return tuple(mark for mark, holds in said if holds)

    def par(self, *_: object) -> None:
        """End the paragraph in hand; text boxes in it follow."""
        if self.now.aim != "text":
            return
        self.places[-1].end(self.now.look)
        if len(self.places) == 1 and self.boxes:
            for box in self.boxes:
                self.places[0].paragraphs += box.paragraphs
            self.boxes = []

    def finish(self) -> Manuscript:
        """Return what was read."""
        self._flush()
        while len(self.groups) > 1:
            self._close(Token("close"))
        self.par()
        body, *_ = self.places
        main = main_direction(" ".join(place.text for place in (body, *self.notes)))
        notes = [paired(written(place.paragraphs, main)) for place in self.notes]
        return assemble(
            kinds.RTF,
            with_notes(paired(written(body.paragraphs, main)), notes),
            warnings=self._warnings(),
            properties={key: paired(value) for key, value in self.tables.properties().items()},
            comments=[comment for comment in self.comments if comment.text or comment.author],
        )

    def _warnings(self) -> Iterator[str]:
        if "tracked" in self.seen:
            yield cautions.TRACKED
        if "hidden" in self.seen:
            yield cautions.HIDDEN
        if self.pictures:
            yield cautions.PICTURES % {"count": self.pictures}
        if "objdata" in self.seen:
            yield cautions.OBJECT
        if "table" in self.seen:
            yield cautions.TABLE


def _hidden(reading: _Reading, name: str, number: int | None) -> None:
    del name
    reading.now.hidden = number != 0


def _tracked(reading: _Reading, name: str, number: int | None) -> None:
    if number != 0:
        reading.seen.add("tracked")
    if name == "deleted":
        reading.now.deleted = number != 0


def _old_list(reading: _Reading, name: str, _: int | None) -> None:
    outer = reading.groups[-2] if len(reading.groups) > 1 else reading.now
    outer.look = replace(outer.look, numbered=name != "pnlvlblt")


def _cell(reading: _Reading, name: str, _: int | None) -> None:
    reading.seen.add("table")
    if name == "intbl":
        reading.now.look = replace(reading.now.look, table=True)
    else:
        reading.par()


def _begin_field(reading: _Reading, *_: object) -> None:
    reading.now.field = Field()


_ACTIONS: dict[str, Callable[[_Reading, str, int | None], None]] = {
    "par": _Reading.par,
    "sect": _Reading.par,
    "v": _hidden,
    "field": _begin_field,
    **dict.fromkeys(("deleted", "revised"), _tracked),
    **dict.fromkeys(("pnlvlblt", "pnlvlbody", "pnlvlcont"), _old_list),
    **dict.fromkeys(("cell", "nestcell", "row", "nestrow", "intbl"), _cell),
}
"""What further control words do; those missing here and in ``LOOKS`` mean nothing for the words of a piece."""
