"""What a mail system says came back: for whom, for good or for now, why, and which letters it names.

Delivery status reports (RFC 3464) are read here, for their status and words; the free forms of other systems by
flufl.bounce, which gives addresses only. Runs in the sandbox's child. Anybody can write such a mail: it is a claim.
"""

import re
from collections.abc import Iterator
from email.message import Message as Part
from typing import Any

from flufl.bounce import all_failures

from intake.inbox import headers
from intake.inbox.caps import parsing_copy
from intake.inbox.headers import raw_value, text_of
from intake.inbox.message import Message, parsed

MOST_RECIPIENTS, MOST_NAMED, LONGEST_WHY = 20, 20, 300
LARGEST = 1024 * 1024
"""Bytes of a report that are searched; what it brings back may be as large as any mail."""
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")
_NAMED = re.compile(rb"^[ \t>]{0,8}message-id:[ \t]*<([!-;=?-~]{1,250})>", re.IGNORECASE | re.MULTILINE)
_REPLY = re.compile(r"^.{0,200}?\b[45]\d\d[ :-].{0,300}", re.MULTILINE)
_STATUS = re.compile(r"\b([45])\.\d{1,3}\.\d{1,3}\b")
_ACTIONS = {"failed": "permanent", "delayed": "delayed"}


def reported(payload: bytes, message: Message) -> dict[str, Any]:
    """Return {"failures": [{"address", "kind", "status", "why"}, …], "named": [Message-IDs]}, or {} for other mail.

    ``kind`` is "permanent" or "delayed"; an empty address means that the report names none.
    """
    if not message.origin.bounce and message.from_address.partition("@")[0].lower() not in _DAEMONS:
        return {}
    root = parsed(parsing_copy(payload).content)
    failures = list(_told(root))[:MOST_RECIPIENTS]
    if not failures and not any(_blocks(root)):
        failures = list(_guessed(root, message.text))[:MOST_RECIPIENTS]
    if not failures and not message.origin.bounce:
        return {}  # a person whose address is postmaster@ writes letters, too
    return {"failures": failures, "named": _named(payload, message)}


def _blocks(root: Part) -> Iterator[Part]:
    """Yield the fields about each recipient; the first block of a report is about the whole (RFC 3464, 2.1)."""
    for part in root.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload()[1:] if isinstance(block, Part))  # type: ignore[index]  # a list of parts: it is multipart


def _told(root: Part) -> Iterator[dict[str, str]]:
    for block in _blocks(root):
        status = text_of(raw_value(block, "status"))[:12]
        kind = _ACTIONS.get(text_of(raw_value(block, "action")).lower()) or (
            None if raw_value(block, "action") else {"5": "permanent", "4": "delayed"}.get(status[:1])
        )
        address = raw_value(block, "original-recipient") or raw_value(block, "final-recipient")
        why = text_of(raw_value(block, "diagnostic-code")).partition(";")
        if kind:
            yield {
                "address": text_of(address).rpartition(";")[2].strip(" <>")[:320],
                "kind": kind,
                "status": status,
                "why": (why[2] or why[0]).strip()[:LONGEST_WHY],
            }


def _guessed(root: Part, text: str) -> Iterator[dict[str, str]]:
    """Yield what a free-form report says: the addresses by flufl.bounce, the words by the first line with a code."""
    if len(text) > LARGEST:
        return
    try:
        passing, lasting = all_failures(root)
    except Exception:  # its detectors trust the shapes of mail they have seen
        passing, lasting = frozenset(), frozenset()
    said = _REPLY.search(text)
    why = headers.one_line(said[0])[:LONGEST_WHY] if said else ""
    status = _STATUS.search(why)
    for kind, found in (("permanent", lasting - passing), ("delayed", passing)):
        for address in sorted(found):
            told = address.decode("ascii", "replace") if isinstance(address, bytes) else str(address)
            yield {"address": told[:320], "kind": kind, "status": status[0] if status else "", "why": why}


def _named(payload: bytes, message: Message) -> list[str]:
    """Return the Message-IDs a report names: in what it brings back, and in its own References."""
    found = [each.decode("ascii") for each in _NAMED.findall(payload[:LARGEST])]
    found += [each.decode("ascii") for each in _NAMED.findall(message.text[:LARGEST].encode("ascii", "replace"))]
    named = dict.fromkeys([*message.in_reply_to, *message.references, *found])
    named.pop(message.message_id, None)
    return list(named)[:MOST_NAMED]
