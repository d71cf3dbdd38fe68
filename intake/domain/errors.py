"""The errors that rules and use-cases raise. It does not map them to pages or exit codes: the rim does."""


def phrase(message: str) -> str:
    """Return a message unchanged: marks one for the catalogue where it is no error's own argument."""
    return message


class IntakeError(Exception):
    """Something the caller can act on; its text says the cause and the cure.

    ``message`` is a constant that pages translate, with ``%(name)s`` where one of ``values`` belongs.
    """

    def __init__(self, message: str = "", **values: object) -> None:
        """Keep the constant and its values apart; the exception's own text is English, values put in."""
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class SettingsError(IntakeError):
    """A settings file or variable is wrong; names the file, the key and the cure."""


class IllegalAction(IntakeError):
    """The action is not in the state table for the piece's present state."""


class NotAllowed(IntakeError):
    """The actor may not do this, here or at all."""


class StaleVersion(IntakeError):
    """The piece changed since the actor saw it; nothing was written."""

    def __init__(self, seen: int, current: int) -> None:
        """Keep both versions, so that a page can show what changed between them."""
        super().__init__(
            "The piece changed while you were working (you saw version %(seen)s, it is now %(current)s). "
            "Nothing was lost: look at what changed, then act again.",
            seen=seen,
            current=current,
        )
        self.seen = seen
        self.current = current


class Missing(IntakeError):
    """An act lacks something it needs: a reason, a question, a future time, a hash."""


class GateClosed(IntakeError):
    """One or more lines of the publication gate are not met."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Keep the keys of the unmet lines."""
        super().__init__(
            "The publication gate is closed: %(lines)s. Settle each line, then publish.", lines=", ".join(lines)
        )
        self.lines = lines


class Unreadable(IntakeError):
    """A message or document cannot be read: damaged, locked, hostile or of a kind not taken."""


class Stopped(Unreadable):
    """Reading was stopped at a limit or broke off: a matter for whoever runs it, not words for an author."""


class TooLarge(IntakeError):
    """An input is over its limit; says the limit."""


class NoSpace(IntakeError):
    """Too little free disk to accept mail safely; the sender should try again later."""
