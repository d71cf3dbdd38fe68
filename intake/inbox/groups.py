"""The author of a message that came through a group's address ("Jane via Opinion").

Where an author's domain lets nobody else send for it (DMARC), Google Groups and its like put their own address into
From and keep the author in X-Original-From and Reply-To. Nobody signed those fields: they say who the author is, not
that he is proved, and whether the address in From is a group's of ours is not known here.
"""

from collections.abc import Iterable
from email.message import Message as Part

from intake.inbox.headers import raw_value
from intake.inbox.mailboxes import addresses


def author_behind(root: Part, charsets: Iterable[str] = (), language: str = "en") -> tuple[str, str] | None:
    """Return name and address of the one author whom X-Original-From and Reply-To both name, or nothing.

    A Reply-To alone would let anyone name another as the author (Discourse's receiver asks for both, too).
    """
    known = tuple(charsets)
    kept = [addresses(raw_value(root, name), known, language) for name in ("x-original-from", "reply-to")]
    if any(len(pairs) != 1 or "@" not in pairs[0][1] for pairs in kept):
        return None
    (name, address), (other_name, other) = (pairs[0] for pairs in kept)
    return (name or other_name, address) if address.lower() == other.lower() else None
