"""Feeds for readers that know no fields of ours: RSS 2.0 with the label in the title and one finished notice.

It reads no database and cuts no list: the caller gives the entries that a feed shall hold, newest first.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from intake.domain.piece import Notice, Piece, direction
from intake.publishing.page import printed_notice

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: its title, the page it belongs to, its own address, a sentence about it, and its language."""

    title: str
    link: str
    feed_url: str
    description: str
    language: str
    disclosure_lead: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One published piece: its permanent address and the aware moment it came out."""

    piece: Piece
    url: str
    published: datetime


def rss(channel: Channel, items: Iterable[Entry]) -> bytes:
    """Return an RSS 2.0 document in UTF-8 (www.rssboard.org/rss-specification).

    Raises NoDisclaimer when an opinion piece has no notice. What XML cannot hold is dropped.
    """
    entries = tuple(items)
    for prefix, namespace in (("atom", ATOM), ("content", CONTENT), ("dc", DC)):
        ET.register_namespace(prefix, namespace)
    root = ET.Element("rss", version="2.0")
    top = ET.SubElement(root, "channel")
    _put(top, "title", channel.title)
    _put(top, "link", channel.link)
    _put(top, "description", channel.description)
    _put(top, "language", channel.language)
    link = {"href": _xml(channel.feed_url), "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(top, f"{{{ATOM}}}link", link)
    if entries:
        _put(top, "lastBuildDate", _date(max(entry.published for entry in entries)))
    for entry in entries:
        _add(top, entry, channel.disclosure_lead)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def aside(notice: Notice, language: str) -> str:
    """Return the finished notice as HTML, for a target that has no field of its own for it."""
    return f'<aside role="note" lang="{escape(language)}" dir="{direction(language)}">{escape(notice.text)}</aside>'


def _add(top: ET.Element, entry: Entry, disclosure_lead: str) -> None:
    piece, notice = entry.piece, printed_notice(entry.piece)
    node = ET.SubElement(top, "item")
    _put(node, "title", f"{notice.label} | {piece.headline}" if notice else piece.headline)
    _put(node, "link", entry.url)
    ET.SubElement(node, "guid", isPermaLink="true").text = _xml(entry.url)
    _put(node, "pubDate", _date(entry.published))
    for credit in piece.credits:
        _put(node, f"{{{DC}}}creator", credit.name)
    if notice:
        _put(node, "category", notice.label)
    finished = aside(notice, piece.language) if notice else ""
    _put(node, "description", _paragraph(piece, piece.standfirst) + finished)
    _put(node, f"{{{CONTENT}}}encoded", _content(piece, notice, finished, disclosure_lead))


def _content(piece: Piece, notice: Notice | None, finished: str, disclosure_lead: str) -> str:
    body = piece.body_html
    if piece.disclosure.strip():
        body += _paragraph(piece, f"{disclosure_lead} {piece.disclosure}".strip())
    return finished + body if notice and notice.placement == "top" else body + finished


def _paragraph(piece: Piece, text: str) -> str:
    return f'<p lang="{escape(piece.language)}" dir="{piece.direction}">{escape(text)}</p>' if text.strip() else ""


def _put(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _xml(text)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _date(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return format_datetime(moment.astimezone(UTC))
