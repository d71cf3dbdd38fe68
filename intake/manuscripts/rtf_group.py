"""What holds inside a group of rich text, and the control words that change it: fonts, marks, the paragraph's look.

It takes no text and opens no group: that is ``rtf``'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from intake.manuscripts.rtf_blocks import Look
from intake.manuscripts.rtf_tables import Tables
from intake.manuscripts.rtf_words import codec_of

_MARKS = {"b": "bold", "i": "italic", "ab": "bold", "ai": "italic"}


@dataclass(slots=True)
class Field:
    """A field whose instruction is read before its result."""

    said: str = ""


@dataclass(slots=True)
class Group:
    """What holds in a group and ends with it. ``aim`` says what its text is: text, pass, table, marker, fldinst …"""

    aim: str = "text"
    fallback: int = 1
    slot: str = "loch"
    fonts: dict[str, int] = field(default_factory=dict)
    bold: bool = False
    italic: bool = False
    raised: bool = False
    hidden: bool = False
    deleted: bool = False
    href: str = ""
    look: Look = field(default_factory=Look)
    list: int = 0
    opened: str = ""
    """The place this group opened: a note, a comment, a box."""
    field: Field | None = None


def _toggle(group: Group, _tables: Tables, name: str, number: int | None) -> None:
    # \ab and \ai are about text from the right, \b and \i about the rest; which holds, \rtlch and \ltrch said.
    if (name[0] == "a") == (group.slot == "rtl"):
        setattr(group, _MARKS[name], number != 0)


def _plain(group: Group, *_: object) -> None:
    group.bold = group.italic = group.raised = group.hidden = group.deleted = False
    group.fonts, group.slot = {}, "loch"


def _raised(group: Group, _tables: Tables, name: str, number: int | None) -> None:
    group.raised = name in {"super", "up"} and number != 0


def _font(group: Group, _tables: Tables, name: str, number: int | None) -> None:
    group.fonts["loch" if name == "f" else group.slot] = number or 0


def _slot(group: Group, _tables: Tables, name: str, _: int | None) -> None:
    group.slot = {"rtlch": "rtl", "ltrch": "loch"}.get(name, name)


def _pard(group: Group, *_: object) -> None:
    group.look, group.list = Look(), 0


def _list(group: Group, tables: Tables, name: str, number: int | None) -> None:
    if name == "ls":
        group.list = number or 0
    else:
        group.look = replace(group.look, level=max(0, number or 0))
    if group.list:
        numbered = tables.numbered(group.list, group.look.level)
        group.look = replace(group.look, numbered=bool(group.look.numbered) if numbered is None else numbered)
    elif name == "ls":
        group.look = replace(group.look, numbered=None)


def _style(group: Group, tables: Tables, _: str, number: int | None) -> None:
    name, outline = tables.style(number or 0)
    group.look = replace(group.look, style=name, outline=outline)


def _outline(group: Group, _tables: Tables, _: str, number: int | None) -> None:
    group.look = replace(group.look, outline=number)


def _direction(group: Group, _tables: Tables, name: str, _: int | None) -> None:
    group.look = replace(group.look, right_to_left=name == "rtlpar")


def _fallback(group: Group, _tables: Tables, _: str, number: int | None) -> None:
    group.fallback = max(0, min(number or 0, 10))


def _page(_group: Group, tables: Tables, name: str, number: int | None) -> None:
    pages = {"ansicpg": number or 1252, "mac": 10000, "pc": 437, "pca": 850}
    tables.code_page = codec_of(pages[name])


def _default_font(_group: Group, tables: Tables, _: str, number: int | None) -> None:
    tables.default_font = number or 0


LOOKS: dict[str, Callable[[Group, Tables, str, int | None], None]] = {
    "plain": _plain,
    "pard": _pard,
    "s": _style,
    "outlinelevel": _outline,
    "uc": _fallback,
    "deff": _default_font,
    **dict.fromkeys(_MARKS, _toggle),
    **dict.fromkeys(("f", "af"), _font),
    **dict.fromkeys(("ls", "ilvl"), _list),
    **dict.fromkeys(("super", "nosupersub", "up", "sub", "dn"), _raised),
    **dict.fromkeys(("rtlch", "ltrch", "loch", "hich", "dbch"), _slot),
    **dict.fromkeys(("rtlpar", "ltrpar"), _direction),
    **dict.fromkeys(("ansicpg", "mac", "pc", "pca"), _page),
}
"""What a control word changes in its group or the tables."""
