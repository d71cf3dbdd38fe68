"""Whether a mail is filed already, for a way in that asks before it stores: an import that is run again."""

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from intake.storage.messages import InboundMessage

_FOUND = (
    select(InboundMessage.id)
    .where(
        or_(
            InboundMessage.spool_key == bindparam("key"),
            and_(
                InboundMessage.digest == bindparam("digest"),
                InboundMessage.mail_from == bindparam("mail_from"),
                InboundMessage.recipient == bindparam("recipient"),
            ),
        )
    )
    .limit(1)
)
"""Built once: an import asks it for every message."""


def is_there(session: Session, key: str, digest: str, mail_from: str, recipient: str) -> bool:
    """Tell whether a mail has its row: the same spool entry, or the same by another way, trace headers apart."""
    asked = {"key": key, "digest": digest, "mail_from": mail_from, "recipient": recipient}
    return session.scalar(_FOUND, asked) is not None
