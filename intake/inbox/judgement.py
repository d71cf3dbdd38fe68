"""A message judged whole: the desk, the disposition and why, and the piece it holds. Runs in the sandbox's child.

It files nothing, and knows desks only as the plain facts it is told.
"""

import base64
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, replace
from typing import Any

from intake.domain import faults, subject
from intake.domain.addresses import looks_signed
from intake.domain.desk import Desks
from intake.domain.errors import IntakeError
from intake.domain.text import script_of
from intake.inbox import bounces, suspicion, triage
from intake.inbox.message import Attachment, Message, read
from intake.inbox.piece import Found, find
from intake.inbox.replies import Reply, reply_of_body


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the inbox must know of a desk."""

    slug: str = ""
    language: str = "en"
    addresses: tuple[str, ...] = ()
    subject_words: tuple[str, ...] = ()


def desk_facts(desks: Desks) -> list[dict[str, Any]]:
    """Return all desks as the ``desks`` fact of ``judge``."""
    return [
        {
            "slug": desk.slug,
            "language": desk.language,
            "addresses": list(desk.addresses),
            "subject_words": list(desk.subject_words),
        }
        for desk in desks.every
    ]


def judge(
    payload: bytes,
    desks: list[dict[str, Any]],
    desk: str = "",
    own_addresses: list[str] | None = None,
    include_data: int = 0,
    signed: bool | None = None,
) -> dict[str, Any]:
    """Return the judgement of a raw message as JSON values.

    ``desks`` as ``desk_facts`` gives them; ``desk`` is the slug the envelope chose, else the recipients do;
    ``own_addresses`` are further ones of ours; with ``include_data`` each attachment carries its bytes in base64.
    ``signed`` tells whether the envelope's recipient is a signed address of ours, which makes the message an answer;
    where nobody knows the envelope, an address of that form among its recipients counts.
    Raises Unreadable or TooLarge for a message that cannot be taken apart.
    """
    known = tuple(
        DeskFacts(d["slug"], d["language"], tuple(d["addresses"]), tuple(d["subject_words"])) for d in desks
    ) or (DeskFacts(),)
    chosen = next((facts for facts in known if facts.slug == desk), None)
    message = read(payload, chosen.language if chosen else "en")
    if chosen is None:
        chosen = _addressed(message, known)
        if chosen.language != "en" and any(said.startswith(faults.GUESSED) for said in message.defects):
            message = read(payload, chosen.language)
    ours = {a.lower() for a in (*(a for facts in known for a in facts.addresses), *(own_addresses or ()))}
    message = _by_its_author(message, ours)
    piece = find(message, chosen.subject_words)
    judged = triage.judge(
        triage.Evidence(
            message=message,
            desk_words=chosen.subject_words,
            own_addresses=frozenset(ours),
            words=piece.body_words,
            documents_read=piece.documents.read,
            documents_unread=piece.documents.unread,
        )
    )
    suspected = suspicion.suspicion(message)
    if signed is None:
        signed = any(map(looks_signed, (*message.delivered_to, *message.to, *message.cc)))
    return {
        **_of_message(message, include_data=bool(include_data), answer=signed or message.answers_something),
        **_of_piece(piece, message, chosen),
        "answerable": message.answerable or _by_our_list(message, ours),
        "bounce": bounces.reported(payload, message),
        "desk": chosen.slug,
        "disposition": judged.disposition,
        "suspected": f"rules: {suspected.score} of {suspicion.ENOUGH}" if suspected.strong else "",
        "hits": [*judged.hits, *suspected.hits],
        "misses": [*judged.misses, *suspected.misses],
        "defects": [*message.defects, *piece.defects],
    }


def judge_all(
    payload: bytes, sizes: list[int], desks: list[dict[str, Any]], chosen: list[str], signed: list[bool]
) -> dict[str, list[dict[str, Any] | None]]:
    """Return the judgements (``readings``) of messages laid end to end; nothing for one that cannot be read.

    ``sizes`` are their lengths in bytes, ``chosen`` and ``signed`` the desk of each and whether it is an answer to a
    signed address, as ``judge`` takes them.
    """
    readings: list[dict[str, Any] | None] = []
    end = 0
    for size, desk, answer in zip(sizes, chosen, signed, strict=True):
        start, end = end, end + size
        try:
            readings.append(judge(payload[start:end], desks, desk, signed=answer))
        except IntakeError:
            readings.append(None)
    return {"readings": readings}


def _by_its_author(message: Message, ours: Set[str]) -> Message:
    """Return a message that came through a group address of ours as one from its author."""
    if message.author_behind is None or message.from_address.lower() not in ours:
        return message
    name, address = message.author_behind
    said = faults.GROUP % {"address": message.from_address}
    return replace(message, from_name=name, from_address=address, defects=(*message.defects, said))


def _addressed(message: Message, known: tuple[DeskFacts, ...]) -> DeskFacts:
    """Return the desk a message is addressed to, else the one whose own words its subject holds, else the first."""
    asked = {address.lower() for address in (*message.delivered_to, *message.to, *message.cc)}
    asked |= {f"{local.partition('+')[0]}@{domain}" for local, _, domain in (a.rpartition("@") for a in asked)}
    for facts in known:
        if asked & {address.lower() for address in facts.addresses}:
            return facts
    plain = subject.matches(message.subject, ()).hit
    return next(
        (facts for facts in known if not plain and subject.matches(message.subject, facts.subject_words).hit), known[0]
    )


def _by_our_list(message: Message, ours: set[str]) -> bool:
    """Tell whether only the list forbids an answer, and the list is a desk's address: every submission comes by it."""
    origin = message.origin
    forbidden = not message.from_address or message.automatic or origin.mute_beside_list or origin.loop
    return not forbidden and not ours.isdisjoint(origin.list_addresses)


def _of_message(message: Message, *, include_data: bool, answer: bool) -> dict[str, Any]:
    reply = reply_of_body(message.text, message.sources) if answer else Reply(message.text, ())
    return {
        "message_id": message.message_id,
        "digest": message.digest,
        "subject": message.subject,
        "from_name": message.from_name,
        "from_address": message.from_address,
        "reply_to": message.reply_to,
        "date": message.date.isoformat() if message.date else "",
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "to": list(message.to),
        "cc": list(message.cc),
        "automatic": message.automatic,
        "not_answerable_because": message.origin.mute,
        "text": message.text,
        "reply_text": reply.text,
        "reply_cuts": [asdict(cut) for cut in reply.cuts],
        "attachments": [_listed(file, include_data=include_data) for file in message.attachments],
        "inner_files": [_listed(file, include_data=include_data) for file in message.inner_files],
        "forwarded": asdict(message.forward.whose) if message.forward else None,
        "sealed": message.sealed,
    }


def _listed(attachment: Attachment, *, include_data: bool) -> Mapping[str, Any]:
    listed: dict[str, Any] = {
        "filename": attachment.filename,
        "media_type": attachment.media_type,
        "bytes": attachment.size,
        "role": attachment.role,
    }
    if include_data:
        listed["data"] = base64.b64encode(attachment.data).decode("ascii")
    return listed


def _of_piece(piece: Found, message: Message, desk: DeskFacts) -> dict[str, Any]:
    return {
        "headline": piece.headline,
        "body_html": piece.html,
        "body_text": piece.text,
        "words": piece.words,
        "language": script_of(piece.text or message.text) or desk.language,
        "author": message.from_name,
        "bio": piece.bio,
        "cover_note": piece.cover_note,
        "marks": [asdict(mark) for mark in piece.marks],
        "source": piece.source,
        "source_why": piece.why,
        "warnings": list(piece.warnings),
        "comments": [asdict(comment) for comment in piece.comments],
        "properties": piece.properties,
    }
