"""Every leaf of a message sorted into text body, HTML body and attachments, as RFC 8621 section 4.1.4 says.

The standard library's own choice loses op-eds: a message that is a PDF, Apple Mail's text round a picture, a document
inside the HTML branch. It reads no leaf's content.
"""

from dataclasses import dataclass, field
from email.message import Message as Part

from intake.domain import faults
from intake.domain.errors import Unreadable
from intake.inbox.caps import DEEPEST
from intake.inbox.headers import raw_value
from intake.inbox.parameters import parameters

_MEDIA = ("image/", "audio/", "video/")
_NEARLY_PLAIN = frozenset({"text/markdown", "text/x-markdown"})
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part without children: the declared type (lower-case), its parameters, name and disposition as written."""

    part: Part
    media_type: str
    options: dict[str, str]
    disposition: str
    filename: str

    @property
    def embedded(self) -> bool:
        """Tell a picture, sound or film that a mail program shows in the text."""
        return self.media_type.startswith(_MEDIA)


@dataclass(slots=True)
class Sorted:
    """The leaves of one message; a leaf may stand in both bodies when there is only one version of it."""

    text: list[Leaf] = field(default_factory=list)
    html: list[Leaf] = field(default_factory=list)
    attachments: list[Leaf] = field(default_factory=list)
    signatures: list[Leaf] = field(default_factory=list)
    """Neither text nor a file an author meant to send, but kept and listed."""

    def take(self, other: "Sorted") -> None:
        """Add the leaves of a message that was wrapped in this one."""
        self.text += other.text
        self.html += other.html
        self.attachments += other.attachments
        self.signatures += other.signatures


def sort(root: Part) -> Sorted:
    """Return the leaves of a parsed message. Raises Unreadable when it is nested deeper than the cap."""
    found = Sorted()
    _walk(
        [root], "mixed", _Lists(found.text, found.html, found.attachments, found.signatures), alternative=False, depth=0
    )
    return found


@dataclass(slots=True)
class _Lists:
    """The algorithm's three lists; a body is None where an alternative branch has settled that it takes no more."""

    text: list[Leaf] | None
    html: list[Leaf] | None
    attachments: list[Leaf]
    signatures: list[Leaf]


def leaf_of(part: Part) -> Leaf:
    """Return what a part says about itself; an unreadable type counts as text/plain, as RFC 2045 5.2 has it."""
    media_type, options = parameters(raw_value(part, "content-type"))
    if "/" not in media_type:
        media_type = "text/html" if media_type == "html" else "text/plain"
        if part.get_content_type() == "message/rfc822":  # the default inside multipart/digest
            media_type = "message/rfc822"
    elif media_type.count("/") > 1 or media_type.startswith("/") or media_type.endswith("/"):
        media_type = "application/octet-stream"
    disposition, said = parameters(raw_value(part, "content-disposition"))
    filename = said.get("filename") or options.get("name", "")
    if media_type in _NEARLY_PLAIN and not filename:
        media_type = "text/plain"
    return Leaf(part, media_type, options, disposition, filename)


def _walk(parts: list[Part], kind: str, lists: _Lists, *, alternative: bool, depth: int) -> None:
    if depth > DEEPEST:
        raise Unreadable(faults.DEEP, limit=DEEPEST)
    lists = _Lists(
        lists.text, lists.html, lists.attachments, lists.signatures
    )  # what a branch settles holds for that branch only
    before = (len(lists.text or ()), len(lists.html or ()))
    had = (lists.text is not None, lists.html is not None)
    for place, part in enumerate(parts):
        children = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(children, list):
            subtype = part.get_content_subtype()
            _walk(
                [c for c in children if isinstance(c, Part)],
                subtype,
                lists,
                alternative=alternative or subtype == "alternative",
                depth=depth + 1,
            )
        else:
            _place(leaf_of(part), place, kind, lists, alternative=alternative)
    if kind == "alternative" and all(had) and lists.text is not None and lists.html is not None:
        _share_the_only_version(lists.text, lists.html, before)


def _place(leaf: Leaf, place: int, kind: str, lists: _Lists, *, alternative: bool) -> None:
    """Put one leaf where it belongs, settling an alternative branch on its way."""
    if not _inline(leaf, place, kind):
        (lists.signatures if leaf.media_type in SIGNATURES else lists.attachments).append(leaf)
        return
    if kind == "alternative":
        _choose(leaf, lists)
        return
    if alternative and leaf.media_type == "text/plain":
        lists.html = None
    elif alternative and leaf.media_type == "text/html":
        lists.text = None
    if leaf.embedded:  # shown in the text, but for an editor still a file that came along
        lists.attachments.append(leaf)
        return
    for body in (lists.text, lists.html):
        if body is not None:
            body.append(leaf)


def _choose(leaf: Leaf, lists: _Lists) -> None:
    if leaf.media_type == "text/plain" and lists.text is not None:
        lists.text.append(leaf)
    elif leaf.media_type == "text/html" and lists.html is not None:
        lists.html.append(leaf)
    else:
        lists.attachments.append(leaf)


def _inline(leaf: Leaf, place: int, kind: str) -> bool:
    readable = leaf.media_type in {"text/plain", "text/html"} or leaf.embedded
    if leaf.disposition == "attachment" or not readable:
        return False
    return place == 0 or (kind != "related" and (leaf.embedded or not leaf.filename))


def _share_the_only_version(text: list[Leaf], html: list[Leaf], before: tuple[int, int]) -> None:
    """Where an alternative held one version only, it serves as the other body too."""
    if len(text) == before[0] and len(html) != before[1]:
        text.extend(html[before[1] :])
    elif len(html) == before[1] and len(text) != before[0]:
        html.extend(text[before[0] :])
