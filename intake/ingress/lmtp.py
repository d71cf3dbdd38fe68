"""The LMTP listener: takes mail from the local mail server and answers once per recipient (RFC 2033).

It has no passwords and no TLS, and belongs on the loopback. What it answers is said in ``answers``.
"""

from aiosmtpd.lmtp import LMTP

from intake.ingress import listener
from intake.ingress.conversation import Conversation


class Connection(Conversation, LMTP):
    """One connection of the local mail server. It may stay open for long and carry any number of mails."""

    source = "lmtp"

    def said(self, answers: list[str]) -> str:
        """Return one line per recipient, in the order they were named (RFC 2033 section 4.2)."""
        return "\r\n".join(answers)


class Listener(listener.Listener):
    """Listens for LMTP."""

    def _connection(self) -> Connection:
        return Connection(self.replies, self.loop, "localhost")
