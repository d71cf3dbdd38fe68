"""Raw mails of the demo: a story as a message (text, HTML, Word, forwarded), and the loose mails in ``mails``.

It builds bytes and puts nothing into the spool.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape
from pathlib import Path

from intake.demo.stories import ROOM, Story

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
ANSWERS = "answers.example"
"""A loose mail to ``<story>@`` this domain answers the letters that went out about that story's piece."""
DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def message(story: Story, to: str, at: datetime) -> bytes:
    """Return the mail (RFC 5322) by which a story's author sends it, or somebody else sends it on."""
    mail = EmailMessage()
    mail["From"] = formataddr(sender(story))
    mail["To"] = to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{story.key}@author.example>"
    word = "مقال رأي" if story.language == "ar" else "Op-Ed"
    subject = story.said("subject") or f"{word}: {story.said('headline')}"
    form = story.said("format", "text")
    mail["Subject"] = f"Fwd: {subject}" if form == "forward" else subject
    texts = {"docx": story.said("cover"), "forward": _forwarded(story, subject, at)}
    mail.set_content(texts.get(form) or _signed(story))
    if form == "html":
        mail.add_alternative(_html(story), subtype="html")
    elif form == "docx":
        name = f"{story.key}.docx"
        mail.add_attachment(_docx(story), maintype=DOCX[0], subtype=DOCX[1], filename=name)
    return mail.as_bytes()


def sender(story: Story) -> tuple[str, str]:
    """Return name and address of who sends a story: its author, or who forwards it."""
    return story.said("forwarder") or story.said("name"), story.said("forwarded_from") or story.said("address")


def _forwarded(story: Story, subject: str, at: datetime) -> str:
    """Return a forwarder's words and below them the author's mail, under the block of fields that Gmail writes."""
    name, address = sender(story)
    block = (
        "---------- Forwarded message ---------",
        f"From: {story.said('name')} <{story.said('address')}>",
        f"Date: {at:%a, %b %d, %Y at %H:%M}",
        f"Subject: {subject}",
        f"To: {name} <{address}>",
    )
    return "\n".join((story.said("cover"), "", *block, "", "", _signed(story)))


def _signed(story: Story) -> str:
    return f"{story.said('headline')}\n\n{story.body}\n\n-- \n{story.said('name')}\n"


def _html(story: Story) -> str:
    turn = "rtl" if story.language == "ar" else "ltr"
    inner = "".join(f"<p>{escape(part)}</p>" for part in story.body.split("\n\n"))
    return f'<html><body dir="{turn}"><h1>{escape(story.said("headline"))}</h1>{inner}</body></html>'


def _docx(story: Story) -> bytes:
    """Return a Word document with a title and paragraphs: only the parts that a reader needs."""
    turn = "<w:bidi/>" if story.language == "ar" else ""
    rows = [(story.said("headline"), '<w:pStyle w:val="Title"/>'), *((part, "") for part in story.body.split("\n\n"))]
    inner = "".join(
        f"<w:p><w:pPr>{style}{turn}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text, style in rows
    )
    related = f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/>'
    style = '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{style}</w:styles>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def loose(folder: Path = ROOM / "mails") -> Iterator[tuple[float, bytes]]:
    """Yield each loose mail with the hours before now at which it came; the file's name begins with them."""
    for path in sorted(folder.glob("*.eml")):
        hours, _, _ = path.stem.partition("h-")
        yield float(hours), path.read_bytes()


def addresses(raw: bytes) -> tuple[str, str]:
    """Return envelope sender and recipient of a loose mail; a bounce has an empty Return-Path and so no sender."""
    found = {name: re.search(rf"^{name}:.*?<([^>]*)>", raw.decode("utf-8", "replace"), re.M) for name in ("From", "To")}
    bounce = re.search(rb"^Return-Path: <>", raw, re.M) is not None
    sender, to = found["From"], found["To"]
    return "" if bounce or sender is None else sender[1], to[1] if to else ""
